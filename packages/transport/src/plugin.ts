/** What this package offers the apps. */
import { type CurvPlugin, defineDemo, type Demo } from '@curv/plugin';
import { transport } from './benches/transport/bench.js';

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

const shapes = ['ring', 'star', 'heart', 'spiral'];
const pointClouds: Demo<any> = defineDemo({
  title: 'Drawings on the move',
  summary: 'The points of one drawing are assigned to those of another and go there in straight lines: displacement interpolation.',
  params: {
    points: { type: 'int', default: 300, min: 10, max: 2000 },
    from: { type: 'choice', default: 'star', choices: shapes },
    to: { type: 'choice', default: 'heart', choices: shapes },
    frames: { type: 'int', default: 5, min: 2, max: 50 },
  },
  load: async () => (await import('./demos/point-clouds.js')).pointClouds,
});

const plugin: CurvPlugin = {
  api: 1,
  name: '@curv/transport',
  contributes: { demos: { 'colour-transfer': colours, 'digit-barycenters': digitBarycenters, 'point-clouds': pointClouds }, benches: { transport } },
};
export default plugin;
