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

const EIGENVALUES = { figure: 'Largest eigenvalues of the Hessian', axes: { x: { label: 'rank' }, y: { label: 'eigenvalue', log: true } } } as const;
const OUTLIERS = { figure: 'Outliers: eigenvalues before the largest gap', axes: { x: { label: 'classes' }, y: { label: 'outliers' } } } as const;

/** Eigenvalues that are drawn for each number of classes. */
const SHOWN = 20;

export async function* outliers({ classes, hidden, examples, steps }: Values, { engine, rng, signal }: Ctx): AsyncIterable<Frame> {
  const dtype = bestType(engine);
  for (let k = 2; k <= classes; k++) {
    yield progress(k - 2, classes - 1, `${k} classes`);
    const stream = random(rng.seed).fork(`outliers ${k}`);
    const data = toData(overlapping(stream, k, examples), dtype);
    const layers = await descend({ layers: denseLayers(stream, [10, hidden, k], dtype), data, activation: 'tanh', rate: 0.3, steps, engine, signal });
    const { hessian, covariance } = await spectrumReport(problemOf(layers, [data], 'tanh', engine), { limit: 2500, signal });
    const gapOf = (values: ArrayLike<number>): number => splitSpectrum(values, { maxOutliers: 3 * k }).gap;
    yield { kind: 'metric', step: k, ...OUTLIERS, values: { 'of the Hessian': gapOf(hessian.values), 'of the covariance of gradients': gapOf(covariance.values), 'classes − 1': k - 1 } };
    const shown = hessian.values.slice(0, SHOWN).filter((value) => value > 0);
    yield { kind: 'series', name: `${k} classes`, ...EIGENVALUES, x: Array.from(shown, (_, i) => i + 1), y: shown };
  }
}
