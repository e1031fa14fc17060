/** What this package offers the apps. */
import { type CurvPlugin, defineDemo, type Demo } from '@curv/plugin';
import { gbwSpdNorm } from './benches/gbw-spd-norm/bench.js';
import { sns } from './benches/sns/bench.js';
import { transport } from './benches/transport/bench.js';

const race: Demo<any> = defineDemo({
  title: 'Sinkhorn-Newton-Sparse against Sinkhorn',
  summary: 'How the error of the marginals falls, iteration by iteration, on an assignment or between two hills.',
  params: {
    problem: { type: 'choice', default: 'assignment', choices: ['assignment', 'hills', 'hills, city block'], help: 'independent random costs, or two hills on a grid' },
    size: { type: 'int', default: 200, min: 4, max: 1000, help: 'sources, and targets' },
    eta: { type: 'number', default: 1000, min: 1, max: 1e5, log: true, help: 'inverse temperature 1/ε' },
    sweeps: { type: 'int', default: 2000, min: 10, max: 100_000, help: 'most sweeps of Sinkhorn' },
  },
  quick: { size: 60, eta: 300, sweeps: 100 },
  explanation: 'Sinkhorn alternately scales rows and columns, and slows down as the regularization gets small. Sinkhorn-Newton-Sparse takes a few such sweeps, then Newton steps on the concave dual whose Hessian is cut to its largest entries: near the solution the plan is almost sparse, so little is lost, and the error falls quadratically. Over-relaxation and Anderson acceleration only make the sweeps fewer. The error drawn is that of the plan that the iteration has just looked at.',
  citations: ['Tang, Shavlovsky, Rahmanian, Tardini, Thekumparampil, Xiao & Ying 2024, Accelerating Sinkhorn algorithm with sparse Newton iterations, arXiv:2401.12253', 'Cuturi 2013, Sinkhorn distances, arXiv:1306.0895'],
  example: `import { sinkhorn, sns } from '@curv/transport';
import { random } from '@curv/tensor';

const stream = random(0);
const size = 200;
const data = Float64Array.from({ length: size * size }, () => stream.uniform());
const cost = { rows: size, columns: size, data };
const newton = sns(cost, undefined, undefined, { eta: 1000 });
const options = { eta: 1000, maxIterations: 2000 };
const sweeps = sinkhorn(cost, undefined, undefined, options);
console.log(newton.marginalError, newton.errors.length);
console.log(sweeps.marginalError, sweeps.errors.length);`,
  load: async () => (await import('./demos/race.js')).race,
});

const ellipses: Demo<any> = defineDemo({
  title: 'Covariances as ellipses',
  summary: 'A geodesic between two covariances, a cluster with its Fréchet mean, and the cluster after normalization, under one metric or another.',
  params: {
    metric: { type: 'choice', default: 'bures', choices: ['bures', 'affine-invariant', 'log-euclidean'], help: 'how distances between covariances are measured' },
    matrices: { type: 'int', default: 12, min: 1, max: 200, help: 'in the cluster' },
    steps: { type: 'int', default: 20, min: 1, max: 500, help: 'along the geodesic' },
  },
  quick: { matrices: 6, steps: 8 },
  explanation: 'Covariances form a curved space. Between two of them the straight line swells determinants; the affine-invariant and the log-Euclidean geodesic keep them between those of the ends; the Bures-Wasserstein geodesic, the way of optimal transport between Gaussians, swells them less and also reaches matrices without full rank. A Fréchet mean is the matrix of least summed squared distance; batch normalization moves it to the identity and scales the dispersion.',
  citations: ['Bhatia, Jain & Lim 2019, On the Bures-Wasserstein distance between positive definite matrices, arXiv:1712.01504', 'Brooks, Schwander, Barbaresco, Schneider & Cord 2019, Riemannian batch normalization for SPD neural networks, arXiv:1909.02414'],
  example: `import { tensor } from '@curv/tensor';
import { bures, frechetMean } from '@curv/transport';

const p = tensor([9, 0, 0, 0.2], [2, 2], 'float64');
const q = tensor([0.1, 0, 0, 4], [2, 2], 'float64');
const halfway = bures.geodesic(p, q, 0.5);
const both = tensor([9, 0, 0, 0.2, 0.1, 0, 0, 4], [2, 2, 2], 'float64');
const { mean, variance } = await frechetMean(both, { metric: bures });
console.log([...halfway.dataSync()], [...mean.dataSync()], variance);`,
  load: async () => (await import('./demos/ellipses.js')).ellipses,
});

