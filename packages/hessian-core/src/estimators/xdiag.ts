/** Diagonal of an operator by the exchangeable estimator. */
import type { LinearOperator } from '@curv/linalg';
import { diagonal, type DiagonalEstimate } from './diagonal.js';
import { ProbedSubspace } from './leave-one-out.js';
import { dot, type ProbeOptions, probeStream, requireCount, requireSquare } from './probes.js';

/** Options of `xdiag`. */
export interface XDiagOptions extends Omit<ProbeOptions, 'distribution'> {
  /** Products with the operator; two for each probe. An operator of at most so many rows is read off exactly. Default 100. */
  readonly products?: number;
}

/**
 * XDiag (Epperly, Tropp & Webber 2024, arXiv:2301.07825, section 2.5): the mean over Rademacher probes of the diagonal on the subspace that all other
 * probes find, and of Hutchinson's estimate with this probe on the rest. Better than `diagonal` where the spectrum decays; where it is flat the
 * products spent on the subspace are lost. Memory: two vectors for each product.
 * @param operator symmetric
 */
export async function xdiag(operator: LinearOperator, options: XDiagOptions = {}): Promise<DiagonalEstimate> {
  const { products = 100, signal, onProgress } = options;
  requireCount('products', products, 4);
  const n = requireSquare(operator);
  if (n <= products) return diagonal(operator, { ...options, probes: products });
  const space = new ProbedSubspace(operator, probeStream(options, 'xdiag'), 'rademacher', (done) => {
    onProgress?.({ done, total: products });
    signal?.throwIfAborted();
  });
  await space.grow(Math.floor(products / 2));
  const { basis, basisImages, images, probes } = space;
  const k = basis.length;
  const within = new Float64Array(n);
  basis.forEach((q, j) => {
    for (let i = 0; i < n; i++) within[i]! += q[i]! * basisImages[j]![i]!; // diag QQᵀA
  });
  if (space.exhausted) return { estimate: within, standardError: new Float64Array(n), products: space.products, exact: true };
  const sum = new Float64Array(n);
  const squares = new Float64Array(n);
  space.ownDirections().forEach((s, j) => {
    const direction = ProbedSubspace.combine(basis, s);
    const image = ProbedSubspace.combine(basisImages, s);
    // (I − QᵢQᵢᵀ) A ωⱼ is the image's part along its own direction.
    const part = dot(direction, images[j]!);
    for (let i = 0; i < n; i++) {
      const value = direction[i]! * (probes[j]![i]! * part - image[i]!);
      sum[i]! += value;
      squares[i]! += value * value;
    }
  });
  const estimate = within.map((x, i) => x + sum[i]! / k);
  const standardError = squares.map((q, i) => Math.sqrt(Math.max(0, q / k - (sum[i]! / k) ** 2) / (k - 1)));
  return { estimate, standardError, products: space.products, exact: false };
}
