/** Clusters of directions on the sphere, found again by expectation-maximization. */
import type { Ctx, Frame } from '@curv/plugin';
import { fitVonMisesFisherMixture } from '../vmf/mixture.js';
import { sampleVonMisesFisher } from '../vmf/sample.js';

interface Values {
  readonly clusters: number;
  readonly points: number;
  readonly kappa: number;
}

const DEGREES = 180 / Math.PI;

const SPHERE = { figure: 'Directions on the sphere', axes: { x: { label: 'longitude, degrees' }, y: { label: 'latitude, degrees' } }, mark: 'dot' } as const;

export async function* vmfClusters({ clusters, points, kappa }: Values, { rng, signal }: Ctx): AsyncIterable<Frame> {
  const stream = rng.fork('vmf-clusters');
  const drawn: Float64Array[] = [];
  const samples = new Float64Array(3 * clusters * points);
  for (let c = 0; c < clusters; c++) {
    const direction = Float64Array.from([0, 1, 2], () => stream.normal());
    const norm = Math.hypot(...direction);
    drawn.push(direction.map((x) => x / norm));
    samples.set(sampleVonMisesFisher(drawn[c]!, kappa * (1 + c), points, stream), 3 * c * points);
  }
  const heights: { iteration: number; logLikelihood: number }[] = [];
  const { components, labels, converged, iterations } = fitVonMisesFisherMixture(samples, 3, clusters, { seed: rng.seed, signal, onProgress: (p) => heights.push(p) });
  for (const { iteration, logLikelihood } of heights) {
    signal.throwIfAborted();
    yield { kind: 'metric', step: iteration, figure: 'Log-likelihood', axes: { x: { label: 'iteration' }, y: { label: 'nats' } }, values: { 'log-likelihood': logLikelihood } };
  }
  for (let c = 0; c < clusters; c++) {
    signal.throwIfAborted();
    const rows = Array.from(labels.keys()).filter((i) => labels[i] === c);
    yield { kind: 'series', name: `cluster ${c + 1}`, ...SPHERE, ...onMap(rows.map((i) => samples.subarray(3 * i, 3 * i + 3))) };
  }
  yield { kind: 'series', name: 'means that were drawn', ...SPHERE, ...onMap(drawn) };
  yield { kind: 'series', name: 'means that were found', ...SPHERE, ...onMap(components.map(({ mu }) => mu)) };
  // Nearest means belong together.
  const values: Record<string, number> = {};
  components.forEach(({ mu, kappa: found }, c) => {
    const cosines = drawn.map((direction) => direction.reduce((s, x, i) => s + x * mu[i]!, 0));
    const nearest = cosines.indexOf(Math.max(...cosines));
    values[`κ found, cluster ${c + 1}`] = found;
    values[`κ drawn, cluster ${c + 1}`] = kappa * (1 + nearest);
    values[`angle between the means, cluster ${c + 1}, degrees`] = Math.acos(Math.min(1, cosines[nearest]!)) * DEGREES;
  });
  yield { kind: 'metric', step: iterations, values };
  yield { kind: 'note', text: `${converged ? 'converged' : 'stopped'} after ${iterations} iterations` };
}

/** Longitudes and latitudes of directions. */
function onMap(directions: readonly ArrayLike<number>[]): { x: number[]; y: number[] } {
  return {
    x: directions.map((d) => Math.atan2(d[1]!, d[0]!) * DEGREES),
    y: directions.map((d) => Math.asin(Math.max(-1, Math.min(1, d[2]!))) * DEGREES),
  };
}
