/** Solving with a damped Gram matrix, also where damping is lost in rounding. */
import { cholesky, matmul, type Matrix, symmetricEigen, transpose } from '@curv/linalg';

/** K⁻¹ b for a vector, or for each column of a matrix. */
export type KernelSolve = <T extends Float64Array | Matrix>(b: T) => T;

/**
 * Solves with K = S + shift · I for a Gram matrix S and shift > 0: by Cholesky factorization, or where dependent rows and a small shift make that break down, from
 * the eigenvalues of S, of which those that rounding made negative count as 0.
 */
export function kernelSolve(s: Matrix, shift: number): KernelSolve {
  const m = s.rows;
  const factor = cholesky({ ...s, data: s.data.map((x, at) => x + (at % (m + 1) === 0 ? shift : 0)) });
  if (factor.ok) return factor.solve;
  const { values, vectors } = symmetricEigen(s);
  const scaled: Matrix = { ...vectors, data: vectors.data.map((x, at) => x / (Math.max(0, values[at % m]!) + shift)) };
  const inverse = matmul(scaled, transpose(vectors));
  return <T extends Float64Array | Matrix>(b: T): T => {
    if (!(b instanceof Float64Array)) return matmul(inverse, b as Matrix) as T;
    return matmul(inverse, { rows: m, columns: 1, data: b }).data as T;
  };
}
