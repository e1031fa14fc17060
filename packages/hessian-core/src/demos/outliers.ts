/** Outliers of the Hessian against the number of classes. */
import { type Ctx, type Frame, progress } from '@curv/plugin';
import { random } from '@curv/tensor';
import { overlapping } from '../support/clusters.js';
import { bestType, denseLayers, descend, problemOf, toData } from '../support/network.js';
import { splitSpectrum } from '../spectrum/split-spectrum.js';
import { spectrumReport } from '../spectrum/spectrum-report.js';

interface Values {
  readonly classes: number;
  readonly hidden: number;
  readonly examples: number;
  readonly steps: number;
}

export async function* outliers({ classes, hidden, examples, steps }: Values, { engine, rng, signal }: Ctx): AsyncIterable<Frame> {
  const [counts, gaps]: [number[], number[]] = [[], []];
  const dtype = bestType(engine);
  for (let k = 2; k <= classes; k++) {
    const stream = random(rng.seed).fork(`outliers ${k}`);
    const data = toData(overlapping(stream, k, examples), dtype);
    const layers = await descend({ layers: denseLayers(stream, [10, hidden, k], dtype), data, activation: 'tanh', rate: 0.3, steps, engine, signal });
    const { hessian, covariance, loss } = await spectrumReport(problemOf(layers, [data], 'tanh', engine), { limit: 2500, signal });
    const [h, c] = [hessian, covariance].map(({ values }) => splitSpectrum(values, { maxOutliers: 3 * k }).gap) as [number, number];
    counts.push(k);
    gaps.push(c);
    yield { kind: 'metric', step: k, values: { loss, 'outliers of H': h, 'outliers of C': c, largest: hessian.values[0]!, negativity: hessian.split.negativity } };
    yield progress(k - 1, classes - 1, `${k} classes`);
    yield { kind: 'series', name: `eigenvalues of H, ${k} classes`, figure: 'eigenvalues of H', axes: { x: { label: 'number' }, y: { label: 'eigenvalue' } }, x: Array.from({ length: 3 * k }, (_, i) => i + 1), y: hessian.values.slice(0, 3 * k), mark: 'dot' };
  }
  yield { kind: 'series', name: 'outliers of the gradient covariance against classes', axes: { x: { label: 'classes' }, y: { label: 'outliers' } }, x: counts, y: gaps, mark: 'dot' };
}
