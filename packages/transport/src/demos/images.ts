/** Displacement interpolation between two images of digits. */
import { digits } from '@curv-internal/datasets';
import { breathe, type Ctx, type Frame, progress } from '@curv/plugin';
import type { Matrix } from '@curv/linalg';
import { costMatrix } from '../costs.js';
import { sns } from '../entropic/sns.js';
import { forEachEntry, sparsePlan } from '../plan.js';
import { tiles } from './tiles.js';

/** The parameters of the demo. */
export interface ImagesParams {
  readonly from: number;
  readonly to: number;
  readonly side: number;
  readonly eta: number;
  readonly frames: number;
}

const SMALL = 8;

/** Bilinear resampling of an 8×8 image to side × side, as masses of sum 1. */
function masses(image: ArrayLike<number>, side: number): Float64Array {
  const axis = (at: number): [number, number] => {
    const place = Math.min(SMALL - 1, Math.max(0, ((at + 0.5) * SMALL) / side - 0.5));
    const low = Math.min(SMALL - 2, Math.floor(place));
    return [low, place - low];
  };
  const raised = Float64Array.from({ length: side * side }, (_, k) => {
    const [r, s] = axis(Math.floor(k / side));
    const [c, t] = axis(k % side);
    const at = (i: number, j: number): number => image[i * SMALL + j]!;
    return (1 - s) * ((1 - t) * at(r, c) + t * at(r, c + 1)) + s * ((1 - t) * at(r + 1, c) + t * at(r + 1, c + 1));
  });
  const total = raised.reduce((sum, value) => sum + value, 0);
  return raised.map((value) => value / total);
}

export async function* images({ from, to, side, eta, frames }: ImagesParams, { rng, signal }: Ctx): AsyncGenerator<Frame> {
  const { inputs: x, targets: y } = await digits();
  const pick = (digit: number, label: string): Float64Array => {
    const candidates = [...y.keys()].filter((i) => y[i] === digit);
    const chosen = candidates[Math.floor(rng.fork(label).uniform() * candidates.length)]!;
    return masses(Array.from({ length: SMALL * SMALL }, (_, p) => x[chosen * SMALL * SMALL + p]!), side);
  };
  const [a, b] = [pick(from, 'from'), pick(to, 'to')];
  const points: Matrix = { rows: side * side, columns: 2, data: Float64Array.from({ length: 2 * side * side }, (_, k) => ((k % 2 === 0 ? Math.floor(k / 2 / side) : (k >> 1) % side) + 0.5) / side) };
  const found = sns(costMatrix(points, points, 'sqeuclidean', 'max'), a, b, { eta, signal });
  const plan = sparsePlan(found.plan, 1e-3);
  const moments: Float64Array[] = [];
  for (let frame = 0; frame < frames; frame++) {
    await breathe(signal);
    const t = frame / (frames - 1);
    const moment = new Float64Array(side * side);
    forEachEntry(plan, (i, j, value) => splat(moment, side, value, (1 - t) * Math.floor(i / side) + t * Math.floor(j / side), (1 - t) * (i % side) + t * (j % side)));
    moments.push(moment);
    yield progress(frame + 1, frames, `t = ${t.toFixed(2)}`);
  }
  yield { kind: 'grid', name: `Ink from ${from} to ${to}: t = 0 to 1 in ${frames} moments, row by row`, axes: { equal: true }, ...tiles(moments, side) };
  const { newton = 0, sweeps = 0 } = found.counts;
  yield { kind: 'metric', step: 0, values: { 'mean squared way ÷ largest': found.cost, 'error of the marginals': found.marginalError, sweeps, 'Newton steps': newton, 'parcels that move': plan.values.length } };
}

/** Adds a mass at a place between pixels to its four neighbours. */
function splat(z: Float64Array, side: number, mass: number, row: number, column: number): void {
  const [r, c] = [Math.min(side - 2, Math.floor(row)), Math.min(side - 2, Math.floor(column))];
  const [s, t] = [row - r, column - c];
  z[r * side + c]! += mass * (1 - s) * (1 - t);
  z[r * side + c + 1]! += mass * (1 - s) * t;
  z[(r + 1) * side + c]! += mass * s * (1 - t);
  z[(r + 1) * side + c + 1]! += mass * s * t;
}
