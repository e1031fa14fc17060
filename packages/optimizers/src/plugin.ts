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
  explanation: 'One direction is steep, another nearly flat. Gradient descent, held to a small rate by the steep one, crawls along the flat one; Adam takes steps of about the same size in both, and overshoots. Sophia-H divides the gradient by the curvature that a Hessian-vector product shows and clips the step: it walks at full stride while the curvature promises too much, and then takes the step of Newton, which ends in the minimum. AdaHessian divides a running mean of gradients by the root mean square of the curvatures so far.',
  citations: ['Liu, Li, Hall, Liang & Ma 2023, Sophia, arXiv:2305.14342', 'Yao, Gholami, Shen, Mustafa, Keutzer & Mahoney 2021, ADAHESSIAN, arXiv:2006.00719'],
  example: `import { sophiaH } from '@curv/optimizers';
import { grad, hvp, tensor } from '@curv/tensor';

// Steep in the first variable, flat in the second:
const loss = ({ x }) => x.square().mul(tensor([50, 0.5], [2], 'float64')).sum();
const options = { interval: 1, beta1: 0, beta2: 0, gamma: 1, weightDecay: 0 };
const method = sophiaH({ learningRate: 0.5, ...options });
let params = { x: tensor([1, 1], [2], 'float64') };
let state = method.init(params, { seed: 0 });
for (let step = 0; step < 20; step++) {
  const here = params;
  const oracles = { hvp: (v) => hvp(loss)(here, v) };
  ({ params, state } = method.update(grad(loss)(here), state, here, oracles));
}
console.log(loss(params).item());`,
  load: async () => (await import('./demos/race.js')).race,
});

const model = { type: 'choice', default: 'digits', choices: ['digits', 'names'], help: 'a conv net on 8 × 8 digits, or a language model on names' } as const;
const steps = { type: 'int', default: 200, min: 10, max: 5000, help: 'steps of each run' } as const;
const rate = { type: 'number', default: 0.01, min: 1e-5, max: 1, log: true, help: 'learning rate of AdamW; the others take multiples of it' } as const;

const training: Demo<any> = defineDemo({
  title: 'Training curves',
  summary: 'Losses of SGD, AdamW, Sophia-G, AdaHessian and K-FAC on one model from one start, on the same batches.',
  params: { model, steps, rate, batch: { type: 'int', default: 64, min: 1, max: 512, help: 'examples of a batch' } },
  quick: { steps: 30, batch: 8 },
  explanation: 'One model, one start and the same batches for every method. SGD with momentum takes the gradient as it comes; AdamW divides by its running size; Sophia-G divides by a running estimate of the diagonal of the Gauss-Newton matrix, looked at every ten steps, and clips; AdaHessian divides by the root mean square of estimates of the diagonal of the Hessian, taken at every step; K-FAC multiplies by the inverse of a Fisher matrix in Kronecker factors, layer by layer (embeddings are left to Adam). Rates are multiples of the one given that suit both models, not the best of a search.',
  citations: ['Liu, Li, Hall, Liang & Ma 2023, Sophia, arXiv:2305.14342', 'Yao, Gholami, Shen, Mustafa, Keutzer & Mahoney 2021, ADAHESSIAN, arXiv:2006.00719', 'Loshchilov & Hutter 2019, Decoupled weight decay regularization, arXiv:1711.05101', 'Martens & Grosse 2015, Optimizing neural networks with Kronecker-factored approximate curvature, arXiv:1503.05671'],
  example: `import { kfac, train } from '@curv/optimizers';
import { random, softmaxCrossEntropy, tensor } from '@curv/tensor';

const params = { w: random(0).tensor('normal', [4, 3]) };
const problem = {
  model: ({ w }, { x }) => x.matmul(w),
  outputLoss: (logits, { y }) => softmaxCrossEntropy(logits, y),
  likelihood: 'categorical',
};
const batch = (step, draws) => ({
  x: draws.tensor('normal', [32, 4]),
  y: tensor(Int32Array.from({ length: 32 }, () => draws.integer(3)), [32]),
});
const optimizer = kfac({ learningRate: 0.1 });
const run = { problem, optimizer, params, batch };
const { losses } = await train({ ...run, steps: 100, seed: 1 });
console.log(losses.at(0), losses.at(-1));`,
  load: async () => (await import('./demos/training.js')).training,
});

const rates: Demo<any> = defineDemo({
  title: 'Effective learning rates',
  summary: 'How far each layer moves for its gradient, step by step: what the scaling of a method amounts to.',
  params: { model, method: { type: 'choice', default: 'AdamW', choices: ['SGD, momentum', 'AdamW', 'Sophia-G', 'Sophia-H', 'AdaHessian'], help: 'whose rates' }, steps, rate },
  quick: { steps: 31 },
  explanation: 'A method that scales gradients gives every layer a learning rate of its own. How far a layer moves in a step, divided by the size of its gradient, is that rate: with momentum it swings around a constant that all layers share; with Adam, Sophia and AdaHessian it is larger for layers of small gradients or flat directions.',
  citations: ['Liu et al. 2023, Sophia, arXiv:2305.14342', 'Kingma & Ba 2015, Adam, arXiv:1412.6980'],
  example: `import { adamw } from '@curv/optimizers';
import { grad, tensor } from '@curv/tensor';

const squares = (t) => t.square().sum();
const loss = ({ a, b }) => squares(a).mul(50).add(squares(b).mul(0.01));
const before = { a: tensor([1, 2]), b: tensor([3, 4]) };
const method = adamw({ learningRate: 0.01, weightDecay: 0 });
const gradient = grad(loss)(before);
const state = method.init(before, { seed: 0 });
const { params: after } = method.update(gradient, state, before);
const size = (t) => t.square().mean().sqrt().item();
for (const name of ['a', 'b']) {
  console.log(name, size(after[name].sub(before[name])) / size(gradient[name]));
}`,
  load: async () => (await import('./demos/effective-rates.js')).effectiveRates,
});

