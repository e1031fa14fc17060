/** jax-js (jit, wasm) as a contender. */
import { startJax } from '../jax-js.js';
import { type Contender, joined } from './contender.js';
import { type ArraySpec, type BenchModel, direction, labels, values } from './models.js';

/** @throws Error when the package is missing or does not start */
export async function jax(): Promise<Contender> {
  const { numpy: np, nn, lax, jit, grad, jvp } = await startJax();

  const net = {
    mlp: (p: any, x: any): any => np.matmul(np.tanh(np.matmul(x, p.w1).add(p.b1)), p.w2).add(p.b2),
    conv: (p: any, x: any): any => {
      const block = (h: any, k: any, b: any): any => {
        const out = np.tanh(lax.convGeneralDilated(h, k, [1, 1], 'SAME').add(b.reshape([1, -1, 1, 1])));
        const [n, c, height, width] = out.shape;
        return np.max(np.max(out.reshape([n, c, height / 2, 2, width / 2, 2]), 5), 3);
      };
      const features = block(block(x, p.k1, p.b1), p.k2, p.b2);
      return np.matmul(np.transpose(features, [0, 2, 3, 1]).reshape([features.shape[0], -1]), p.w).add(p.b);
    },
  };

  return {
    name: 'jax-js wasm jit',
    dtypes: ['float32', 'float64'],
    async prepare(model: BenchModel, dtype) {
      const type = dtype === 'float32' ? np.float32 : np.float64;
      const View = dtype === 'float32' ? Float32Array : Float64Array;
      const array = (spec: ArraySpec): any => np.array(View.from(values(spec)), { dtype: type }).reshape(spec.shape);
      const image = model.id === 'conv';
      // Its convolution is NCHW × OIHW.
      const parameter = (spec: ArraySpec): any => (spec.shape.length === 4 ? np.transpose(array(spec), [3, 2, 0, 1]) : array(spec));
      const each = (f: (s: ArraySpec) => any): any => Object.fromEntries(Object.entries(model.params).map(([k, s]) => [k, f(s)]));
      const params = each(parameter);
      const v = each((s) => parameter(direction(s)));
      const x = image ? np.transpose(array(model.input), [0, 3, 1, 2]) : array(model.input);
      const hot = new View(model.batch * model.classes);
      labels(model).forEach((c, i) => (hot[i * model.classes + c] = 1));
      const y = np.array(hot, { dtype: type }).reshape([model.batch, model.classes]);
      const loss = (p: any, xs: any, ys: any): any => np.negative(np.mean(np.sum(nn.logSoftmax(net[model.id](p, xs)).mul(ys), 1)));
      const gradient = jit((p: any, xs: any, ys: any) => grad(loss)(p, xs, ys));
      const product = jit((p: any, d: any, xs: any, ys: any) => jvp((q: any) => grad(loss)(q, xs, ys), [p], [d])[1]);
      const refs = (tree: any): any => Object.fromEntries(Object.entries(tree).map(([k, a]: [string, any]) => [k, a.ref]));
      const run = {
        gradient: () => gradient(refs(params), x.ref, y.ref),
        hvp: () => product(refs(params), refs(v), x.ref, y.ref),
      };
      const read = (tree: any): Float64Array =>
        joined(Object.keys(model.params).map((k) => (tree[k].ndim === 4 ? np.transpose(tree[k], [2, 3, 1, 0]) : tree[k]).dataSync() as Float64Array));
      return {
        async time(task) {
          const start = performance.now();
          const out = run[task]();
          for (const key of Object.keys(out)) out[key].dataSync();
          return performance.now() - start;
        },
        hvp: async () => read(run.hvp()),
        dispose() {},
      };
    },
  };
}
