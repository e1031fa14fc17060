/** What this package offers the apps. */
import { type CurvPlugin, defineDemo, type Demo } from '@curv/plugin';
import { adahessian } from './benches/adahessian/bench.js';
import { gns } from './benches/gns/bench.js';
import { sophia } from './benches/sophia/bench.js';
import { zoo } from './benches/zoo/bench.js';

const race: Demo<any> = defineDemo({
  title: 'Optimizers on a surface',
  summary: 'Paths of gradient descent, Adam, Sophia and AdaHessian from one start on a surface of two variables, and how their values fall.',
  params: {
    surface: { type: 'choice', default: 'sophia', choices: ['sophia', 'rosenbrock', 'bowl'], help: 'what is minimized' },
    steps: { type: 'int', default: 60, min: 1, max: 2000, help: 'steps of each method' },
    rate: { type: 'number', default: 0.5, min: 1e-4, max: 10, log: true, help: 'learning rate of all but gradient descent, which takes a hundredth' },
  },
  load: async () => (await import('./demos/race.js')).race,
});

const plugin: CurvPlugin = { api: 1, name: '@curv/optimizers', contributes: { demos: { race }, benches: { adahessian, gns, sophia, zoo } } };
export default plugin;
