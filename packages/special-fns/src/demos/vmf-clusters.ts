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

export async function* vmfClusters({ clusters, points, kappa }: Values, { rng, signal }: Ctx): AsyncIterable<Frame> {
  const stream = rng.fork('vmf-clusters');
  const samples = new Float64Array(3 * clusters * points);
  for (let c = 0; c < clusters; c++) {
    const direction = Float64Array.from([0, 1, 2], () => stream.normal());
    const norm = Math.hypot(...direction);
    samples.set(sampleVonMisesFisher(direction.map((x) => x / norm), kappa * (1 + c), points, stream), 3 * c * points);
  }
  const heights: { iteration: number; logLikelihood: number }[] = [];
  const { components, labels, converged, iterations } = fitVonMisesFisherMixture(samples, 3, clusters, { seed: rng.seed, signal, onProgress: (p) => heights.push(p) });
  for (const { iteration, logLikelihood } of heights) {
    signal.throwIfAborted();
    yield { kind: 'metric', step: iteration, values: { 'log-likelihood': logLikelihood } };
  }
  for (let c = 0; c < clusters; c++) {
    signal.throwIfAborted();
    const rows = Array.from(labels.keys()).filter((i) => labels[i] === c);
    yield {
      kind: 'series',
      name: `cluster ${c + 1}: longitude and latitude`,
      figure: 'longitude and latitude',
      axes: { x: { label: 'longitude, degrees' }, y: { label: 'latitude, degrees' } },
      x: rows.map((i) => Math.atan2(samples[3 * i + 1]!, samples[3 * i]!) * DEGREES),
      y: rows.map((i) => Math.asin(Math.max(-1, Math.min(1, samples[3 * i + 2]!))) * DEGREES),
      mark: 'dot',
    };
  }
  const found = components.map((c) => c.kappa).sort((a, b) => a - b).map((k) => k.toFixed(1)).join(', ');
  yield { kind: 'note', text: `${converged ? 'converged' : 'stopped'} after ${iterations} iterations; κ found: ${found}; κ drawn: ${Array.from({ length: clusters }, (_, c) => kappa * (1 + c)).join(', ')}` };
}
