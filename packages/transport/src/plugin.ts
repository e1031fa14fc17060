/** What this package offers the apps. */
import { type CurvPlugin, defineDemo, type Demo } from '@curv/plugin';

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

const plugin: CurvPlugin = { api: 1, name: '@curv/transport', contributes: { demos: { valley } } };
export default plugin;
