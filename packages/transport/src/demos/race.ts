/** How the error of SNS and of Sinkhorn's iteration falls. */
import { breathe, type Ctx, type Frame } from '@curv/plugin';
import type { Matrix } from '@curv/linalg';
import type { TransportResult } from '../api.js';
import { costMatrix } from '../costs.js';
import { sinkhorn } from '../entropic/sinkhorn.js';
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

const logs = (errors: Float64Array): Float64Array => errors.map((error) => Math.log10(Math.max(error, 1e-17)));

export async function* race(params: RaceParams, { rng, signal }: Ctx): AsyncGenerator<Frame> {
  const { cost, a, b } = problemOf(params, rng.fork('problem'));
  const { eta, sweeps } = params;
  const runners: Readonly<Record<string, () => TransportResult>> = {
    SNS: () => sns(cost, a, b, { eta, signal }),
    Sinkhorn: () => sinkhorn(cost, a, b, { eta, tolerance: 1e-12, maxIterations: sweeps, signal }),
    'over-relaxed Sinkhorn': () => sinkhorn(cost, a, b, { eta, tolerance: 1e-12, maxIterations: sweeps, relaxation: 1.8, signal }),
    'Sinkhorn with Anderson acceleration': () => sinkhorn(cost, a, b, { eta, tolerance: 1e-12, maxIterations: sweeps, anderson: 5, signal }),
  };
  let step = 0;
  for (const [name, run] of Object.entries(runners)) {
    await breathe(signal);
    const found = run();
    yield { kind: 'series', name: `log₁₀ error, ${name}`, x: found.errors.map((_, k) => k + 1), y: logs(found.errors), mark: 'line' };
    yield { kind: 'metric', step: step++, values: { error: found.marginalError, cost: found.cost, newton: found.counts.newton ?? 0, sweeps: found.counts.sweeps ?? 0 } };
    yield { kind: 'note', text: `${name}: ${found.status} at ${found.marginalError.toExponential(1)} after ${found.errors.length} iterations (${found.counts.newton ?? 0} Newton steps, ${found.counts.sweeps ?? 0} sweeps)` };
  }
}
