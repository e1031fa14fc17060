/** The affine-invariant metric. */
import type { Tensor } from '@curv/tensor';
import type { SpdMetric } from './api.js';
import { congruence } from './bures.js';
import { matrixExp, matrixInverseSqrt, matrixLog, matrixPower, matrixSqrt } from './matrix-functions.js';
import { innerProduct, requireSameMatrices } from './shapes.js';

/** log (P^−½ Q P^−½). */
function whitenedLog(where: string, p: Tensor, q: Tensor): Tensor {
  requireSameMatrices(where, p, q);
  return matrixLog(congruence(matrixInverseSqrt(p), q));
}

/** d(P, Q) = ‖log P^−½ Q P^−½‖_F, g_P(V, W) = tr(P⁻¹ V P⁻¹ W) (Pennec, Fillard & Ayache 2006). */
export const affineInvariant: SpdMetric = {
  name: 'affine-invariant',
  distance2(p, q) {
    const l = whitenedLog('affineInvariant.distance2', p, q);
    return innerProduct(l, l);
  },
  log: (p, q) => congruence(matrixSqrt(p), whitenedLog('affineInvariant.log', p, q)),
  exp(p, v) {
    requireSameMatrices('affineInvariant.exp', p, v);
    return congruence(matrixSqrt(p), matrixExp(congruence(matrixInverseSqrt(p), v)));
  },
  geodesic(p, q, t) {
    requireSameMatrices('affineInvariant.geodesic', p, q);
    return congruence(matrixSqrt(p), matrixPower(congruence(matrixInverseSqrt(p), q), t));
  },
  inner(p, v, w) {
    const s = matrixInverseSqrt(p);
    return innerProduct(congruence(s, v), congruence(s, w));
  },
};
