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

const RATE = { label: 'learning rate η', log: true } as const;
const COURSE = { figure: 'Trace of G while SGD runs', axes: { x: { label: 'step', log: true }, y: { label: 'tr G', log: true } } } as const;
const SOLUTION = { figure: 'Trace of G where SGD settles', axes: { x: RATE, y: { label: 'tr G', log: true } } } as const;
const LOSS = { figure: 'Loss where SGD settles', axes: { x: RATE, y: { label: 'mean square error ÷ 2', log: true } } } as const;
/** Losses below this are rounding. */
const LEAST = 1e-30;

export async function* stability({ features, examples, steps }: Values, { rng, signal }: Ctx): AsyncIterable<Frame> {
  const stream = random(rng.seed).fork('stability');
  const normals = (n: number): Float64Array => new Float64Array(n).map(() => stream.normal());
  const x = Array.from({ length: examples }, () => normals(features));
  const data = { x, y: x.map((row) => row[0]!) };
  const net = diagonalNet(features);
  const start = normals(2 * features);
  const initial = stabilityReport(lossAndRows(net, data, start).rows, { exact: false }).trace;
  for (let k = 1; k <= 8; k++) {
    // Bounds 2/η from twice the start's trace down to a fifth of it.
    const rate = Number(((k / initial) * (k <= 4 ? 1 : 1.25)).toPrecision(3));
    const theta = start.slice();
    const batches = random(rng.seed).fork('stability batches');
    const [course, at]: [number[], number[]] = [[], []];
    yield progress(k - 1, 8, `learning rate ${k} of 8`);
    for (const until of looks(steps)) {
      sgdSteps(net, data, theta, rate, until - (at.at(-1) ?? 0), batches);
      at.push(until);
      course.push(stabilityReport(lossAndRows(net, data, theta).rows, { exact: false }).trace);
      await breathe(signal);
    }
    yield { kind: 'series', ...COURSE, name: `η = ${rate}`, x: at, y: course };
    const { loss, rows } = lossAndRows(net, data, theta);
    yield { kind: 'metric', step: rate, ...SOLUTION, values: { 'tr G of the solution': stabilityReport(rows, { exact: false }).trace, 'the bound 2/η': 2 / rate } };
    yield { kind: 'metric', step: rate, ...LOSS, values: { 'loss of the solution': Math.max(loss, LEAST) } };
  }
}

/** About 30 steps to look at, denser at the start. */
function looks(steps: number): number[] {
  const powers = Array.from({ length: 30 }, (_, i) => Math.round(steps ** ((i + 1) / 30)));
  return [...new Set(powers)].filter((step) => step > 0);
}
