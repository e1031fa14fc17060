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
  load: async () => (await import('./demos/race.js')).race,
});

const ellipses: Demo<any> = defineDemo({
  title: 'Covariances as ellipses',
  summary: 'A geodesic between two covariances, a cluster with its Fréchet mean, and the cluster after normalization, under one metric or another.',
  params: {
    metric: { type: 'choice', default: 'bures', choices: ['bures', 'affine-invariant', 'log-euclidean'] },
    matrices: { type: 'int', default: 12, min: 1, max: 200, help: 'in the cluster' },
    steps: { type: 'int', default: 20, min: 1, max: 500, help: 'along the geodesic' },
  },
  load: async () => (await import('./demos/ellipses.js')).ellipses,
});

const pointClouds: Demo<any> = defineDemo({
  title: 'From shape to shape',
  summary: 'Points of one drawn shape travel to another along an entropic transport plan that is never stored.',
  params: {
    from: { type: 'choice', default: 'heart', choices: ['ring', 'heart', 'spiral', 'moons'] },
    to: { type: 'choice', default: 'spiral', choices: ['ring', 'heart', 'spiral', 'moons'] },
    points: { type: 'int', default: 800, min: 10, max: 20_000, help: 'points of each shape' },
    epsilon: { type: 'number', default: 0.002, min: 1e-5, max: 1, log: true, help: 'regularization, in squared units of the picture' },
    frames: { type: 'int', default: 6, min: 2, max: 60, help: 'moments from 0 to 1' },
  },
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
