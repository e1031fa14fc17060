import { randomStream } from '@curv/linalg';
import type { UniformSource } from '../api.js';
import { requireChoice, requireCount, requirePositive } from '../checks.js';
import { posteriorOf, type VmfClassification, type VmfComponent } from './classify.js';
import { VMF_METHODS, type VmfMethod, vmfConcentration } from './concentration.js';
import { cosines, meanDirection, requireUnitRows } from './samples.js';

export interface VmfMixtureOptions {
  /** How κ of a component is found from its R̄; `mle` by default. */
  readonly method?: VmfMethod;
  /** For the starting means; 0 by default. */
  readonly seed?: number;
  /** Starting means that are tried for 10 iterations each; the likeliest goes on. 5 by default. */
  readonly starts?: number;
  /** 200 by default, those of the trials not counted. */
  readonly maxIterations?: number;
  /** On the relative change of the log-likelihood; 1e-10 by default. */
  readonly tolerance?: number;
  /** Upper bound of κ, so that a component on one point stays a density; 1e8 by default. */
  readonly maxKappa?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { readonly iteration: number; readonly logLikelihood: number }) => void;
}

export interface VmfMixture {
  readonly components: readonly Required<VmfComponent>[];
  readonly labels: Int32Array;
  /** Posterior probabilities, n×k by rows. */
  readonly posterior: Float64Array;
  readonly logLikelihood: number;
  readonly iterations: number;
  readonly converged: boolean;
}

/**
 * A mixture of k von Mises-Fisher distributions by expectation-maximization (Banerjee et al. 2005), from means spread over the unit rows of `samples` (n×p) as in
 * k-means++. The log-likelihood never falls with `mle`. Cost n k p an iteration.
 * @throws RangeError for fewer rows than components, rows that are not unit
 */
export function fitVonMisesFisherMixture(samples: Float64Array, p: number, k: number, options: VmfMixtureOptions = {}): VmfMixture {
  const where = 'fitVonMisesFisherMixture';
  const { method = 'mle', seed = 0, starts = 5, maxIterations = 200, tolerance = 1e-10, maxKappa = 1e8, signal, onProgress } = options;
  requireChoice(where, 'method', method, VMF_METHODS);
  requireCount(where, 'k', k);
  requireCount(where, 'starts', starts);
  requireCount(where, 'maxIterations', maxIterations);
  requirePositive(where, 'maxKappa', maxKappa);
  if (!(tolerance >= 0)) throw new RangeError(`${where}: tolerance must be at least 0, got ${String(tolerance)}`);
  const n = requireUnitRows(where, samples, p, Math.max(2, k));
  const stream = randomStream(seed);
  const step = ({ components, found }: State): State => {
    signal?.throwIfAborted();
    const next = maximize(samples, p, found, components, { method, maxKappa });
    return { components: next, found: posteriorOf(samples, next, n) };
  };
  let state = bestStart(starts, () => spread(samples, p, k, stream), (components) => posteriorOf(samples, components, n), step);
  for (let iteration = 1; iteration <= maxIterations; iteration++) {
    const next = step(state);
    const change = next.found.logLikelihood - state.found.logLikelihood;
    state = next;
    const { components, found } = state;
    onProgress?.({ iteration, logLikelihood: found.logLikelihood });
    if (Math.abs(change) <= tolerance * Math.abs(found.logLikelihood)) return { components, ...found, iterations: iteration, converged: true };
  }
  return { components: state.components, ...state.found, iterations: maxIterations, converged: false };
}

interface State {
  readonly components: Components;
  readonly found: VmfClassification;
}

const TRIAL_ITERATIONS = 10;

/** Expectation-maximization ends in the optimum that its start leads to: the likeliest of several short runs. */
function bestStart(starts: number, draw: () => Components, classify: (c: Components) => VmfClassification, step: (s: State) => State): State {
  let best: State | null = null;
  for (let trial = 0; trial < starts; trial++) {
    const components = draw();
    let state: State = { components, found: classify(components) };
    for (let i = 0; starts > 1 && i < TRIAL_ITERATIONS; i++) state = step(state);
    if (best === null || state.found.logLikelihood > best.found.logLikelihood) best = state;
  }
  return best!;
}

type Components = readonly Required<VmfComponent>[];

function maximize(samples: Float64Array, p: number, { posterior }: VmfClassification, before: Components, { method, maxKappa }: { method: VmfMethod; maxKappa: number }): Components {
  const k = before.length;
  const n = samples.length / p;
  const weights = new Float64Array(n);
  return before.map((old, c) => {
    let total = 0;
    for (let i = 0; i < n; i++) total += weights[i] = posterior[i * k + c]!;
    // A component that has lost all its points keeps its place.
    if (total < 1e-12) return { ...old, weight: 0 };
    const { mu, length } = meanDirection(samples, p, weights);
    const kappa = length >= 1 - 1e-15 ? maxKappa : Math.min(maxKappa, vmfConcentration(p, length, method).kappa);
    return { mu, kappa, weight: total / n };
  });
}

/** k rows, each drawn with probability proportional to its distance 1 − cos from the nearest one before (Arthur & Vassilvitskii 2007). */
function spread(samples: Float64Array, p: number, k: number, stream: UniformSource): Components {
  const n = samples.length / p;
  const distance = new Float64Array(n).fill(1);
  const column = new Float64Array(n);
  const row = (i: number): Float64Array => samples.slice(i * p, (i + 1) * p);
  const chosen: Float64Array[] = [];
  for (let c = 0; c < k; c++) {
    let goal = stream.uniform() * distance.reduce((a, b) => a + b, 0);
    let i = 0;
    while (i < n - 1 && (goal -= distance[i]!) >= 0) i++;
    chosen.push(row(i));
    cosines(samples, chosen[c]!, column);
    for (let j = 0; j < n; j++) distance[j] = c === 0 ? Math.max(0, 1 - column[j]!) : Math.min(distance[j]!, Math.max(0, 1 - column[j]!));
  }
  const length = Math.min(0.9, Math.max(0.1, 1 - distance.reduce((a, b) => a + b, 0) / n));
  const { kappa } = vmfConcentration(p, length, 'banerjee');
  return chosen.map((mu) => ({ mu, kappa, weight: 1 / k }));
}
