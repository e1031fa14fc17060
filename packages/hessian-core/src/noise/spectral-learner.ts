/** Learning rate and momentum from a spectrum, while training goes on. */
import type { LinearOperator } from '@curv/linalg';
import { requireCount } from '../estimators/probes.js';
import { type SpectralDensity, spectralDensity } from '../estimators/spectral-density.js';
import { nesterovParameters } from './nesterov-parameters.js';
import { polyakParameters } from './polyak-parameters.js';

/** How rates are read off a spectrum. */
export interface SpectralRateOptions {
  /**
   * μ: the `median` of the Ritz values' magnitudes; or their `minimum` after the one of the largest weight is left out as long as that weight
   * exceeds ½, which is the spike of near-zero curvature. Default `median`.
   */
  readonly bulk?: 'median' | 'minimum';
  /** Momentum instead of plain gradient steps. Default false. */
  readonly momentum?: boolean;
  /**
   * Whose parameters, with momentum: `polyak` for v ← ρ v − α g(w), at the edge of what is stable on a quadratic; `nesterov` for v ← ρ v − α g(w + ρ v), with room for
   * curvature that moves between two looks. Default `polyak`.
   */
  readonly method?: 'polyak' | 'nesterov';
  /** Most momentum. Default 0.99. */
  readonly maxMomentum?: number;
}

/** Rates, and the bounds that they come from. */
export interface SpectralRates {
  readonly learningRate: number;
  readonly momentum: number;
  /** L, the largest magnitude: negative outliers count. */
  readonly largest: number;
  /** μ, at least 1e-6 L. */
  readonly smallest: number;
}

/**
 * The rule of the on-the-fly learner of Granziol, Zohren & Roberts 2022, arXiv:2006.09092: 2 / (L + μ) without momentum, Polyak's parameters
 * (or Nesterov's) with. (The authors' script has √L + μ in a denominator of the momentum; Polyak's formula has √L + √μ.)
 * @param nodes Ritz values; `weights` are their quadrature weights
 * @throws RangeError when all Ritz values are 0
 */
export function spectralRates(nodes: ArrayLike<number>, weights: ArrayLike<number>, options: SpectralRateOptions = {}): SpectralRates {
  const { bulk = 'median', momentum = false, method = 'polyak', maxMomentum = 0.99 } = options;
  if (nodes.length === 0 || nodes.length !== weights.length) throw new RangeError(`spectralRates: nodes and weights must have one length, at least 1, got ${nodes.length} and ${weights.length}`);
  if (bulk !== 'median' && bulk !== 'minimum') throw new TypeError(`bulk must be median or minimum, got ${String(bulk)}`);
  if (method !== 'polyak' && method !== 'nesterov') throw new TypeError(`method must be polyak or nesterov, got ${String(method)}`);
  const pairs = Array.from(nodes, (x, i) => ({ size: Math.abs(x), weight: weights[i]! })).sort((a, b) => a.size - b.size);
  const largest = pairs[pairs.length - 1]!.size;
  if (!(largest > 0 && largest < Infinity)) throw new RangeError(`spectralRates: the operator has no curvature (largest Ritz value ${largest})`);
  const smallest = Math.max(1e-6 * largest, bulk === 'median' ? median(pairs.map(({ size }) => size)) : leastOfBulk(pairs));
  if (!momentum) return { learningRate: 2 / (largest + smallest), momentum: 0, largest, smallest };
  if (method === 'nesterov') return { ...nesterovRates(largest, smallest, maxMomentum), largest, smallest };
  const rho = Math.min(maxMomentum, polyakParameters(largest, smallest).momentum);
  // α L = (1 + √ρ)²: Polyak's rate where ρ is his, and still stable where ρ was capped.
  return { learningRate: (1 + Math.sqrt(rho)) ** 2 / largest, momentum: rho, largest, smallest };
}