const unclipped: Demo<any> = defineDemo({
  title: "Sophia's unclipped share",
  summary: 'The share of elements that Sophia does not clip, while training, for four values of γ.',
  params: { model, estimator: { type: 'choice', default: 'bartlett', choices: ['bartlett', 'hutchinson'], help: 'estimator of the curvature diagonal' }, steps, rate: { ...rate, default: 0.003, help: 'learning rate' } },
  quick: { steps: 21 },
  explanation: 'Sophia divides the running mean of gradients by γ times the estimated curvature and clips every element to one. Where it does not clip, the step is that of Newton on the diagonal; where it does, only the sign is left. The smaller γ is, the more is clipped; the authors choose it so that a tenth to a half is not. The share grows as training goes on and gradients get smaller.',
  citations: ['Liu, Li, Hall, Liang & Ma 2023, Sophia: a scalable stochastic second-order optimizer for language model pre-training, arXiv:2305.14342'],
  example: `import { sophiaG, train } from '@curv/optimizers';
import { random, softmaxCrossEntropy, tensor } from '@curv/tensor';

const params = { w: random(0).tensor('normal', [4, 3]) };
const problem = {
  model: ({ w }, { x }) => x.matmul(w),
  outputLoss: (logits, { y }) => softmaxCrossEntropy(logits, y),
  likelihood: 'categorical',
};
const batch = (step, draws) => ({
  x: draws.tensor('normal', [32, 4]),
  y: tensor(Int32Array.from({ length: 32 }, () => draws.integer(3)), [32]),
});
const optimizer = sophiaG({ learningRate: 0.01, gamma: 5 });
// The share that is not clipped, whenever the curvature is looked at:
const onStep = ({ step, info }) => {
  if ('winRate' in info) console.log(step, info.winRate);
};
await train({ problem, optimizer, params, batch, steps: 50, seed: 1, onStep });`,
  load: async () => (await import('./demos/unclipped.js')).unclipped,
});

const leastSquares: Demo<any> = defineDemo({
  title: 'Certified nonlinear fits',
  summary: 'A curve fitted to data of NIST by Levenberg-Marquardt, Gauss-Newton, a trust region and L-BFGS, down to the certified sum of squares.',
  params: {
    problem: { type: 'choice', default: 'Eckerle4', choices: ['Eckerle4', 'Gauss1', 'Thurber', 'Hahn1', 'ENSO', 'MGH09', 'Rat43', 'Misra1a', 'BoxBOD'], help: 'a narrow peak; two peaks on a decay; two rational functions; cycles; and smaller ones' },
    start: { type: 'choice', default: 'far', choices: ['far', 'near'], help: 'which of the two official starts' },
    iterations: { type: 'int', default: 200, min: 1, max: 5000, help: 'most iterations of a method' },
  },
  quick: { iterations: 15 },
  explanation: 'NIST publishes nonlinear regression problems whose solutions are certified to eleven digits, with two starts each. Levenberg-Marquardt and Gauss-Newton use the Jacobian of the residuals, whose product JᵀJ stands for the Hessian, and need few iterations; the trust region uses exact Hessian-vector products; L-BFGS learns curvature from gradients alone. A run ends within 1e-9 of the certified sum of squares. From a far start a method may also stop elsewhere, or diverge: that too is shown.',
  citations: ['NIST/ITL Statistical Reference Datasets: nonlinear regression', 'Moré 1978, The Levenberg-Marquardt algorithm: implementation and theory, doi:10.1007/BFb0067700', 'Liu & Nocedal 1989, On the limited memory BFGS method for large scale optimization, doi:10.1007/BF01589116'],
  example: `import { levenbergMarquardt, minimize } from '@curv/optimizers';
import { residualProblem } from '@curv/optimizers';
import { tensor } from '@curv/tensor';

// y = b₁ (1 − exp(−b₂ x)): BoxBOD of NIST
const x = tensor([1, 2, 3, 5, 7, 10], [6], 'float64');
const y = tensor([109, 149, 149, 191, 213, 224], [6], 'float64');
const model = ({ b1, b2 }) => x.mul(b2).neg().exp().neg().add(1).mul(b1);
const number = (value) => tensor(value, [], 'float64');
const start = { b1: number(100), b2: number(0.75) };
const problem = residualProblem((b) => model(b).sub(y), start);
const method = levenbergMarquardt();
const found = await minimize(problem, [100, 0.75], { method });
// Certified: 213.80940889, 0.54723748542, and 1168.0088766
console.log([...found.x], 2 * found.value);`,
  load: async () => (await import('./demos/least-squares.js')).leastSquares,
});

const plugin: CurvPlugin = {
  api: 1,
  name: '@curv/optimizers',
  contributes: { demos: { race, training, 'least-squares': leastSquares, rates, unclipped }, benches: { adahessian, gns, 'm-fac-optimizer': mFacOptimizer, sophia, zoo } },
};
export default plugin;
