/** How the error of SNS and of Sinkhorn's iteration falls. */
import { breathe, type Ctx, type Frame } from '@curv/plugin';
import type { Matrix } from '@curv/linalg';
import type { Potentials, TransportResult } from '../api.js';
import { costMatrix } from '../costs.js';
import { sinkhorn, type SinkhornOptions } from '../entropic/sinkhorn.js';
import { sns } from '../entropic/sns.js';

/** The parameters of the demo. */
export interface RaceParams {
  readonly problem: string;
  readonly size: number;
  readonly eta: number;
  readonly sweeps: number;
}

function problemOf({ problem, size }: RaceParams, rng: Ctx['rng']): { cost: Matrix; a?: Float64Array; b?: Float64Array } {
  if (problem === 'assignment') return { cost: { rows: size, columns: size, data: Float64Array.from({ length: size * size }, () => rng.uniform()) } };
  const side = Math.max(2, Math.round(Math.sqrt(size)));
  const points: Matrix = { rows: side * side, columns: 2, data: Float64Array.from({ length: 2 * side * side }, (_, k) => ((k % 2 === 0 ? Math.floor(k / 2 / side) : (k >> 1) % side) + 0.5) / side) };
  const hill = (): Float64Array => {
    const [cx, cy] = [0.2 + 0.6 * rng.uniform(), 0.2 + 0.6 * rng.uniform()];
    const height = Float64Array.from({ length: points.rows }, (_, i) => 0.01 + Math.exp(-((points.data[2 * i]! - cx) ** 2 + (points.data[2 * i + 1]! - cy) ** 2) / 0.02));
    const total = height.reduce((sum, value) => sum + value, 0);
    return height.map((value) => value / total);
  };
  return { cost: costMatrix(points, points, problem === 'hills, city block' ? 'cityblock' : 'sqeuclidean', 'max'), a: hill(), b: hill() };
}

/** An error of exactly nothing has no place on a logarithmic axis. */
const above0 = (errors: ArrayLike<number>): Float64Array => Float64Array.from(errors, (error) => Math.max(error, 1e-17));

const FIGURE = { figure: 'Error of the marginals', axes: { x: { label: 'iteration', log: true }, y: { label: 'L1 error', log: true } } } as const;

/** Sweeps at a time, so that a stop is heard. */
const PART = 50;

/** Sinkhorn in parts, each from the potentials of the one before. */
async function sinkhornInParts(run: (part: SinkhornOptions) => TransportResult, { eta, sweeps }: RaceParams, signal: AbortSignal): Promise<{ found: TransportResult; errors: number[] }> {
  const errors: number[] = [];
  for (let initial: Potentials | undefined; ; ) {
    await breathe(signal);
    const found = run({ eta, tolerance: 1e-12, maxIterations: Math.min(PART, sweeps - errors.length), ...(initial && { initial }) });
    errors.push(...found.errors);
    if (found.converged || errors.length >= sweeps) return { found, errors };
    initial = found;
  }
}

export async function* race(params: RaceParams, { rng, signal }: Ctx): AsyncGenerator<Frame> {
  const { cost, a, b } = problemOf(params, rng.fork('problem'));
  const sweeping = (extra: SinkhornOptions) => sinkhornInParts((part) => sinkhorn(cost, a, b, { ...part, ...extra }), params, signal);
  const runners: Readonly<Record<string, () => Promise<{ found: TransportResult; errors: ArrayLike<number> }>>> = {
    SNS: async () => {
      const found = sns(cost, a, b, { eta: params.eta, signal });
      return { found, errors: found.errors };
    },
    Sinkhorn: () => sweeping({}),
    'over-relaxed Sinkhorn': () => sweeping({ relaxation: 1.8 }),
    'Sinkhorn with Anderson acceleration': () => sweeping({ anderson: 5 }),
  };
  for (const [name, run] of Object.entries(runners)) {
    await breathe(signal);
    const { found, errors } = await run();
    const [newton, sweeps] = [found.counts.newton ?? 0, errors.length - (found.counts.newton ?? 0)];
    yield { kind: 'series', name, ...FIGURE, x: Float64Array.from(errors, (_, k) => k + 1), y: above0(errors), mark: 'line' };
    signal.throwIfAborted();
    yield { kind: 'metric', step: 0, values: { [`${name}: error`]: found.marginalError, [`${name}: cost`]: found.cost, [`${name}: Newton steps`]: newton, [`${name}: sweeps`]: sweeps } };
    yield { kind: 'note', text: `${name}: ${found.status} at ${found.marginalError.toExponential(1)} after ${errors.length} iterations (${newton} Newton steps, ${sweeps} sweeps)` };
  }
}
