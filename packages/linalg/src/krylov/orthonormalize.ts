/** Orthonormal bases of vectors' spans. */
import { norm, orthogonalize, scaled } from '../vector.js';

/**
 * An orthonormal basis of the span of vectors, by Gram-Schmidt done twice. Vectors that depend on earlier ones (up to `tolerance` of their length)
 * add nothing, so there may be fewer.
 */
export function orthonormalize(vectors: readonly Float64Array[], tolerance = 1e-12): Float64Array[] {
  const basis: Float64Array[] = [];
  for (const vector of vectors) {
    const before = norm(vector);
    const v = vector.slice();
    orthogonalize(v, basis);
    const left = norm(v);
    if (left > tolerance * before) basis.push(scaled(1 / left, v));
  }
  return basis;
}
