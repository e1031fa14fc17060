/** What this package offers the apps. */
import { type CurvPlugin, defineDemo, type Demo } from '@curv/plugin';

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

const plugin: CurvPlugin = { api: 1, name: '@curv/hessian-core', contributes: { demos: { spectrum } } };
export default plugin;
