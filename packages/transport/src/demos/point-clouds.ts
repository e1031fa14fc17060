/** Transport between two drawn shapes. */
import type { Ctx, Frame } from '@curv/plugin';
import type { Matrix } from '@curv/linalg';
import { sinkhornPointClouds } from '../entropic/point-clouds.js';

/** The parameters of the demo. */
export interface PointCloudsParams {
  readonly from: string;
  readonly to: string;
  readonly points: number;
  readonly epsilon: number;
  readonly frames: number;
}

type Curve = (t: number) => readonly [number, number];

/** Curves over [0, 1), which points are scattered around. */
const SHAPES: Readonly<Record<string, Curve>> = {
  ring: (t) => [0.4 * Math.cos(2 * Math.PI * t), 0.4 * Math.sin(2 * Math.PI * t)],
  heart: (t) => {
    const s = 2 * Math.PI * t;
    return [0.028 * 16 * Math.sin(s) ** 3, 0.028 * (13 * Math.cos(s) - 5 * Math.cos(2 * s) - 2 * Math.cos(3 * s) - Math.cos(4 * s))];
  },
  spiral: (t) => [(0.05 + 0.4 * t) * Math.cos(12 * t), (0.05 + 0.4 * t) * Math.sin(12 * t)],
  moons: (t) => (t < 0.5 ? [0.3 * Math.cos(2 * Math.PI * t) - 0.12, 0.3 * Math.sin(2 * Math.PI * t) - 0.05] : [0.3 * Math.cos(2 * Math.PI * t) + 0.12, 0.3 * Math.sin(2 * Math.PI * t) + 0.05]),
};

function drawn(shape: string, points: number, rng: Ctx['rng']): Matrix {
  const curve = SHAPES[shape]!;
  const data = new Float64Array(2 * points);
  for (let i = 0; i < points; i++) {
    const [x, y] = curve(rng.uniform());
    data[2 * i] = x + 0.015 * rng.normal();
    data[2 * i + 1] = y + 0.015 * rng.normal();
  }
  return { rows: points, columns: 2, data };
}

/** Points keep their shape in a figure. */
const PLANE = { axes: { equal: true }, mark: 'dot' } as const;

const coordinate = ({ data }: Matrix, k: number): Float64Array => data.filter((_, at) => at % 2 === k);

export async function* pointClouds({ from, to, points, epsilon, frames }: PointCloudsParams, { rng, signal }: Ctx): AsyncGenerator<Frame> {
  const xs = drawn(from, points, rng.fork('from'));
  const ys = drawn(to, points, rng.fork('to'));
  const { projection, cost, status, counts, marginalError } = await sinkhornPointClouds(xs, ys, undefined, undefined, { epsilon, tolerance: 1e-4, maxIterations: 500, signal });
  for (const [name, cloud] of [[from, xs], [`${to}, the target`, ys]] as const) {
    signal.throwIfAborted();
    yield { kind: 'series', name, figure: 'Start and target', ...PLANE, x: coordinate(cloud, 0), y: coordinate(cloud, 1) };
  }
  for (let frame = 1; frame < frames; frame++) {
    signal.throwIfAborted();
    const t = frame / (frames - 1);
    // McCann's interpolation along the barycentric projection
    const at: Matrix = { ...xs, data: xs.data.map((x, k) => (1 - t) * x + t * projection.data[k]!) };
    yield { kind: 'series', name: `t = ${t.toFixed(2)}`, ...PLANE, x: coordinate(at, 0), y: coordinate(at, 1) };
  }
  yield { kind: 'metric', step: 0, values: { cost, marginalError, sweeps: counts.sweeps ?? 0 } };
  yield { kind: 'note', text: `${status} after ${counts.sweeps} sweeps; the mean squared way is ${cost.toFixed(4)}` };
}
