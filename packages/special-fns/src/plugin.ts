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
  quick: { size: 32 },
  explanation: 'Modified Bessel functions overflow quickly; their logarithms do not. No one expression serves everywhere, so the plane of order v and argument x is divided between expansions: two Hankel sums (μ), four uniform expansions (U), and series and integrals near the origin. The Wronskian of I and K is known exactly, I_v K_v₊₁ + I_v₊₁ K_v = 1/x: what is missing to it is the error.',
  citations: ['Plesner, Sørensen & Hauberg 2024, Accurate computation of the logarithm of modified Bessel functions on GPUs, arXiv:2409.08729', 'NIST Digital library of mathematical functions, 10.28'],
  example: `import { besselI, logBesselI, logBesselK } from '@curv/special-fns';
import { selectExpression } from '@curv/special-fns';

console.log(Math.log(besselI(100, 2000))); // Infinity
console.log(logBesselI(100, 2000), selectExpression(100, 2000));
console.log(logBesselK(100, 2000));`,
  load: async () => (await import('./demos/log-bessel-maps.js')).logBesselMaps,
});

const vmfClusters: Demo<any> = defineDemo({
  title: 'Clusters on a sphere',
  summary: 'Draws of von Mises-Fisher distributions, found again by expectation-maximization.',
  params: {
    clusters: { type: 'int', default: 3, min: 1, max: 12, help: 'each twice, three times, … as concentrated as the first' },
    points: { type: 'int', default: 200, min: 5, max: 5000, help: 'points of each cluster' },
    kappa: { type: 'number', default: 30, min: 0.1, max: 1e4, log: true, help: 'concentration of the widest cluster' },
  },
  quick: { points: 80 },
  explanation: 'Directions scatter around a few means as von Mises-Fisher distributions. Expectation-maximization finds the means and concentrations again; each step needs ratios of Bessel functions, which only their logarithms give safely.',
  citations: ['Banerjee, Dhillon, Ghosh & Sra 2005, Clustering on the unit hypersphere using von Mises-Fisher distributions'],
  example: `import { randomStream } from '@curv/linalg';
import { fitVonMisesFisherMixture } from '@curv/special-fns';
import { sampleVonMisesFisher } from '@curv/special-fns';

const stream = randomStream(0);
const samples = Float64Array.from([
  ...sampleVonMisesFisher(Float64Array.of(0, 0, 1), 30, 200, stream),
  ...sampleVonMisesFisher(Float64Array.of(1, 0, 0), 60, 200, stream),
]);
const { components } = fitVonMisesFisherMixture(samples, 3, 2, { seed: 0 });
for (const { mu, kappa } of components) console.log(mu, kappa);`,
  load: async () => (await import('./demos/vmf-clusters.js')).vmfClusters,
});

const quadratureConvergence: Demo<any> = defineDemo({
  title: 'Convergence of quadrature rules',
  summary: 'Errors of Gauss-Legendre, Clenshaw-Curtis and tanh-sinh against evaluations.',
  params: {
    integrand: { type: 'choice', default: 'peak', choices: ['entire', 'peak', 'kink', 'root'], help: 'over [−1, 1]: exp x, 1/(1 + 25x²), |x − 0.3|, √(1 − x²)' },
    points: { type: 'int', default: 100, min: 1, max: 300, help: 'most points of a Gauss-Legendre or Clenshaw-Curtis rule' },
  },
  quick: { points: 30 },
  explanation: 'How fast a rule converges depends on the integrand. Gauss-Legendre and Clenshaw-Curtis gain digits geometrically where the function is analytic and slow down at kinks; tanh-sinh does not mind singular ends.',
  citations: ['Trefethen 2008, Is Gauss quadrature better than Clenshaw-Curtis?, doi:10.1137/060659831', 'Takahasi & Mori 1974, Double exponential formulas for numerical integration, doi:10.2977/prims/1195192451'],
  example: `import { gaussLegendre, tanhSinh } from '@curv/special-fns';

const f = (x) => 1 / (1 + 25 * x * x);
const exact = 0.4 * Math.atan(5);
const { nodes, weights } = gaussLegendre(80);
const sum = nodes.reduce((s, x, i) => s + weights[i] * f(x), 0);
console.log(sum / exact - 1);
const { value, evaluations } = tanhSinh(f, -1, 1);
console.log(value / exact - 1, evaluations);`,
  load: async () => (await import('./demos/quadrature-convergence.js')).quadratureConvergence,
});

const plugin: CurvPlugin = {
  api: 1,
  name: '@curv/special-fns',
  contributes: { demos: { 'log-bessel-maps': logBesselMaps, 'vmf-clusters': vmfClusters, 'quadrature-convergence': quadratureConvergence } },
};
export default plugin;
