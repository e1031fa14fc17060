/** Solving with a damped Gram matrix, also where damping is lost in rounding. */
import { cholesky, matmul, type Matrix, symmetricEigen, transpose } from '@curv/linalg';

/** K⁻¹. */
export interface DampedKernel {
  solve(b: Float64Array): Float64Array;
  /** K⁻¹ itself, formed once: for many right-hand sides a product is faster than substitutions. */
  inverse(): Matrix;
}

/**
 * K = S + shift · I for a Gram matrix S and shift > 0: by Cholesky factorization, or where dependent rows and a small shift make that break down, from
 * the eigenvalues of S, of which those that rounding made negative count as 0.
 */
export function dampedKernel(s: Matrix, shift: number): DampedKernel {
  const m = s.rows;
  const factor = cholesky({ ...s, data: s.data.map((x, at) => x + (at % (m + 1) === 0 ? shift : 0)) });
  let inverse: Matrix | null = null;
  const formed = (): Matrix => (inverse ??= factor.ok ? factor.solve(identity(m)) : spectralInverse(s, shift));
  return {
    solve: (b) => (factor.ok ? factor.solve(b) : matmul(formed(), { rows: m, columns: 1, data: b }).data),
    inverse: formed,
  };
}

const identity = (m: number): Matrix => ({ rows: m, columns: m, data: new Float64Array(m * m).map((_, i) => Number(i % (m + 1) === 0)) });

function spectralInverse(s: Matrix, shift: number): Matrix {
  const { values, vectors } = symmetricEigen(s);
  return matmul({ ...vectors, data: vectors.data.map((x, at) => x / (Math.max(0, values[at % s.rows]!) + shift)) }, transpose(vectors));
}
