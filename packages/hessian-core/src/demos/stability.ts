/** How SGD chooses minima of small trace. */
import { breathe, type Ctx, type Frame, progress } from '@curv/plugin';
import { random } from '@curv/tensor';
import { diagonalNet, lossAndRows, sgdSteps } from '../support/scalar-nets.js';
import { stabilityReport } from '../stability/stability-report.js';

interface Values {
  readonly features: number;
  readonly examples: number;
  readonly steps: number;
}

export async function* stability({ features, examples, steps }: Values, { rng, signal }: Ctx): AsyncIterable<Frame> {
  const stream = random(rng.seed).fork('stability');
  const normals = (n: number): Float64Array => new Float64Array(n).map(() => stream.normal());
  const x = Array.from({ length: examples }, () => normals(features));
  const data = { x, y: x.map((row) => row[0]!) };
  const net = diagonalNet(features);
  const start = normals(2 * features);
  const initial = stabilityReport(lossAndRows(net, data, start).rows, { exact: false }).trace;
  const [rates, traces]: [number[], number[]] = [[], []];
  for (let k = 1; k <= 8; k++) {
    // Bounds 2/η from twice the start's trace down to a fifth of it.
    const rate = (k / initial) * (k <= 4 ? 1 : 1.25);
    const theta = start.slice();
    const batches = random(rng.seed).fork('stability batches');
    const [course, losses]: [number[], number[]] = [[], []];
    for (let done = 0; done < 20; done++) {
      sgdSteps(net, data, theta, rate, Math.ceil(steps / 20), batches);
      const { loss, rows } = lossAndRows(net, data, theta);
      course.push(stabilityReport(rows, { exact: false }).trace);
      losses.push(Math.log10(Math.max(loss, 1e-30)));
      await breathe(signal);
    }
    const found = stabilityReport(lossAndRows(net, data, theta).rows, { exact: false });
    rates.push(rate);
    traces.push(found.trace);
    yield { kind: 'metric', step: k, values: { rate, trace: found.trace, '2/η': 2 / rate, 'log10 loss': losses[losses.length - 1]! } };
    yield progress(k, 8, `learning rate ${k} of 8`);
    yield { kind: 'series', figure: 'tr G during training', axes: { x: { label: 'twentieths of the steps' }, y: { label: 'tr G', log: true } }, name: `tr G during training at η = ${rate.toPrecision(2)}`, x: course.map((_, i) => i), y: course };
  }
  const against = { figure: 'tr G of the solution', axes: { x: { label: 'learning rate η', log: true }, y: { label: 'tr G', log: true } } };
  yield { kind: 'series', ...against, name: 'tr G of the solution against the learning rate', x: rates, y: traces, mark: 'dot' };
  yield { kind: 'series', ...against, name: 'the bound 2/η', x: rates, y: rates.map((rate) => 2 / rate) };
}
