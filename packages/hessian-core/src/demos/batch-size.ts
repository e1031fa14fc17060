/** What the batch size does to curvature and to stable learning rates. */
import { type Ctx, type Frame, progress } from '@curv/plugin';
import { random, type Tensor } from '@curv/tensor';
import { largestStableRate, type Optimizer } from '../support/stable-rates.js';
import { loadDigits } from '../support/digits.js';
import { bestType, type Data, denseLayers, descend, problemOf, toData } from '../support/network.js';
import { topEigenpairs } from '../estimators/top-eigenpairs.js';
import { hessian } from '../operators/hessian.js';

interface Values {
  readonly hidden: number;
  readonly steps: number;
  readonly batches: number;
  readonly largest: string;
}

const TITLES: Readonly<Record<Optimizer, string>> = { sgd: 'SGD', adam: 'Adam' };

export async function* batchSize({ hidden, steps, batches, largest }: Values, { engine, rng, signal }: Ctx): AsyncIterable<Frame> {
  const dtype = bestType(engine);
  const digits = await loadDigits();
  const data = toData(digits, dtype);
  const stream = random(rng.seed).fork('batch size');
  const sizes = Array.from({ length: Math.log2(Number(largest)) + 1 }, (_, i) => 2 ** i);
  const layers = await descend({ layers: denseLayers(stream, [64, hidden, 10], dtype), data, activation: 'tanh', rate: 0.1, steps: 200, batch: 32, stream, engine, signal });
  const lambda = async (part: Data): Promise<number> => {
    const operator = hessian(problemOf(layers, [part], 'tanh', engine), { signal });
    const { values } = await topEigenpairs(operator, { k: 1, tolerance: 1e-3, signal });
    operator.dispose();
    return values[0]!;
  };
  const full = await lambda(data);
  yield { kind: 'note', text: `λ₁ of the Hessian over all ${digits.count} digits: ${full.toPrecision(4)}` };
  const curvature: number[] = [];
  const found: Record<Optimizer, { x: number[]; y: number[] }> = { sgd: { x: [], y: [] }, adam: { x: [], y: [] } };
  const guess = { sgd: -5, adam: -11 };
  for (const batch of sizes) {
    let mean = 0;
    for (let b = 0; b < batches; b++) {
      const from = stream.integer(digits.count - batch);
      const rows = (t: Tensor): Tensor => t.slice([from], [from + batch]);
      mean += (await lambda({ x: rows(data.x), y: rows(data.y) })) / batches;
    }
    curvature.push(mean);
    const values: Record<string, number> = { 'λ₁(B)': mean };
    for (const optimizer of ['sgd', 'adam'] as const) {
      const { rate, exponent } = await largestStableRate({ data, sizes: [64, hidden, 10], dtype, optimizer, batch, steps, runs: 1, seed: rng.seed, guess: guess[optimizer], engine, signal });
      guess[optimizer] = exponent + 1;
      if (Number.isNaN(rate)) continue;
      found[optimizer].x.push(Math.log2(batch));
      found[optimizer].y.push(Math.log2(rate));
      values[`stable rate, ${TITLES[optimizer]}`] = rate;
    }
    yield progress(sizes.indexOf(batch) + 1, sizes.length, `batches of ${batch}`);
    yield { kind: 'metric', axes: { x: { label: 'batch size', log: true } }, step: batch, values };
  }
  yield { kind: 'series', name: 'λ₁ of batches against log2 batch size', axes: { x: { label: 'log2 batch size' }, y: { label: 'λ₁' } }, x: sizes.map(Math.log2), y: curvature };
  for (const optimizer of ['sgd', 'adam'] as const) {
    if (found[optimizer].x.length > 0) yield { kind: 'series', name: `log2 of the largest stable rate of ${TITLES[optimizer]} against log2 batch size`, figure: 'log2 of the largest stable rate', axes: { x: { label: 'log2 batch size' }, y: { label: 'log2 rate' } }, ...found[optimizer] };
  }
}
