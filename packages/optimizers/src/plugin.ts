/** What this package offers the apps. */
import { type CurvPlugin, defineDemo, type Demo } from '@curv/plugin';
import { adahessian } from './benches/adahessian/bench.js';
import { gns } from './benches/gns/bench.js';
import { sophia } from './benches/sophia/bench.js';

const race: Demo<any> = defineDemo({
  title: 'Optimizers on a surface',
  summary: 'Paths of gradient descent, Adam, Sophia and AdaHessian from one start on a surface of two variables, and how their values fall.',
  params: {
    surface: { type: 'choice', default: 'sophia', choices: ['sophia', 'rosenbrock', 'bowl'], help: 'what is minimized' },
    steps: { type: 'int', default: 60, min: 1, max: 2000, help: 'steps of each method' },
    rate: { type: 'number', default: 0.5, min: 1e-4, max: 10, log: true, help: 'learning rate of all but gradient descent, which takes a hundredth' },
  },
  quick: { steps: 40 },
  explanation: 'One direction is steep, another nearly flat: gradient descent crawls along the flat one, Adam takes the same step in both. Sophia divides by an estimate of the curvature and clips, AdaHessian divides by its smoothed root mean square, so that both go fast in the flat direction and do not bounce in the steep one.',
  citations: ['Liu, Li, Hall, Liang & Ma 2023, Sophia, arXiv:2305.14342', 'Yao et al. 2021, ADAHESSIAN, arXiv:2006.00719'],
  example: `import { sophiaH } from '@curv/optimizers';
import { grad, hvp, tensor } from '@curv/tensor';

const method = sophiaH({ learningRate: 0.5, interval: 1 });
let params = { x: tensor([0.2, 0], [2], 'float64') };
let state = method.init(params, { seed: 0 });
for (let step = 0; step < 60; step++) {
  const here = params;
  ({ params, state } = method.update(grad(loss)(here), state, here, { hvp: (v) => hvp(loss)(here, v) }));
}`,
  load: async () => (await import('./demos/race.js')).race,
});

const plugin: CurvPlugin = { api: 1, name: '@curv/optimizers', contributes: { demos: { race }, benches: { adahessian, gns, sophia } } };
export default plugin;
