/** What this package offers the apps. */
import { type CurvPlugin, defineDemo, type Demo } from '@curv/plugin';
import { adahessian } from './benches/adahessian/bench.js';
import { gns } from './benches/gns/bench.js';
import { mFacOptimizer } from './benches/m-fac-optimizer/bench.js';
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

const model = { type: 'choice', default: 'digits', choices: ['digits', 'names'], help: 'a conv net on 8 × 8 digits, or a language model on names' } as const;
const steps = { type: 'int', default: 200, min: 10, max: 5000, help: 'steps of each run' } as const;
const rate = { type: 'number', default: 0.01, min: 1e-5, max: 1, log: true, help: 'learning rate of AdamW; the others take multiples of it' } as const;

const training: Demo<any> = defineDemo({
  title: 'Training curves',
  summary: 'Losses of SGD, AdamW, Sophia-G, Sophia-H and AdaHessian on one model from one start, on the same batches.',
  params: { model, steps, rate, batch: { type: 'int', default: 64, min: 1, max: 512, help: 'examples of a batch' } },
  quick: { steps: 30, batch: 8 },
  explanation: 'One model, one start and the same batches for every method. SGD with momentum takes the gradient as it comes; AdamW divides by its running size; the Sophias divide by a running estimate of the diagonal of the Hessian, looked at every ten steps and clipped; AdaHessian divides by the root mean square of such estimates, taken at every step.',
  citations: ['Liu, Li, Hall, Liang & Ma 2023, Sophia, arXiv:2305.14342', 'Yao, Gholami, Shen, Mustafa, Keutzer & Mahoney 2021, ADAHESSIAN, arXiv:2006.00719', 'Loshchilov & Hutter 2019, Decoupled weight decay regularization, arXiv:1711.05101'],
  example: `import { sophiaG, train } from '@curv/optimizers';
import { random, softmaxCrossEntropy, tensor } from '@curv/tensor';

const stream = random(0);
const params = { w: stream.tensor('normal', [4, 3]), b: stream.tensor('normal', [3]) };
const problem = { model: ({ w, b }, { x }) => x.matmul(w).add(b), outputLoss: (logits, { y }) => softmaxCrossEntropy(logits, y), likelihood: 'categorical' };
const batch = (step, draws) => ({ x: draws.tensor('normal', [32, 4]), y: tensor(Int32Array.from({ length: 32 }, () => draws.integer(3)), [32]) });
const { losses } = await train({ problem, optimizer: sophiaG({ learningRate: 0.01 }), params, batch, steps: 100, seed: 1 });
console.log(losses.at(0), losses.at(-1));`,
  load: async () => (await import('./demos/training.js')).training,
});

const rates: Demo<any> = defineDemo({
  title: 'Effective learning rates',
  summary: 'How far each layer moves for its gradient, step by step: what the scaling of a method amounts to.',
  params: { model, method: { type: 'choice', default: 'AdamW', choices: ['SGD, momentum', 'AdamW', 'Sophia-G', 'Sophia-H', 'AdaHessian'], help: 'whose rates' }, steps, rate },
  quick: { steps: 31 },
  explanation: 'A method that scales gradients gives every layer a learning rate of its own. How far a layer moves in a step, divided by the size of its gradient, is that rate: the same constant for plain SGD, larger for layers of small gradients or flat directions with Adam, Sophia and AdaHessian.',
  citations: ['Liu et al. 2023, Sophia, arXiv:2305.14342', 'Kingma & Ba 2015, Adam, arXiv:1412.6980'],
  example: `import { adamw } from '@curv/optimizers';
import { grad, tensor } from '@curv/tensor';

const loss = ({ a, b }) => a.square().sum().mul(50).add(b.square().sum().mul(0.01));
const before = { a: tensor([1, 2]), b: tensor([3, 4]) };
const method = adamw({ learningRate: 0.01, weightDecay: 0 });
const gradient = grad(loss)(before);
const { params: after } = method.update(gradient, method.init(before, { seed: 0 }), before);
const size = (t) => t.square().mean().sqrt().item();
for (const name of ['a', 'b']) console.log(name, size(after[name].sub(before[name])) / size(gradient[name]));`,
  load: async () => (await import('./demos/effective-rates.js')).effectiveRates,
});

const unclipped: Demo<any> = defineDemo({
  title: "Sophia's unclipped share",
  summary: 'The share of elements that Sophia does not clip, while training, for three values of γ.',
  params: { model, estimator: { type: 'choice', default: 'bartlett', choices: ['bartlett', 'hutchinson'], help: 'estimator of the curvature diagonal' }, steps, rate: { ...rate, default: 0.003, help: 'learning rate' } },
  quick: { steps: 21 },
  explanation: 'Sophia divides the running mean of gradients by γ times the estimated curvature and clips every element to one. Where it does not clip, the step is that of Newton on the diagonal; where it does, only the sign is left. With a small γ nearly all is clipped, with a large one nearly nothing, and the method works best between.',
  citations: ['Liu, Li, Hall, Liang & Ma 2023, Sophia: a scalable stochastic second-order optimizer for language model pre-training, arXiv:2305.14342'],
  example: `import { sophiaG, train } from '@curv/optimizers';
import { random, softmaxCrossEntropy, tensor } from '@curv/tensor';

const params = { w: random(0).tensor('normal', [4, 3]) };
const problem = { model: ({ w }, { x }) => x.matmul(w), outputLoss: (logits, { y }) => softmaxCrossEntropy(logits, y), likelihood: 'categorical' };
const batch = (step, draws) => ({ x: draws.tensor('normal', [32, 4]), y: tensor(Int32Array.from({ length: 32 }, () => draws.integer(3)), [32]) });
// The share that is not clipped, whenever the curvature is looked at:
const onStep = ({ step, info }) => 'winRate' in info && console.log(step, info.winRate);
await train({ problem, optimizer: sophiaG({ learningRate: 0.01, gamma: 0.05 }), params, batch, steps: 50, seed: 1, onStep });`,
  load: async () => (await import('./demos/unclipped.js')).unclipped,
});

const plugin: CurvPlugin = {
  api: 1,
  name: '@curv/optimizers',
  contributes: { demos: { race, training, rates, unclipped }, benches: { adahessian, gns, 'm-fac-optimizer': mFacOptimizer, sophia, zoo } },
};
export default plugin;
