/** What the batch size does to curvature and to stable learning rates. */
import type { Ctx, Frame } from '@curv/plugin';
import { random, type Tensor } from '@curv/tensor';
import { largestStableRate } from '../benches/batch-lr-rmt/stable-rates.js';
import { loadDigits } from '../benches/support/digits.js';
import { bestType, type Data, denseLayers, descend, problemOf, toData } from '../benches/support/network.js';
import { topEigenpairs } from '../estimators/top-eigenpairs.js';
import { hessian } from '../operators/hessian.js';

interface Values {
  readonly hidden: number;
  readonly steps: number;
  readonly batches: number;
  readonly largest: string;
}

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
  const rates: { sgd: number[]; adam: number[] } = { sgd: [], adam: [] };
  const guess = { sgd: -5, adam: -11 };
  for (const batch of sizes) {
    let mean = 0;
    for (let b = 0; b < batches; b++) {
      const from = stream.integer(digits.count - batch);
      const rows = (t: Tensor): Tensor => t.slice([from], [from + batch]);
      mean += (await lambda({ x: rows(data.x), y: rows(data.y) })) / batches;
    }
    curvature.push(mean);
    for (const optimizer of ['sgd', 'adam'] as const) {
      const found = await largestStableRate({ data, sizes: [64, hidden, 10], dtype, optimizer, batch, steps, runs: 1, seed: rng.seed, guess: guess[optimizer], engine, signal });
      rates[optimizer].push(found.rate);
      guess[optimizer] = found.exponent + 1;
    }
    yield { kind: 'metric', step: batch, values: { 'λ₁(B)': mean, 'stable rate, SGD': rates.sgd[rates.sgd.length - 1]!, 'stable rate, Adam': rates.adam[rates.adam.length - 1]! } };
  }
  const x = sizes.map(Math.log2);
  yield { kind: 'series', name: 'λ₁ of batches against log2 batch size', x, y: curvature };
  yield { kind: 'series', name: 'log2 largest stable rate of SGD', x, y: rates.sgd.map(Math.log2) };
  yield { kind: 'series', name: 'log2 largest stable rate of Adam', x, y: rates.adam.map(Math.log2) };
}
