/** Three trace estimators on the Gauss-Newton matrix of a small trained net. */
import { toDense } from '@curv/linalg';
import { type Ctx, type Frame, progress } from '@curv/plugin';
import { random } from '@curv/tensor';
import { hutchinsonTrace } from '../estimators/hutchinson.js';
import { hutchPlusPlus } from '../estimators/hutch-plus-plus.js';
import { xtrace } from '../estimators/xtrace.js';
import { gaussNewton } from '../operators/gauss-newton.js';
import { overlapping } from '../support/clusters.js';
import { bestType, denseLayers, descend, problemOf, toData } from '../support/network.js';

interface Values {
  readonly hidden: number;
  readonly runs: number;
}

const BUDGETS = [6, 12, 24, 48, 96] as const;
const FIGURE = { figure: 'Error of the trace', axes: { x: { label: 'matrix-vector products', log: true }, y: { label: 'relative error, root mean square', log: true } } } as const;

export async function* traces({ hidden, runs }: Values, { engine, rng, signal }: Ctx): AsyncIterable<Frame> {
  const stream = random(rng.seed).fork('traces');
  const dtype = bestType(engine);
  const data = toData(overlapping(stream, 4, 200), dtype);
  const layers = await descend({ layers: denseLayers(stream, [10, hidden, 4], dtype), data, activation: 'tanh', rate: 0.3, steps: 200, engine, signal });
  const operator = gaussNewton(problemOf(layers, [data], 'tanh', engine), { signal });
  const n = operator.shape[0];
  const matrix = await toDense(operator, { signal });
  const truth = matrix.data.reduce((sum, x, i) => sum + (i % (n + 1) === 0 ? x : 0), 0);
  yield { kind: 'note', text: `Gauss-Newton matrix of ${n} parameters, trace ${truth.toPrecision(6)}` };
  const estimators = {
    Hutchinson: (products: number, seed: number) => hutchinsonTrace(operator, { maxProbes: products, seed, signal }),
    'Hutch++': (products: number, seed: number) => hutchPlusPlus(operator, { products, seed, signal }),
    XTrace: (products: number, seed: number) => xtrace(operator, { maxProducts: products, seed, signal }),
  };
  for (const [i, products] of BUDGETS.entries()) {
    yield progress(i, BUDGETS.length, `${products} products`);
    const values: Record<string, number> = {};
    for (const [name, estimate] of Object.entries(estimators)) {
      let sum = 0;
      for (let seed = 0; seed < runs; seed++) sum += ((await estimate(products, rng.seed + seed)).estimate / truth - 1) ** 2;
      // With as many products as parameters an estimate may be exact, which has no place on a logarithmic axis.
      values[name] = Math.max(Math.sqrt(sum / runs), 1e-17);
    }
    yield { kind: 'metric', step: products, ...FIGURE, values };
  }
  operator.dispose();
}
