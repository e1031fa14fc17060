/** The log-Euclidean metric. */
import type { SpdMetric } from './api.js';
import { matrixExp, matrixLog } from './matrix-functions.js';
import { pulledBack } from './pulled-back.js';
import { innerProduct, requireSameMatrices } from './shapes.js';

const flat: SpdMetric = {
  name: 'euclidean',
  distance2(p, q) {
    requireSameMatrices('distance2', p, q);
    const difference = p.sub(q);
    return innerProduct(difference, difference);
  },
  log: (p, q) => q.sub(p),
  exp: (p, v) => p.add(v),
  geodesic: (p, q, t) => p.mul(1 - t).add(q.mul(t)),
  inner: (_, v, w) => innerProduct(v, w),
};

/** d(P, Q) = ‖log P − log Q‖_F (Arsigny, Fillard, Pennec & Ayache 2007). */
export const logEuclidean: SpdMetric = pulledBack('log-euclidean', flat, { to: (p) => matrixLog(p), from: matrixExp });
