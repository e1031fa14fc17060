/** The Bures-Wasserstein metric. */
import { eye, matmul, type Tensor } from '@curv/tensor';
import type { SpdMetric } from './api.js';
import { matrixInverseSqrt, matrixSqrt, solveLyapunov } from './matrix-functions.js';
import { symmetricPart } from './operator-integral.js';
import { innerProduct, requireSameMatrices, trace } from './shapes.js';
import { transportFromIdentity, transportToIdentity } from './transport.js';

/** I of the order of a. */
export const identityLike = (a: Tensor): Tensor => eye(a.shape[a.rank - 1]!, a.dtype);

/** A X A for symmetric A. */
export const congruence = (a: Tensor, x: Tensor): Tensor => matmul(matmul(a, x), a);

/** Z = (I + L) P (I + L), the exponential of V = P L + L P. */
const stretched = (p: Tensor, l: Tensor): Tensor => congruence(identityLike(p).add(l), p);

/**
 * The map T with T P T = Q: x ↦ T x carries N(0, P) to N(0, Q) at least cost. T = P^−½ (P^½ Q P^½)^½ P^−½.
 * @throws RangeError, TypeError on shapes or dtypes that do not fit
 */
export function buresMap(p: Tensor, q: Tensor): Tensor {
  requireSameMatrices('buresMap', p, q);
  return congruence(matrixInverseSqrt(p), matrixSqrt(congruence(matrixSqrt(p), q)));
}

/**
 * The Bures-Wasserstein metric g_P(V, W) = ½ tr(L_P[V] W), P L + L P = V (Bhatia, Jain & Lim 2019, arXiv:1712.01504). d² is that of optimal transport between
 * centered Gaussians; it takes semidefinite matrices, and has a rounding error of 1e-16 (tr P + tr Q). Exp is injective while I + L_P[V] is positive definite.
 * Cost: one eigenproblem of P, one of each pair.
 */
export const bures: SpdMetric = {
  name: 'bures',
  // d² = tr P + tr Q − 2 tr (P^½ Q P^½)^½
  distance2(p, q) {
    requireSameMatrices('bures.distance2', p, q);
    return trace(p).add(trace(q)).sub(trace(matrixSqrt(congruence(matrixSqrt(p), q))).mul(2));
  },
  // Log_P(Q) = (PQ)^½ + (QP)^½ − 2P = L P + P L with L = T − I
  log(p, q) {
    const l = buresMap(p, q).sub(identityLike(p));
    return matmul(l, p).add(matmul(p, l));
  },
  // Exp_P(V) = P + V + L P L, P L + L P = V
  exp(p, v) {
    requireSameMatrices('bures.exp', p, v);
    return stretched(p, solveLyapunov(p, v));
  },
  geodesic: (p, q, t) => stretched(p, buresMap(p, q).sub(identityLike(p)).mul(t)),
  inner(p, v, w) {
    requireSameMatrices('bures.inner', v, w);
    return innerProduct(solveLyapunov(p, v), symmetricPart(w)).mul(0.5);
  },
};

/**
 * Parallel transport of V at P to Q, where P and Q commute: U [√((q_i + q_j)/(p_i + p_j)) (UᵀVU)_ij] Uᵀ, an isometry. For matrices that do not commute it is
 * the transport by way of I.
 * @throws RangeError, TypeError on shapes or dtypes that do not fit
 */
export function buresTransport(p: Tensor, q: Tensor, v: Tensor): Tensor {
  requireSameMatrices('buresTransport', p, v);
  requireSameMatrices('buresTransport', q, v);
  return transportFromIdentity(q, transportToIdentity(p, v));
}
