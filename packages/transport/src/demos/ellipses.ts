/** Covariances as ellipses: a geodesic, a cluster with its mean, and the cluster after normalization. */
import { breathe, type Ctx, type Frame } from '@curv/plugin';
import { matmul, type Tensor, tensor } from '@curv/tensor';
import { affineInvariant } from '../spd/affine-invariant.js';
import { affineInvariantBatchNorm } from '../spd/affine-invariant-batch-norm.js';
import type { SpdBatchNorm, SpdMetric } from '../spd/api.js';
import { bures } from '../spd/bures.js';
import { buresBatchNorm } from '../spd/bures-batch-norm.js';
import { frechetMean } from '../spd/frechet-mean.js';
import { logEuclidean } from '../spd/log-euclidean.js';
import { logEuclideanBatchNorm } from '../spd/log-euclidean-batch-norm.js';
import { matrixSqrt } from '../spd/matrix-functions.js';

interface Values {
  readonly metric: string;
  readonly matrices: number;
  readonly steps: number;
}

const METRICS: Readonly<Record<string, { readonly metric: SpdMetric; readonly norm: SpdBatchNorm }>> = {
  bures: { metric: bures, norm: buresBatchNorm({ meanIterations: 20, learnMetric: false }) },
  'affine-invariant': { metric: affineInvariant, norm: affineInvariantBatchNorm({ meanIterations: 20 }) },
  'log-euclidean': { metric: logEuclidean, norm: logEuclideanBatchNorm() },
};

/** Corners of a drawn ellipse. */
const CORNERS = 48;

/** The covariance of standard deviations a and b along axes turned by an angle. */
function covariance(a: number, b: number, angle: number): number[] {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  return [a * a * c * c + b * b * s * s, (a * a - b * b) * c * s, (a * a - b * b) * c * s, a * a * s * s + b * b * c * c];
}

/** One standard deviation of each [N, 2, 2]: Σ^½ applied to the unit circle. */
async function outlines(matrices: Tensor): Promise<{ x: Float64Array; y: Float64Array }> {
  const circle = Array.from({ length: CORNERS }, (_, i) => (2 * Math.PI * i) / (CORNERS - 1));
  const points = tensor([...circle.map(Math.cos), ...circle.map(Math.sin)], [2, CORNERS], 'float64');
  const drawn = await matmul(matrixSqrt(matrices), points).data();
  const [x, y] = [new Float64Array(drawn.length / 2), new Float64Array(drawn.length / 2)];
  for (let k = 0; k < x.length; k++) {
    const at = Math.floor(k / CORNERS) * 2 * CORNERS + (k % CORNERS);
    x[k] = drawn[at]!;
    y[k] = drawn[at + CORNERS]!;
  }
  return { x, y };
}

/** A place of its own in a figure: ellipses are shown as round as they are. */
const inFigure = (figure: string) => ({ figure, axes: { equal: true } }) as const;

const DETERMINANT = { figure: 'Determinant on the way', axes: { x: { label: 't' }, y: { label: 'determinant', log: true } } } as const;

async function determinant(x: Tensor): Promise<number> {
  const [a, b, , d] = (await x.data()) as unknown as [number, number, number, number];
  return a * d - b * b;
}

const single = (x: Tensor): Tensor => x.reshape([1, 2, 2]);

export async function* ellipses({ metric: name, matrices: count, steps }: Values, { rng, signal }: Ctx): AsyncIterable<Frame> {
  const { metric, norm } = METRICS[name]!;
  const [p, q] = [tensor(covariance(3, 0.4, 0.2), [2, 2], 'float64'), tensor(covariance(2, 0.3, 1.6), [2, 2], 'float64')];
  for (let step = 0; step <= steps; step++) {
    await breathe(signal);
    const at = metric.geodesic(p, q, step / steps);
    const straight = p.mul(1 - step / steps).add(q.mul(step / steps));
    yield { kind: 'metric', step: step / steps, ...DETERMINANT, values: { 'the geodesic': await determinant(at), 'the straight line': await determinant(straight) } };
    if (step % Math.max(1, Math.floor(steps / 4)) === 0) yield { kind: 'series', name: `t = ${(step / steps).toFixed(2)}`, ...inFigure('Geodesic'), ...(await outlines(single(at))) };
  }
  const stream = rng.fork('ellipses');
  const cluster = tensor(Array.from({ length: count }, () => covariance(Math.exp(0.6 + 0.4 * stream.normal()), Math.exp(-0.6 + 0.4 * stream.normal()), 0.7 + 0.35 * stream.normal())).flat(), [count, 2, 2], 'float64');
  const { mean, variance, iterations } = await frechetMean(cluster, { metric, signal });
  yield { kind: 'series', name: 'cluster', ...inFigure('Cluster and mean'), mark: 'dot', ...(await outlines(cluster)) };
  yield { kind: 'series', name: 'its mean', ...inFigure('Cluster and mean'), ...(await outlines(single(mean))) };
  await breathe(signal);
  const { params, state } = norm.init(2);
  // s = 0.3: larger dispersions leave the domain of the Bures-Wasserstein exponential
  const scaled = params.logScale ? { ...params, logScale: params.logScale.add(Math.log(0.3)) } : params;
  const { output } = norm.apply(scaled, state, cluster, true);
  const after = await frechetMean(output, { metric, signal });
  yield { kind: 'series', name: 'normalized', ...inFigure('After normalization'), mark: 'dot', ...(await outlines(output)) };
  yield { kind: 'series', name: 'mean of the normalized', ...inFigure('After normalization'), ...(await outlines(single(after.mean))) };
  yield { kind: 'note', text: `${metric.name}: mean after ${iterations} iterations, dispersion ${variance.toFixed(3)}; normalized ${after.variance.toFixed(3)}, mean [${[...(await after.mean.data())].map((v) => v.toFixed(3)).join(', ')}]` };
}
