import { customDerivative, lyapunovSolve, matmul, symmetricEigen, type Tensor } from '@curv/tensor';
import { requireSquare, swapLast } from './shapes.js';

const symmetricPart = (x: Tensor): Tensor => x.add(swapLast(x)).mul(0.5);

/** V f(Λ) Vᵀ. */
function spectral(a: Tensor, f: (values: Tensor) => Tensor): Tensor {
  const { values, vectors } = symmetricEigen(a);
  const n = values.shape[values.rank - 1]!;
  return matmul(vectors.mul(f(values).reshape([...values.shape.slice(0, -1), 1, n])), vectors, { transposeB: true });
}

const root = customDerivative((a: Tensor): Tensor => spectral(a, (values) => values.sqrt()), {
  // √A dR + dR √A = dA
  jvp: (_: Tensor[], [da]: Tensor[], r: Tensor) => lyapunovSolve(r, symmetricPart(da!)),
});

const inverseRoot = customDerivative((a: Tensor): Tensor => spectral(a, (values) => values.rsqrt()), {
  // dA^−½ = −A^−½ dA^½ A^−½
  jvp: ([a]: Tensor[], [da]: Tensor[], s: Tensor) => matmul(matmul(s, lyapunovSolve(root(a!), symmetricPart(da!))), s).neg(),
});

/**
 * The symmetric square root of symmetric positive definite matrices [..., n, n]; of A its symmetric part is taken. Exact derivatives of any order, also where
 * eigenvalues meet. A negative eigenvalue gives NaN; of a singular matrix the value is right, derivatives are infinite.
 * @throws TypeError, RangeError on shapes or dtypes that do not fit
 */
export function symmetricSqrt(a: Tensor): Tensor {
  requireSquare('symmetricSqrt', 'a', a);
  return root(a);
}

/**
 * The inverse of the symmetric square root, as `symmetricSqrt`.
 * @throws as `symmetricSqrt`
 */
export function symmetricInverseSqrt(a: Tensor): Tensor {
  requireSquare('symmetricInverseSqrt', 'a', a);
  return inverseRoot(a);
}
