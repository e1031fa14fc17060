/** How the error of SNS and of Sinkhorn's iteration falls. */
import { breathe, type Ctx, type Frame, progress } from '@curv/plugin';
import type { Matrix } from '@curv/linalg';
import { costMatrix } from '../costs.js';
import { type SinkhornOptions, sinkhornSweeps } from '../entropic/sinkhorn.js';
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

const FIGURE = { figure: 'Error of the marginals', axes: { x: { label: 'iteration: a sweep or a Newton step', log: true }, y: { label: '‖P1 − a‖₁ + ‖Pᵀ1 − b‖₁', log: true } } } as const;

/** Sweeps between two reports of progress. */
const PART = 50;

export async function* race(params: RaceParams, { rng, signal }: Ctx): AsyncGenerator<Frame> {
  const { cost, a, b } = problemOf(params, rng.fork('problem'));
  const { eta, sweeps } = params;
  const found: Record<string, number> = {};
  const tell = (name: string, errors: ArrayLike<number>, newton: number): Frame[] => {
    const [count, error] = [errors.length, errors[errors.length - 1]!];
    Object.assign(found, { [`${name}: error`]: error, [`${name}: iterations`]: count });
    const parts = newton > 0 ? ` (${newton} Newton steps after ${count - newton} sweeps)` : '';
    return [
      { kind: 'series', name, ...FIGURE, x: Float64Array.from(errors, (_, k) => k + 1), y: above0(errors) },
      { kind: 'note', text: `${name}: ${error.toExponential(1)} after ${count} iterations${parts}` },
    ];
  };
  await breathe(signal);
  const sparse = sns(cost, a, b, { eta, signal });
  yield* tell('SNS', sparse.errors, sparse.counts.newton ?? 0);
  const variants: Readonly<Record<string, Pick<SinkhornOptions, 'relaxation' | 'anderson'>>> = { Sinkhorn: {}, 'over-relaxed Sinkhorn': { relaxation: 1.8 }, 'Sinkhorn with Anderson acceleration': { anderson: 5 } };
  for (const [i, [name, options]] of Object.entries(variants).entries()) {
    const run = sinkhornSweeps(cost, a, b, { eta, tolerance: 1e-12, maxIterations: sweeps, ...options });
    for (let sweep = 1; ; sweep++) {
      await breathe(signal);
      const { done, value } = run.next();
      if (sweep % PART === 0) yield progress(i * sweeps + sweep, 3 * sweeps, name);
      if (!done) continue;
      yield* tell(name, value.errors, 0);
      break;
    }
  }
  yield { kind: 'metric', step: 0, values: found };
}