const pointClouds: Demo<any> = defineDemo({
  title: 'From shape to shape',
  summary: 'Points of one drawn shape travel to another along an entropic transport plan that is never stored.',
  params: {
    from: { type: 'choice', default: 'heart', choices: ['ring', 'heart', 'spiral', 'moons'] },
    to: { type: 'choice', default: 'spiral', choices: ['ring', 'heart', 'spiral', 'moons'] },
    points: { type: 'int', default: 800, min: 10, max: 20_000, help: 'points of each shape' },
    epsilon: { type: 'number', default: 0.0005, min: 1e-5, max: 1, log: true, help: 'regularization, in squared units of the picture' },
    frames: { type: 'int', default: 5, min: 2, max: 60, help: 'moments from 0 to 1' },
  },
  quick: { points: 150, epsilon: 0.002, frames: 3 },
  explanation: 'Sinkhorn sweeps find the entropic plan between two clouds of points; its costs and exponentials are computed block by block and never stored, so memory grows with the points alone. The plan sends each point to the mean of its targets, and the points walk there on straight lines. The larger ε is, the more targets each point has, and the more the end shrinks to their means.',
  citations: ['Cuturi 2013, Sinkhorn distances: lightspeed computation of optimal transport, arXiv:1306.0895', 'Feydy et al. 2019, Interpolating between optimal transport and MMD using Sinkhorn divergences, arXiv:1810.08278', 'McCann 1997, A convexity principle for interacting gases, doi:10.1006/aima.1997.1634'],
  example: `import { sinkhornPointClouds } from '@curv/transport';
import { random } from '@curv/tensor';

const stream = random(0);
const cloud = (shift) => {
  const draw = (_, k) => stream.uniform() + (k % 2) * shift;
  const data = Float64Array.from({ length: 1000 }, draw);
  return { rows: 500, columns: 2, data };
};
const [xs, ys] = [cloud(0), cloud(2)];
const options = { epsilon: 0.01 };
const found = await sinkhornPointClouds(xs, ys, undefined, undefined, options);
// Halfway between the clouds:
const middle = xs.data.map((x, k) => (x + found.projection.data[k]) / 2);
console.log(found.cost, middle.subarray(0, 4));`,
  load: async () => (await import('./demos/point-clouds.js')).pointClouds,
});

const images: Demo<any> = defineDemo({
  title: 'Displacement of digits',
  summary: 'One handwritten digit becomes another: every parcel of ink moves along the optimal plan.',
  params: {
    from: { type: 'int', default: 3, min: 0, max: 9, help: 'first digit' },
    to: { type: 'int', default: 8, min: 0, max: 9, help: 'second digit' },
    side: { type: 'int', default: 20, min: 4, max: 32, help: 'pixels of a side' },
    eta: { type: 'number', default: 1000, min: 1, max: 1e4, log: true, help: 'inverse temperature; the largest cost is 1' },
    frames: { type: 'int', default: 6, min: 2, max: 60, help: 'moments from 0 to 1' },
  },
  quick: { side: 12, frames: 4 },
  explanation: 'Two images are two distributions of ink over pixels. The plan of least squared way tells which parcel of ink goes where; when every parcel moves at a constant speed, the images between are the geodesic of the Wasserstein distance, and no ink fades out in one place to appear in another.',
  citations: ['McCann 1997, A convexity principle for interacting gases, doi:10.1006/aima.1997.1634', 'Tang et al. 2024, Accelerating Sinkhorn algorithm with sparse Newton iterations, arXiv:2401.12253'],
  example: `import { costMatrix, sns, sparsePlan } from '@curv/transport';

const side = 8;
const count = side * side;
const place = (_, k) => [Math.floor(k / side), k % side];
const pixels = Array.from({ length: count }, place);
const data = Float64Array.from(pixels.flat());
const points = { rows: count, columns: 2, data };
const hill = (row, column) => {
  const away = ([r, c]) => (r - row) ** 2 + (c - column) ** 2;
  const z = pixels.map((pixel) => Math.exp(-away(pixel) / 4));
  const total = z.reduce((s, x) => s + x);
  return Float64Array.from(z, (v) => v / total);
};
const costs = costMatrix(points, points, 'sqeuclidean', 'max');
const { plan, cost } = sns(costs, hill(1, 1), hill(6, 5), { eta: 500 });
console.log(cost, sparsePlan(plan, 1e-3).values.length);`,
  load: async () => (await import('./demos/images.js')).images,
});

