/** Functions of symmetric positive definite matrices, with exact derivatives also where eigenvalues meet. */
import { customDerivative, matmul, symmetricEigen, type Tensor } from '@curv/tensor';
import { fromBasis, intoBasis, operatorIntegral, symmetricPart } from './operator-integral.js';
import { composed, exponential, kernelOf, logarithm, power, rectifier, type ScalarFunction } from './scalar-functions.js';
import { requireMatrices } from './shapes.js';

/** Smaller eigenvalues, as a part of the largest, are raised to it inside inverse roots. */
const SMALLEST = 1e-12;

/** √λ [..., n] of matrices, those of λ below 0 or nearly so raised. */
const roots = (values: Tensor): Tensor => values.maximum(values.max([values.rank - 1], { keepDims: true }).mul(SMALLEST)).sqrt();

const asRow = (values: Tensor): Tensor => values.reshape([...values.shape.slice(0, -1), 1, values.shape[values.rank - 1]!]);
const asColumn = (values: Tensor): Tensor => values.reshape([...values.shape, 1]);

/** The X with R X + X R = Q, R = A^½, from the eigenvectors of A. */
const rootLyapunov: (a: Tensor, q: Tensor) => Tensor = customDerivative(
  (a: Tensor, q: Tensor): Tensor => {
    const { values, vectors } = symmetricEigen(a);
    const root = roots(values);
    return fromBasis(vectors, intoBasis(vectors, q).div(asColumn(root).add(asRow(root))));
  },
  {
    // R dX + dX R = dQ − dR X − X dR, R dR + dR R = dA
    jvp: ([a]: Tensor[], [da, dq]: Tensor[], x: Tensor) => {
      const dr = rootLyapunov(a!, symmetricPart(da!));
      return rootLyapunov(a!, dq!.sub(matmul(dr, x)).sub(matmul(x, dr)));
    },
    transpose: ([a]: (Tensor | null)[], ct: Tensor) => [ct, rootLyapunov(a!, ct)],
  },
);

/** The X with P X + X P = V. */
const lyapunov: (p: Tensor, v: Tensor) => Tensor = customDerivative(
  (p: Tensor, v: Tensor): Tensor => {
    const { values, vectors } = symmetricEigen(p);
    return fromBasis(vectors, intoBasis(vectors, v).div(asColumn(values).add(asRow(values))));
  },
  {
    jvp: ([p]: Tensor[], [dp, dv]: Tensor[], x: Tensor) => {
      const moved = symmetricPart(dp!);
      return lyapunov(p!, dv!.sub(matmul(moved, x)).sub(matmul(x, moved)));
    },
    transpose: ([p]: (Tensor | null)[], ct: Tensor) => [ct, lyapunov(p!, ct)],
  },
);

/** V f(Λ) Vᵀ. */
function spectral(a: Tensor, f: (values: Tensor) => Tensor): Tensor {
  const { values, vectors } = symmetricEigen(a);
  return matmul(vectors.mul(asRow(f(values))), vectors, { transposeB: true });
}

const root: (a: Tensor) => Tensor = customDerivative((a: Tensor): Tensor => spectral(a, (values) => values.maximum(0).sqrt()), {
  jvp: ([a]: Tensor[], [da]: Tensor[]) => rootLyapunov(a!, symmetricPart(da!)),
});

const inverseRoot: (a: Tensor) => Tensor = customDerivative((a: Tensor): Tensor => spectral(a, (values) => roots(values).reciprocal()), {
  // dA^−½ = −A^−½ dA^½ A^−½
  jvp: ([a]: Tensor[], [da]: Tensor[], s: Tensor) => matmul(matmul(s, rootLyapunov(a!, symmetricPart(da!))), s).neg(),
});

const applied = (where: string, f: ScalarFunction): ((a: Tensor) => Tensor) => {
  const kernel = kernelOf(f);
  return (a) => {
    requireMatrices(where, 'a', a);
    return diagonalIntegral(kernel, a);
  };
};

/** f(A): a kernel of one variable on the diagonal. */
function diagonalIntegral(kernel: ReturnType<typeof kernelOf>, a: Tensor): Tensor {
  const f: (x: Tensor) => Tensor = customDerivative((x: Tensor): Tensor => spectral(x, (values) => kernel.at([values])), {
    jvp: ([x]: Tensor[], [dx]: Tensor[]) => operatorIntegral(kernel.difference(0)!, x!, [symmetricPart(dx!)]),
  });
  return f(a);
}

/**
 * A^½ of positive semidefinite A [..., n, n]; eigenvalues below 0 are taken for 0. Exact derivatives of any order where A is positive definite. Cost: one
 * eigenproblem, which the derivatives share.
 * @throws RangeError, TypeError on shapes or dtypes that do not fit
 */
export function matrixSqrt(a: Tensor): Tensor {
  requireMatrices('matrixSqrt', 'a', a);
  return root(a);
}

/** A^−½, as `matrixSqrt`; eigenvalues below 1e-12 of the largest are raised to it. */
export function matrixInverseSqrt(a: Tensor): Tensor {
  requireMatrices('matrixInverseSqrt', 'a', a);
  return inverseRoot(a);
}

/**
 * Aᵖ of positive definite A [..., n, n] for any real p. First and second derivatives are exact, also where eigenvalues meet (Daletskii & Krein 1965); third
 * ones where eigenvalues are distinct.
 * @throws RangeError, TypeError on shapes or dtypes that do not fit, or a p that is not finite
 */
export function matrixPower(a: Tensor, p: number): Tensor {
  if (!Number.isFinite(p)) throw new RangeError(`matrixPower: p must be a finite number, got ${String(p)}`);
  if (p === 0.5) return matrixSqrt(a);
  if (p === -0.5) return matrixInverseSqrt(a);
  if (Number.isInteger(p) && p >= 1 && p <= 8) return integerPower(a, p);
  return applied('matrixPower', power(p))(a);
}

function integerPower(a: Tensor, p: number): Tensor {
  requireMatrices('matrixPower', 'a', a);
  if (p === 1) return a;
  const half = integerPower(a, Math.floor(p / 2));
  const even = matmul(half, half);
  return p % 2 === 0 ? even : matmul(even, a);
}

/** log A, as `matrixPower`. With `floor`, log max(A, floor). */
export const matrixLog = (a: Tensor, floor?: number): Tensor => (floor === undefined ? plainLog : applied('matrixLog', composed(logarithm, rectifier(floor))))(a);

const plainLog = applied('matrixLog', logarithm);

/** exp A of symmetric A, as `matrixPower`. */
export const matrixExp: (a: Tensor) => Tensor = applied('matrixExp', exponential);

/** max(A, floor): eigenvalues raised to `floor` (Huang & Van Gool 2017, ReEig). Of the derivatives at the floor, those from below. */
export const raiseEigenvalues = (a: Tensor, floor: number): Tensor => applied('raiseEigenvalues', rectifier(floor))(a);

/**
 * The X with P X + X P = V for positive definite P [..., n, n] or [n, n], and V [..., n, n]. Exact derivatives of any order.
 * @throws RangeError, TypeError on shapes or dtypes that do not fit
 */
export function solveLyapunov(p: Tensor, v: Tensor): Tensor {
  requireMatrices('solveLyapunov', 'p', p);
  requireMatrices('solveLyapunov', 'v', v);
  const batch = p.rank > v.rank ? p.shape : v.shape;
  return lyapunov(p, v.broadcastTo(batch));
}
