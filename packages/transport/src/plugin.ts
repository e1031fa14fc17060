/** What this package offers the apps. */
import { type CurvPlugin, defineDemo, type Demo } from '@curv/plugin';
import { gbwSpdNorm } from './benches/gbw-spd-norm/bench.js';

const valley: Demo<any> = defineDemo({
  title: 'Down the valley',
  summary: 'Gradient descent on the Rosenbrock function.',
  params: { steps: { type: 'int', default: 100, min: 1, max: 10_000 } },
  async load() {
    const [{ grad, tensor }, { rosenbrock }] = await Promise.all([import('@curv/tensor'), import('./rosenbrock.js')]);
    return async function* run({ steps }, { signal }) {
      let point = tensor([-1, 1], [2], 'float64');
      for (let step = 1; step <= steps; step++) {
        signal.throwIfAborted();
        point = point.sub(grad(rosenbrock)(point).mul(1e-3));
        yield { kind: 'metric' as const, step, values: { value: (await rosenbrock(point).data())[0]! } };
      }
    };
  },
});

const ellipses: Demo<any> = defineDemo({
  title: 'Covariances as ellipses',
  summary: 'A geodesic between two covariances, a cluster with its Fréchet mean, and the cluster after normalization, under one metric or another.',
  params: {
    metric: { type: 'choice', default: 'bures', choices: ['bures', 'affine-invariant', 'log-euclidean'] },
    matrices: { type: 'int', default: 12, min: 1, max: 200, help: 'in the cluster' },
    steps: { type: 'int', default: 20, min: 1, max: 500, help: 'along the geodesic' },
  },
  load: async () => (await import('./demos/ellipses.js')).ellipses,
});

const plugin: CurvPlugin = { api: 1, name: '@curv/transport', contributes: { demos: { ellipses, valley }, benches: { 'gbw-spd-norm': gbwSpdNorm } } };
export default plugin;
