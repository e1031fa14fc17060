/** One drawing carried to another: displacement interpolation (McCann 1997). */
import type { Matrix } from '@curv/linalg';
import { breathe, type Ctx, type Frame } from '@curv/plugin';
import { costMatrix } from '../costs.js';
import { linearAssignment } from '../exact/linear-assignment.js';

interface Values {
  readonly points: number;
  readonly from: string;
  readonly to: string;
  readonly frames: number;
}

/** A point of a drawing for t in [0, 1). */
const DRAWINGS: Readonly<Record<string, (t: number) => [number, number]>> = {
  ring: (t) => [Math.cos(2 * Math.PI * t), Math.sin(2 * Math.PI * t)],
  star: (t) => {
    const corner = (k: number): [number, number] => {
      const [r, angle] = [k % 2 === 0 ? 1.1 : 0.45, Math.PI / 2 + (k * Math.PI) / 5];
      return [r * Math.cos(angle), r * Math.sin(angle)];
    };
    const [k, s] = [Math.floor(10 * t), 10 * t - Math.floor(10 * t)];
    const [p, q] = [corner(k), corner(k + 1)];
    return [p[0] + s * (q[0] - p[0]), p[1] + s * (q[1] - p[1])];
  },
  heart: (t) => {
    const s = 2 * Math.PI * t;
    return [Math.sin(s) ** 3, (13 * Math.cos(s) - 5 * Math.cos(2 * s) - 2 * Math.cos(3 * s) - Math.cos(4 * s)) / 15];
  },
  spiral: (t) => [1.1 * t * Math.cos(6 * Math.PI * t), 1.1 * t * Math.sin(6 * Math.PI * t)],
};

function drawing(name: string, count: number, rng: Ctx['rng']): Matrix {
  const data = new Float64Array(2 * count);
  for (let i = 0; i < count; i++) {
    const [x, y] = DRAWINGS[name]!((i + rng.uniform()) / count);
    data[2 * i] = x + 0.02 * rng.normal();
    data[2 * i + 1] = y + 0.02 * rng.normal();
  }
  return { rows: count, columns: 2, data };
}

export async function* pointClouds({ points, from, to, frames }: Values, { rng, signal }: Ctx): AsyncIterable<Frame> {
  const [xs, ys] = [drawing(from, points, rng.fork('from')), drawing(to, points, rng.fork('to'))];
  const { columnOf, cost } = linearAssignment(costMatrix(xs, ys));
  const distance = Math.sqrt(cost / points);
  for (let step = 0; step < frames; step++) {
    await breathe(signal);
    const t = step / (frames - 1);
    const at = (c: number): Float64Array => Float64Array.from(columnOf, (j, i) => (1 - t) * xs.data[2 * i + c]! + t * ys.data[2 * j + c]!);
    yield { kind: 'series', name: `${Math.round(100 * t)} % of the way from ${from} to ${to}`, x: at(0), y: at(1), mark: 'dot' };
    yield { kind: 'metric', step, values: { t, distance: t * distance } };
  }
  yield { kind: 'note', text: `2-Wasserstein distance of ${points} points: ${distance.toFixed(6)}` };
}