function nesterovRates(largest: number, smallest: number, maxMomentum: number): Pick<SpectralRates, 'learningRate' | 'momentum'> {
  const { learningRate, momentum } = nesterovParameters(largest, smallest);
  return { learningRate, momentum: Math.min(maxMomentum, momentum) };
}

function median(sorted: readonly number[]): number {
  const half = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

function leastOfBulk(pairs: readonly { readonly size: number; readonly weight: number }[]): number {
  let rest = pairs;
  while (rest.length > 1) {
    const heaviest = rest.reduce((a, b) => (b.weight > a.weight ? b : a));
    if (heaviest.weight <= 0.5) break;
    rest = rest.filter((pair) => pair !== heaviest);
  }
  return rest[0]!.size;
}

/** Options of `spectralLearner`. */
export interface SpectralLearnerOptions extends SpectralRateOptions {
  /** Curvature at the present parameters: of a fixed set of training examples, such as 1024 of them. Disposed of by the caller. */
  readonly operator: () => LinearOperator | Promise<LinearOperator>;
  /** Epochs between two looks. Default 20. */
  readonly every?: number;
  /** First epoch with a look; before it there are no rates. Default 0. */
  readonly warmup?: number;
  /** Lanczos steps of a look. Default 20. */
  readonly steps?: number;
  /**
   * How far λ₁ of the training batches lies above L at the present parameters, measured anew at each look: the learning rate is multiplied by
   * L / (L + excess); Nesterov's parameters are those for L + excess. Their mean excess is c/𝔟 of `fitNoiseConstant`; the largest of a few batches is safer. Heavy-ball parameters of a quadratic are
   * too bold for noisy gradients. Default: no correction.
   */
  readonly excess?: (largest: number) => number | Promise<number>;
  /** L, with its excess, falls to no less than this part of itself from look to look, since λ₁ rises again between two looks where rates have grown. Default 0: each look by itself. */
  readonly memory?: number;
  readonly seed?: number;
  readonly signal?: AbortSignal;
}

/** What the learner says for an epoch. */
export interface LearnerRates extends SpectralRates {
  /** The spectrum, where this epoch took a look. */
  readonly spectrum?: SpectralDensity;
}

/** Rates for each epoch. */
export interface SpectralLearner {
  /** Rates to use in an epoch, counted from 0 and called in order; null before the warm-up ends. */
  onEpoch(epoch: number): Promise<LearnerRates | null>;
}

/**
 * Sets learning rate and momentum during training from one short Lanczos run with one random probe every few epochs (see `spectralRates`). Cost:
 * `steps` products each time, under a hundredth of training.
 */
export function spectralLearner(options: SpectralLearnerOptions): SpectralLearner {
  const { operator, every = 20, warmup = 0, steps = 20, excess, memory = 0, momentum = false, method, maxMomentum = 0.99, seed = 0, signal } = options;
  requireCount('every', every);
  requireCount('warmup', warmup, 0);
  requireCount('steps', steps);
  if (!(memory >= 0 && memory <= 1)) throw new RangeError(`memory must be in [0, 1], got ${memory}`);
  let current: SpectralRates | null = null;
  let kept = 0;
  return {
    async onEpoch(epoch) {
      requireCount('epoch', epoch, 0);
      if (epoch < warmup) return null;
      if (current !== null && (epoch - warmup) % every !== 0) return current;
      const spectrum = await spectralDensity(await operator(), { probes: 1, steps, seed, points: 2, ...(signal && { signal }) });
      const rates = spectralRates(spectrum.nodes[0]!, spectrum.weights[0]!, options);
      const surplus = excess ? Math.max(0, await excess(rates.largest)) : 0;
      kept = Math.max(rates.largest + surplus, memory * kept);
      const broadened = momentum && method === 'nesterov' ? nesterovRates(kept, rates.smallest, maxMomentum) : { learningRate: (rates.learningRate * rates.largest) / kept };
      current = { ...rates, ...broadened };
      return { ...current, spectrum };
    },
  };
}
