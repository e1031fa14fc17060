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

/** How rates grow with the batch in theory, before its size no longer matters. */
const LAWS = { sgd: { name: 'SGD in theory, ∝ batch', law: (batch: number) => batch }, adam: { name: 'Adam in theory, ∝ √batch', law: Math.sqrt } } as const;

/** What the rates of a batch size cost, in units of its curvature. */
const SEARCH = 20;

const SIZE = { label: 'batch size', log: true } as const;
const CURVATURE = { figure: 'Largest eigenvalue of the Hessian of a batch', axes: { x: SIZE, y: { label: 'λ₁', log: true } } } as const;
const RATES = { figure: 'Largest stable learning rate', axes: { x: SIZE, y: { label: 'learning rate', log: true } } } as const;

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
  const total = (1 + SEARCH) * sizes.length;
  for (const [i, batch] of sizes.entries()) {
    yield progress(i, total, `curvature of batches of ${batch}`);
    let mean = 0;
    for (let b = 0; b < batches; b++) {
      const from = stream.integer(digits.count - batch);
      const rows = (t: Tensor): Tensor => t.slice([from], [from + batch]);
      mean += (await lambda({ x: rows(data.x), y: rows(data.y) })) / batches;
    }
    yield { kind: 'metric', step: batch, ...CURVATURE, values: { [`mean over ${batches} batches`]: mean, 'all 1797 digits': full } };
  }
  const guess = { sgd: -5, adam: -11 };
  const laws: Partial<Record<Optimizer, number>> = {};
  for (const [i, batch] of sizes.entries()) {
    yield progress(sizes.length + SEARCH * i, total, `learning rates with batches of ${batch}`);
    const rates: Record<string, number> = {};
    for (const optimizer of ['sgd', 'adam'] as const) {
      const { rate, exponent } = await largestStableRate({ data, sizes: [64, hidden, 10], dtype, optimizer, batch, steps, runs: 1, seed: rng.seed, guess: guess[optimizer], engine, signal });
      guess[optimizer] = exponent + 1;
      if (Number.isNaN(rate)) continue;
      // The laws run through the rate of the first batch size.
      if (laws[optimizer] === undefined) laws[optimizer] = rate / LAWS[optimizer].law(batch);
      rates[TITLES[optimizer]] = rate;
      rates[LAWS[optimizer].name] = laws[optimizer]! * LAWS[optimizer].law(batch);
    }
    if (Object.keys(rates).length > 0) yield { kind: 'metric', step: batch, ...RATES, values: rates };
  }
}
