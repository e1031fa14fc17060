/** Three trace estimators on the Gauss-Newton matrix of a small net. */
import { toDense } from '@curv/linalg';
import { type Ctx, type Frame, progress } from '@curv/plugin';
import { random, softmaxCrossEntropy, type Tensor, tensor } from '@curv/tensor';
import { hutchinsonTrace } from '../estimators/hutchinson.js';
import { hutchPlusPlus } from '../estimators/hutch-plus-plus.js';
import { xtrace } from '../estimators/xtrace.js';
import { gaussNewton } from '../operators/gauss-newton.js';

interface Values {
  readonly hidden: number;
  readonly runs: number;
}

const BUDGETS = [8, 16, 32, 64] as const;

export async function* traces({ hidden, runs }: Values, { engine, rng, signal }: Ctx): AsyncIterable<Frame> {
  const stream = random(rng.seed).fork('traces');
  const draw = (shape: number[], scale: number): Tensor => stream.tensor('normal', shape).mul(scale);
  const operator = gaussNewton(
    {
      params: { w1: draw([8, hidden], 0.5), w2: draw([hidden, 4], 0.5) },
      batches: [{ data: { x: draw([60, 8], 1), y: tensor(Int32Array.from({ length: 60 }, (_, i) => i % 4), [60]) }, size: 60 }],
      reduction: 'mean',
      engine,
      model: (p: { w1: Tensor; w2: Tensor }, { x }: { x: Tensor }) => x.matmul(p.w1).tanh().matmul(p.w2),
      outputLoss: (z: Tensor, { y }: { y: Tensor }) => softmaxCrossEntropy(z, y),
    },
    { signal },
  );
  const n = operator.shape[0];
  const { data } = await toDense(operator, { signal });
  const truth = data.reduce((sum, x, i) => sum + (i % (n + 1) === 0 ? x : 0), 0);
  yield { kind: 'note', text: `${n} parameters, trace ${truth.toPrecision(6)}` };
  const estimators = {
    Hutchinson: (products: number, seed: number) => hutchinsonTrace(operator, { maxProbes: products, seed, signal }),
    'Hutch++': (products: number, seed: number) => hutchPlusPlus(operator, { products, seed, signal }),
    XTrace: (products: number, seed: number) => xtrace(operator, { maxProducts: products, seed, signal }),
  };
  for (const products of BUDGETS) {
    const values: Record<string, number> = {};
    for (const [name, estimate] of Object.entries(estimators)) {
      let sum = 0;
      for (let seed = 0; seed < runs; seed++) sum += ((await estimate(products, rng.seed + seed)).estimate / truth - 1) ** 2;
      values[name] = Math.sqrt(sum / runs);
    }
    yield progress(BUDGETS.indexOf(products) + 1, BUDGETS.length, `${products} products`);
    yield { kind: 'metric', figure: 'Relative error', axes: { x: { label: 'products', log: true }, y: { label: 'relative error', log: true } }, step: products, values };
  }
  operator.dispose();
}
