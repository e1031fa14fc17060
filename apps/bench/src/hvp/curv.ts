/** Our engines as contenders. */
import { compile, type Engine, flatten, ggnvp, grad, hvp, type Tensor, type Tree, vmap } from '@curv/tensor';
import { type Contender, joined, type Task } from './contender.js';
import { argumentsOf, exampleLossOf, lossOf, lossOfOutputs, type Parameters } from './models/index.js';

/** Waits for the results; releases them. */
const read = async (tree: Tree<Tensor>): Promise<ArrayLike<number>[]> => {
  const { leaves } = flatten(tree);
  const parts = await Promise.all(leaves.map((leaf) => leaf.data()));
  leaves.forEach((leaf) => leaf.dispose());
  return parts;
};

export function curv(engine: Engine, name = `curv ${engine.name}`): Contender {
  return {
    name,
    dtypes: (['float32', 'float64'] as const).filter((dtype) => engine.dtypes.includes(dtype)),
    async prepare(model, dtype) {
      const { params, direction, x, y } = argumentsOf(model, dtype);
      const loss = lossOf(model);
      const outputs = (p: Tree<Tensor>, xs: Tensor): Tensor => model.outputs(p as Parameters, xs);
      const ggn = ggnvp(outputs, (z: Tensor, _: Tensor, ys: Tensor) => lossOfOutputs(z, ys));
      const compiled = {
        gradient: compile(grad(loss), { engine }),
        hvp: compile(hvp(loss), { engine }),
        ggnvp: compile(ggn, { engine }),
        examples: compile(vmap(grad(exampleLossOf(model)), { inAxes: [null, 0, 0] }), { engine }),
      };
      const run: Readonly<Record<Task, () => Tree<Tensor>>> = {
        gradient: () => compiled.gradient(params, x, y) as Tree<Tensor>,
        hvp: () => compiled.hvp(params, direction, x, y) as Tree<Tensor>,
        ggnvp: () => compiled.ggnvp(params, direction, x, y) as Tree<Tensor>,
        examples: () => compiled.examples(params, x, y) as Tree<Tensor>,
      };
      return {
        async time(task) {
          const start = performance.now();
          await read(run[task]());
          return performance.now() - start;
        },
        values: async (task) => joined(await read(run[task]())),
        dispose() {
          Object.values(compiled).forEach((f) => f.dispose());
          flatten([params, direction, x, y] as never).leaves.forEach((t) => t.dispose());
        },
      };
    },
  };
}
