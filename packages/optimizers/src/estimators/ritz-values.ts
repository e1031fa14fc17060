/** Ritz values of a batch's Hessian, as part of a traced step. */
import { concat, eye, matmul, mul, ravel, symmetricEigen, type Tensor, tensor, zeros } from '@curv/tensor';
import type { Params, StepContext } from '../api.js';

/** Eigenvalues of the tridiagonal matrix of a Lanczos run, ascending, and their quadrature weights. */
export interface RitzValues {
  /** [steps]. */
  readonly values: Tensor;
  /** [steps], sum 1. */
  readonly weights: Tensor;
}

/**
 * Lanczos with full reorthogonalization, twice (C. Lanczos 1950), from a random unit vector, unrolled into the graph: the host's iteration (`lanczos` of `@curv/linalg`) cannot be traced. After a
 * breakdown the rest of the matrix is 0. Cost: `steps` Hessian-vector products of the batch and 4 · steps² · d.
 * @param steps at most the number of parameters is taken
 */
export function ritzValues(at: StepContext, steps: number): RitzValues {
  const { vector, unravel } = ravel(at.params);
  const { dtype } = vector;
  const m = Math.min(steps, vector.size);
  const product = (v: Tensor): Tensor => ravel(at.hvp!(unravel(v) as Params)).vector;
  let v = at.draw('normal', [vector.size]);
  v = v.div(v.norm());
  let basis = v.reshape([1, -1]);
  const diagonal: Tensor[] = [];
  const beside: Tensor[] = [];
  const tiny = dtype === 'float32' ? 1e-5 : 1e-12;
  let size: Tensor | null = null;
  for (let j = 0; j < m; j++) {
    let w = product(v);
    diagonal.push(w.mul(v).sum());
    const length = w.norm();
    size = size === null ? length : size.maximum(length);
    if (j === m - 1) break;
    // Classical Gram-Schmidt, twice.
    for (let k = 0; k < 2; k++) w = w.sub(matmul(matmul(basis, w.reshape([-1, 1])).reshape([1, -1]), basis).reshape([-1]));
    const beta = w.norm();
    const alive = beta.greater(size.mul(tiny));
    beside.push(alive.select(beta, 0));
    v = alive.select(w.div(alive.select(beta, 1)), 0);
    basis = concat([basis, v.reshape([1, -1])]);
  }
  const { values, vectors } = symmetricEigen(tridiagonal(diagonal, beside));
  return { values, weights: vectors.slice([0, 0], [1, m]).reshape([m]).square() };
}

/** T with the numbers below the diagonal mirrored. */
function tridiagonal(diagonal: readonly Tensor[], beside: readonly Tensor[]): Tensor {
  const m = diagonal.length;
  const column = (list: readonly Tensor[]): Tensor => concat([...list.map((x) => x.reshape([1])), ...(list.length < m ? [zeros([1], diagonal[0]!.dtype)] : [])]).reshape([m, 1]);
  const { dtype } = diagonal[0]!;
  const main = mul(eye(m, dtype), column(diagonal));
  if (m === 1) return main;
  const shift = tensor(Array.from({ length: m * m }, (_, k) => (k % m === Math.floor(k / m) + 1 ? 1 : 0)), [m, m], dtype as 'float64');
  const upper = mul(shift, column(beside));
  return main.add(upper).add(upper.transpose());
}

