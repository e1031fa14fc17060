/** Taking a subspace out of a symmetric positive definite system (Y. Saad, M. Yeung, J. Erhel & F. Guyomarc'h, SIAM J. Sci. Comput. 21, 2000). */
import { requireVector } from '../checks.js';
import { cholesky } from '../dense/cholesky.js';
import { orthonormalize } from '../dense/orthonormalize.js';
import { axpy, dot } from '../vector.js';
import type { Products } from './products.js';

export interface Coarse {
  /** Adds to x the correction W (WᵀAW)⁻¹ Wᵀr and takes its image from r, which becomes orthogonal to W. */
  correct(x: Float64Array, r: Float64Array): void;
  /** z − W (WᵀAW)⁻¹ (AW)ᵀ z: conjugate to W. */
  project(z: Float64Array): void;
}

/** One product for each vector. @throws RangeError where vectors are dependent, or A is not positive definite on their span */
export async function coarseSpace(where: string, vectors: readonly Float64Array[], n: number, products: Products): Promise<Coarse> {
  vectors.forEach((v, j) => requireVector(where, `deflation[${j}]`, v, n));
  const w = orthonormalize(vectors);
  if (w.length < vectors.length) throw new RangeError(`${where}: deflation must be linearly independent, got rank ${w.length} of ${vectors.length} vectors`);
  const aw: Float64Array[] = [];
  for (const v of w) aw.push(await products.apply(v));
  const k = w.length;
  const small = Float64Array.from({ length: k * k }, (_, t) => {
    const [i, j] = [Math.floor(t / k), t % k];
    return (dot(w[i]!, aw[j]!) + dot(w[j]!, aw[i]!)) / 2;
  });
  const factored = cholesky({ rows: k, columns: k, data: small });
  if (!factored.ok) throw new RangeError(`${where}: operator must be positive definite on the span of deflation`);
  return {
    correct: (x, r) => {
      const y = factored.solve(Float64Array.from(w, (v) => dot(v, r)));
      for (let j = 0; j < k; j++) {
        axpy(y[j]!, w[j]!, x);
        axpy(-y[j]!, aw[j]!, r);
      }
    },
    project: (z) => {
      const y = factored.solve(Float64Array.from(aw, (v) => dot(v, z)));
      for (let j = 0; j < k; j++) axpy(-y[j]!, w[j]!, z);
    },
  };
}
