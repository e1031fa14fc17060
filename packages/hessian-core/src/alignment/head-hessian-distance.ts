/** How far the head's Hessians on two domains are apart. */
import { type LinearOperator, toDense } from '@curv/linalg';
import { compile, type Tensor, tensor } from '@curv/tensor';
import { topEigenpairs } from '../estimators/top-eigenpairs.js';
import { checkDomains } from './check-domains.js';
import type { DomainBatch, LinearHead } from './head.js';
import { headHessianProduct } from './head-derivatives.js';

/** Options of `headHessianDistance`. */
export interface HeadDistanceOptions {
  /** `spectral`: largest |eigenvalue| of Hₐ − H_b, which bounds the difference of second-order risks. `frobenius`: needs P · K ≤ 2000. Default `frobenius`. */
  readonly norm?: 'spectral' | 'frobenius';
  /** Of the spectral norm. Default 1e-6. */
  readonly tolerance?: number;
  readonly seed?: number;
  readonly signal?: AbortSignal;
}

/**
 * ‖Hₐ − H_b‖ of the head's Hessians on two domains, from products; never formed for the spectral norm. Cost: 4 n P K a product.
 * @throws RangeError on domains that do not fit, or a head that is too large for the Frobenius norm
 */
export async function headHessianDistance(head: LinearHead, a: DomainBatch, b: DomainBatch, options: HeadDistanceOptions = {}): Promise<number> {
  const { norm = 'frobenius', tolerance = 1e-6, seed = 0, signal } = options;
  if (norm !== 'spectral' && norm !== 'frobenius') throw new TypeError(`norm must be spectral or frobenius, got ${String(norm)}`);
  await checkDomains(head, [a, b]);
  const [rows, classes] = head.kernel.shape as [number, number];
  const shape = [rows + (head.bias ? 1 : 0), classes];
  const size = shape[0]! * classes;
  const { dtype } = head.kernel;
  const product = compile((v: Tensor) => headHessianProduct(head, a, v).sub(headHessianProduct(head, b, v)));
  const operator: LinearOperator = {
    shape: [size, size],
    dtype: dtype === 'float64' ? 'float64' : 'float32',
    structure: { symmetric: true },
    apply: async (v) => Float64Array.from(await product(tensor(v, shape, dtype)).data()),
  };
  try {
    if (norm === 'frobenius') return Math.sqrt((await toDense(operator, { maxSize: 2000, ...(signal && { signal }) })).data.reduce((sum, x) => sum + x * x, 0));
    return Math.abs((await topEigenpairs(operator, { k: 1, which: 'LM', tolerance, seed, ...(signal && { signal }) })).values[0]!);
  } finally {
    product.dispose();
  }
}