const colours: Demo<any> = defineDemo({
  title: 'Colour transfer',
  summary: 'A landscape at noon takes the colours of one at dusk, by exact transport between samples of their pixels.',
  params: {
    size: { type: 'int', default: 48, min: 8, max: 256, help: 'pixels along a side' },
    samples: { type: 'int', default: 400, min: 10, max: 2000, help: 'pixels drawn of each image' },
    neighbours: { type: 'int', default: 8, min: 1, max: 50, help: 'samples that a pixel follows' },
  },
  quick: { size: 24, samples: 120 },
  explanation: 'The colours of an image are a cloud of points in the cube of red, green and blue. Exact transport between samples of two such clouds says which colour each sample takes; every other pixel follows the samples nearest in colour. The cloud of the result covers that of the palette.',
  citations: ['Ferradans, Papadakis, Peyré & Aujol 2014, Regularized discrete optimal transport, arXiv:1307.5551'],
  example: `import { colourTransfer, slicedWasserstein } from '@curv/transport';
import { random } from '@curv/tensor';

const stream = random(0);
// One pixel a row: red, green, blue from 0 to 1.
const noise = (red, blue) => {
  const draw = (_, k) => 0.3 * stream.uniform() + [red, 0.3, blue][k % 3];
  const data = Float64Array.from({ length: 2700 }, draw);
  return { rows: 900, columns: 3, data };
};
const [image, palette] = [noise(0.1, 0.6), noise(0.7, 0.1)];
const result = colourTransfer(image, palette, { samples: 200 });
const away = (pixels) =>
  slicedWasserstein(pixels, palette, { directions: 32 }).distance;
console.log(away(image), away(result));`,
  load: async () => (await import('./demos/colours.js')).colours,
});

const digitBarycenters: Demo<any> = defineDemo({
  title: 'Between digits',
  summary: 'Handwritten digits as clouds of ink, and free-support barycenters on the way from one to another.',
  params: {
    from: { type: 'int', default: 3, min: 0, max: 9, help: 'digit at the start' },
    to: { type: 'int', default: 8, min: 0, max: 9, help: 'digit at the end' },
    samples: { type: 'int', default: 4, min: 1, max: 20, help: 'samples of each' },
    support: { type: 'int', default: 80, min: 10, max: 300, help: 'points of the barycenter' },
  },
  quick: { samples: 1, support: 25 },
  explanation: 'A barycenter of several clouds of ink is the cloud of least weighted squared distance to all of them. Its points are free to move: exact plans to every digit are found, each point goes to the weighted mean of where the plans send it, and this is repeated. As the weights shift from one digit to the other, so does the cloud.',
  citations: ['Cuturi & Doucet 2014, Fast computation of Wasserstein barycenters, arXiv:1310.4375', 'Álvarez-Esteban, del Barrio, Cuesta-Albertos & Matrán 2016, A fixed-point approach to barycenters in Wasserstein space, arXiv:1511.05355'],
  example: `import { freeSupportBarycenter } from '@curv/transport';

const ring = (x, radius) => {
  const angles = Array.from({ length: 40 }, (_, k) => (Math.PI * k) / 20);
  const at = (a) => [x + radius * Math.cos(a), radius * Math.sin(a)];
  const data = Float64Array.from(angles.flatMap(at));
  return { points: { rows: 40, columns: 2, data } };
};
const rings = [ring(0, 1), ring(4, 2)];
const options = { weights: [0.5, 0.5], support: 40 };
const found = await freeSupportBarycenter(rings, options);
console.log(found.cost, found.iterations, found.points.data.subarray(0, 4));`,
  load: async () => (await import('./demos/digit-barycenters.js')).digitBarycenters,
});

const plugin: CurvPlugin = {
  api: 1,
  name: '@curv/transport',
  contributes: {
    demos: { 'sns-race': race, 'point-clouds': pointClouds, displacement: images, 'colour-transfer': colours, 'digit-barycenters': digitBarycenters, ellipses },
    benches: { 'gbw-spd-norm': gbwSpdNorm, sns, transport },
  },
};
export default plugin;
