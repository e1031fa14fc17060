/** Layers of networks on SPD matrices (Huang & Van Gool 2017, arXiv:1608.04233). */
import { concat, iota, matmul, type Tensor } from '@curv/tensor';
import { matrixLog, raiseEigenvalues } from './matrix-functions.js';
import { requireMatrices } from './shapes.js';

/** BiMap: Wᵀ X W [..., m, m] for W [n, m], which keeps X positive definite when W has full rank. */
export const bilinearMap = (x: Tensor, w: Tensor): Tensor => matmul(matmul(w, x, { transposeA: true }), w);

/** ReEig: eigenvalues raised to `floor`. */
export const rectifyEigenvalues = (x: Tensor, floor = 1e-5): Tensor => raiseEigenvalues(x, floor);

/** LogEig, with `floor` after ReEig at the cost of one eigenproblem: log max(X, floor). */
export const logEigenvalues = (x: Tensor, floor?: number): Tensor => matrixLog(x, floor);

/** The upper triangle [..., n (n + 1)/2] of symmetric matrices, off-diagonal entries times √2, so that lengths stay. */
export function symmetricVector(x: Tensor): Tensor {
  const n = requireMatrices('symmetricVector', 'x', x);
  const rows = Array.from({ length: n }, (_, i) => {
    const start = [...x.shape.slice(0, -2).map(() => 0), i, i];
    const row = x.slice(start, [...x.shape.slice(0, -2), i + 1, n]).reshape([...x.shape.slice(0, -2), n - i]);
    return row.mul(iota([n - i], 0, x.dtype).minimum(1).mul(Math.SQRT2 - 1).add(1));
  });
  return concat(rows, x.rank - 2);
}

/** Covariances [N, d, d] + ε I of features [N, p, d] over p points (divided by p − 1). */
export function covariancePooling(features: Tensor, epsilon = 1e-5): Tensor {
  const [, p, d] = features.shape as [number, number, number];
  if (features.rank !== 3 || p < 2) throw new RangeError(`covariancePooling: features must be [N, p, d] with p ≥ 2, got [${features.shape.join(', ')}]`);
  const centered = features.sub(features.mean([1], { keepDims: true }));
  const covariance = matmul(centered, centered, { transposeA: true }).div(p - 1);
  const index = iota([d, d], 0, 'int32').sub(iota([d, d], 1, 'int32'));
  return covariance.add(index.equal(0).select(epsilon, 0).cast(features.dtype));
}
