import { requireTolerance, requireVector } from '../checks.js';
import { orthogonalize } from '../krylov/basis.js';
import { EPSILON, norm } from '../vector.js';

/** Options of `orthonormalize`. */
export interface OrthonormalizeOptions {
  /** A vector is dropped where what the earlier ones leave of it is at most this part of its norm. Default max(n, count)·2⁻⁵². */
  readonly tolerance?: number;
}

/**
 * An orthonormal basis of the span, by Gram-Schmidt done twice (L. Giraud, J. Langou & M. Rozložník 2005), in the order given; vectors
 * that depend on earlier ones, and zeros, are left out. Cost 4 n · count².
 * @throws TypeError, RangeError unless vectors are finite and of one length
 */
export function orthonormalize(vectors: readonly Float64Array[], options: OrthonormalizeOptions = {}): Float64Array[] {
  const n = vectors[0]?.length ?? 0;
  const count = vectors.length;
  const { tolerance = Math.max(n, count) * EPSILON } = options;
  requireTolerance('orthonormalize', 'tolerance', tolerance);
  vectors.forEach((v, j) => requireVector('orthonormalize', `vectors[${j}]`, v, n));
  const basis = new Float64Array(n * Math.min(n, count));
  let found = 0;
  for (const v of vectors) {
    if (found === n) break;
    const before = norm(v);
    if (before === 0) continue;
    const w = v.map((x) => x / before);
    const left = orthogonalize(basis, found, w);
    if (!(left > tolerance)) continue;
    for (let i = 0; i < n; i++) w[i]! /= left;
    // what little is left of a nearly dependent vector has lost its orthogonality to rounding
    const again = orthogonalize(basis, found, w);
    for (let i = 0; i < n; i++) basis[found * n + i] = w[i]! / again;
    found++;
  }
  return Array.from({ length: found }, (_, j) => basis.slice(j * n, (j + 1) * n));
}
