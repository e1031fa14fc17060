/** What this package offers the apps. */
import { type CurvPlugin, defineDemo, type Demo } from '@curv/plugin';

const logBesselMaps: Demo<any> = defineDemo({
  title: 'Logarithms of Bessel functions over order and argument',
  summary: 'Which expression computes log I and log K, and the error of their Wronskian.',
  params: {
    size: { type: 'int', default: 64, min: 2, max: 400, help: 'cells a side' },
    from: { type: 'number', default: -2, min: -6, max: 0, help: 'log10 of the least order and argument' },
    to: { type: 'number', default: 4, min: 1, max: 8, help: 'log10 of the largest' },
  },
  load: async () => (await import('./demos/log-bessel-maps.js')).logBesselMaps,
});

const vmfClusters: Demo<any> = defineDemo({
  title: 'Clusters on a sphere',
  summary: 'Draws of von Mises-Fisher distributions, found again by expectation-maximization.',
  params: {
    clusters: { type: 'int', default: 3, min: 1, max: 12 },
    points: { type: 'int', default: 200, min: 5, max: 5000, help: 'points a cluster' },
    kappa: { type: 'number', default: 30, min: 0.1, max: 1e4, log: true, help: 'concentration of the widest cluster' },
  },
  load: async () => (await import('./demos/vmf-clusters.js')).vmfClusters,
});

const quadratureConvergence: Demo<any> = defineDemo({
  title: 'Convergence of quadrature rules',
  summary: 'Errors of Gauss-Legendre, Clenshaw-Curtis and tanh-sinh against evaluations.',
  params: {
    integrand: { type: 'choice', default: 'peak', choices: ['entire', 'peak', 'kink', 'root'], help: 'exp x, 1/(1+25x²), |x − 0.3|, √(1−x²)' },
    points: { type: 'int', default: 60, min: 1, max: 300, help: 'most points of a rule' },
  },
  load: async () => (await import('./demos/quadrature-convergence.js')).quadratureConvergence,
});

const plugin: CurvPlugin = {
  api: 1,
  name: '@curv/special-fns',
  contributes: { demos: { 'log-bessel-maps': logBesselMaps, 'vmf-clusters': vmfClusters, 'quadrature-convergence': quadratureConvergence } },
};
export default plugin;
