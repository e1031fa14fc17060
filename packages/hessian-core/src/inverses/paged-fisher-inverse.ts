/** The inverse of a damped empirical Fisher matrix whose gradients are never all in memory. */
import type { LinearOperator } from '@curv/linalg';
import type { ExampleOperator } from '../operators/example-gradients.js';
import { gramMatrix, type GramOptions } from '../operators/gram.js';
import { type Damping, dampingValue } from './damping.js';
import { dampedKernel } from './kernel-solve.js';

/** Options of `pagedFisherInverse`. */
export interface PagedFisherOptions extends GramOptions {
  /** λ, or a part of the mean eigenvalue of (1/m) GᵀG. */
  readonly damping: Damping;
}

/**
 * (λI + (1/m) GᵀG)⁻¹ with the rows of G taken page by page: F⁻¹x = (x − Gᵀ K⁻¹ G x) / λ with K = mλI + GGᵀ (m×m), so that only K and two pages are ever
 * held. With `exampleGradients` a page is a batch, its rows are computed again when they are needed, and products are matrix-free: the exact natural
 * gradient of a data set in the memory of a few gradients. Of `outputJacobian`, the inverse of the damped JᵀJ/m.
 * @throws RangeError on damping that is not positive, or more rows than `maxSize`
 */
export async function pagedFisherInverse(rows: ExampleOperator, options: PagedFisherOptions): Promise<LinearOperator & { readonly damping: number; readonly strength: number }> {
  const [m, d] = rows.shape;
  const k = await gramMatrix(rows, options);
  const trace = k.data.reduce((sum, x, at) => sum + (at % (m + 1) === 0 ? x : 0), 0);
  const damping = dampingValue('pagedFisherInverse', options.damping, () => trace / (m * d));
  const kernel = dampedKernel(k, m * damping);
  return {
    shape: [d, d],
    dtype: rows.dtype,
    structure: { symmetric: true, positiveDefinite: true },
    damping,
    strength: trace / (m * d * damping),
    async apply(x) {
      const back = await rows.applyTranspose(kernel.solve(await rows.apply(x)));
      return x.map((value, i) => (value - back[i]!) / damping);
    },
  };
}
