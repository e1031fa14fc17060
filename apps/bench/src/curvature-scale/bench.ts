/** What the `curvature-scale` bench claims: memory and time of curvature at size. */
import { type Bench, claim, type Claim } from '@curv/plugin';

const claims: Readonly<Record<string, Claim>> = {
  'eigenpairs-memory': claim('largest resident memory, ten largest eigenpairs of the Hessian of a model with 10⁷ parameters', '<=', 2, { unit: 'GiB' }),
  'eigenpairs-residual': claim('largest residual ÷ largest eigenvalue of those ten', '<=', 1e-2),
  'window-memory': claim('largest resident memory of an M-FAC window, m = 64, d = 10⁶, ÷ m·d·4 bytes', '<=', 1.5),
  'dimension-slope': claim('exponent of the number of parameters in the time of a Hessian-vector product', '<=', 1.2),
  'batches-slope': claim('exponent of the number of batches in the time of a Hessian-vector product', '<=', 1.1),
};

export const curvatureScale: Bench = {
  title: 'memory and time of curvature at size, each in a process of its own',
  claims,
  load: async () => (await import('./run.js')).run,
};
