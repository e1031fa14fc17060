/** What the `scaling` bench claims. */
import { type Bench, claim } from '@curv/plugin';

export const scaling: Bench = {
  title: 'time of a Hessian-vector product against the number of parameters and the batch size',
  claims: {
    'slope-low': claim('smallest slope of log time against log parameters, 10⁵ to 10⁷, all engines', '>=', 0.9),
    'slope-high': claim('largest slope', '<=', 1.1),
  },
  load: async () => (await import('./run.js')).run,
};
