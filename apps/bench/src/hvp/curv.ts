/** Our engines as contenders. */
import { compile, type Engine, flatten, grad, hvp, type Tensor, type Tree } from '@curv/tensor';
import { type Contender, joined } from './contender.js';
import { argumentsOf, lossOf } from './models.js';

const read = async (tree: Tree<Tensor>): Promise<Float64Array> => {
  const { leaves } = flatten(tree);
  const parts = await Promise.all(leaves.map((leaf) => leaf.data()));
  const out = joined(parts);
  leaves.forEach((leaf) => leaf.dispose());
  return out;
};

export function curv(engine: Engine): Contender {
  return {
    name: `curv ${engine.name}`,
    dtypes: (['float32', 'float64'] as const).filter((dtype) => engine.dtypes.includes(dtype)),
    async prepare(model, dtype) {
      const { params, direction, x, y } = argumentsOf(model, dtype);
      const loss = lossOf(model);
      const gradient = compile(grad(loss), { engine });
      const product = compile(hvp(loss), { engine });
      const run = { gradient: () => gradient(params, x, y) as Tree<Tensor>, hvp: () => product(params, direction, x, y) as Tree<Tensor> };
      return {
        async time(task) {
          const start = performance.now();
          await read(run[task]());
          return performance.now() - start;
        },
        hvp: () => read(run.hvp()),
        dispose() {
          gradient.dispose();
          product.dispose();
          flatten([params, direction, x, y] as never).leaves.forEach((t) => t.dispose());
        },
      };
    },
  };
}
