/** jax-js (jit, wasm) as a contender. */
import { startJax } from '../jax-js.js';
import { type Contender, joined, type Task } from './contender.js';
import { jaxNets } from './jax-nets.js';
import { type ArraySpec, type BenchModel, direction, isTokens, tokens, values } from './models/index.js';

/** @throws Error when the package is missing or does not start */
export async function jax(): Promise<Contender> {
  const api: any = await startJax();
  const { numpy: np, nn, jit, grad, jvp } = api;
  const nets = jaxNets(api);

  return {
    name: 'jax-js wasm jit',
    dtypes: ['float32', 'float64'],
    async prepare(model: BenchModel, dtype) {
      if (dtype === 'float64' && model.id !== 'tiny' && model.id !== 'mlp') throw new Error('left out: seconds to a minute a call');
      const type = dtype === 'float32' ? np.float32 : np.float64;
      const View = dtype === 'float32' ? Float32Array : Float64Array;
      const array = (spec: ArraySpec): any => np.array(View.from(values(spec)), { dtype: type }).reshape(spec.shape);
      // Its convolution is NCHW × OIHW.
      const parameter = (spec: ArraySpec): any => (spec.shape.length === 4 ? np.transpose(array(spec), [3, 2, 0, 1]) : array(spec));
      const each = (f: (s: ArraySpec) => any): any => Object.fromEntries(Object.entries(model.params).map(([k, s]) => [k, f(s)]));
      const params = each(parameter);
      const v = each((s) => parameter(direction(s)));
      const { input } = model;
      const x = isTokens(input) ? np.array(tokens(input), { dtype: np.int32 }).reshape(input.shape) : input.shape.length === 4 ? np.transpose(array(input), [0, 3, 1, 2]) : array(input);
      const classes = model.labels.below;
      const labels = tokens(model.labels);
      const hot = new View(labels.length * classes);
      labels.forEach((c, i) => (hot[i * classes + c] = 1));
      const y = np.array(hot, { dtype: type }).reshape([labels.length, classes]);
      const loss = (p: any, xs: any, ys: any): any => np.negative(np.mean(np.sum(nn.logSoftmax(nets[model.id](p, xs).reshape([labels.length, classes])).mul(ys), 1)));
      const gradient = jit((p: any, xs: any, ys: any) => grad(loss)(p, xs, ys));
      const product = jit((p: any, d: any, xs: any, ys: any) => jvp((q: any) => grad(loss)(q, xs, ys), [p], [d])[1]);
      const refs = (tree: any): any => Object.fromEntries(Object.entries(tree).map(([k, a]: [string, any]) => [k, a.ref]));
      const run = (task: Task): any => {
        if (task === 'gradient') return gradient(refs(params), x.ref, y.ref);
        if (task === 'hvp') return product(refs(params), refs(v), x.ref, y.ref);
        throw new Error('gradients and HVPs only');
      };
      const read = (tree: any): Float64Array =>
        joined(Object.keys(model.params).map((k) => (tree[k].ndim === 4 ? np.transpose(tree[k], [2, 3, 1, 0]) : tree[k]).dataSync() as Float64Array));
      return {
        async time(task) {
          const start = performance.now();
          const out = run(task);
          for (const key of Object.keys(out)) out[key].dataSync();
          return performance.now() - start;
        },
        values: async (task) => read(run(task)),
        dispose() {},
      };
    },
  };
}
