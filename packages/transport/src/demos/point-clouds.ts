/** Transport between two drawn shapes. */
import { breathe, type Ctx, during, type Frame, progress, type SeriesFrame } from '@curv/plugin';
import type { Matrix } from '@curv/linalg';
import type { Potentials } from '../api.js';
import { type PointCloudResult, sinkhornPointClouds } from '../entropic/point-clouds.js';

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

/** Points keep their shape in a figure, and figures of the same points can be compared. */
function planeOf(...clouds: readonly Matrix[]): Pick<SeriesFrame, 'axes' | 'mark'> {
  const most = 1.05 * Math.max(...clouds.flatMap(({ data }) => Array.from(data, Math.abs)));
  const range = [-most, most] as const;
  return { axes: { x: { range }, y: { range }, equal: true }, mark: 'dot' };
}

const coordinate = ({ data }: Matrix, k: number): Float64Array => data.filter((_, at) => at % 2 === k);

/** Solved first at a larger ε, which each level starts from (Schmitzer 2019). */
const LEVELS = [64, 16, 4, 1];
const SWEEPS = 1000;

export async function* pointClouds({ from, to, points, epsilon, frames }: PointCloudsParams, { rng, signal }: Ctx): AsyncGenerator<Frame> {
  const xs = drawn(from, points, rng.fork('from'));
  const ys = drawn(to, points, rng.fork('to'));
  const plane = planeOf(xs, ys);
  for (const [name, cloud] of [[`start, ${from}`, xs], [`target, ${to}`, ys]] as const) {
    signal.throwIfAborted();
    yield { kind: 'series', name, figure: 'Start and target', ...plane, x: coordinate(cloud, 0), y: coordinate(cloud, 1) };
  }
  let [sweeps, initial]: [number, Potentials | undefined] = [0, undefined];
  let found!: PointCloudResult;
  for (const [level, factor] of LEVELS.entries()) {
    const last = factor === 1;
    found = yield* during(signal, (say) =>
      sinkhornPointClouds(xs, ys, undefined, undefined, {
        epsilon: factor * epsilon, tolerance: last ? 1e-3 : 0.03, maxIterations: SWEEPS, signal, ...(initial && { initial }),
        onProgress: ({ iteration, error }) => void (iteration % 10 === 0 && say(progress(level * SWEEPS + iteration, LEVELS.length * SWEEPS, `ε = ${factor * epsilon}, error ${error.toExponential(1)}`))),
      }),
    );
    sweeps += found.counts.sweeps ?? 0;
    initial = found;
  }
  const { projection, cost, marginalError } = found;
  for (let frame = 1; frame < frames; frame++) {
    await breathe(signal);
    const t = frame / (frames - 1);
    // McCann's interpolation along the barycentric projection
    const at: Matrix = { ...xs, data: xs.data.map((x, k) => (1 - t) * x + t * projection.data[k]!) };
    yield { kind: 'series', name: `t = ${t.toFixed(2)}`, ...plane, x: coordinate(at, 0), y: coordinate(at, 1) };
  }
  yield { kind: 'metric', step: 0, values: { 'mean squared way': cost, 'error of the marginals': marginalError, sweeps } };
}
