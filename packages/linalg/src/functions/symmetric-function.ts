import type { Matrix } from '../api.js';
import { maxAbs } from '../vector.js';
import { gemm, view } from '../dense/gemm.js';
import type { SymmetricOptions } from '../dense/symmetric.js';
import { symmetricEigen } from '../dense/symmetric-eigen.js';

/**
 * V f(Λ) Vᵀ of a symmetric matrix A = V Λ Vᵀ. Cost that of `symmetricEigen` and 2 n³.
 * @throws TypeError, RangeError where A is not square, finite, symmetric; RangeError where f is not finite at an eigenvalue
 */
export function symmetricFunction(a: Matrix, f: (eigenvalue: number) => number, options: SymmetricOptions = {}): Matrix {
  return evaluate('symmetricFunction', a, options, (values) => values.map(f));
}

/**
 * The symmetric positive semidefinite square root. Eigenvalues down to −n·2⁻⁵² times the largest count as 0.
 * @throws RangeError where A has a negative eigenvalue, or as `symmetricFunction`
 */
export const symmetricSqrt = (a: Matrix, options: SymmetricOptions = {}): Matrix =>
  evaluate('symmetricSqrt', a, options, (values) => requireSign('symmetricSqrt', values, false).map((x) => Math.sqrt(Math.max(0, x))));

/**
 * The inverse of the symmetric square root. Errors are relative to the largest element: A's condition, square-rooted.
 * @throws RangeError where A is not positive definite to rounding, or as `symmetricFunction`
 */
export const symmetricInverseSqrt = (a: Matrix, options: SymmetricOptions = {}): Matrix =>
  evaluate('symmetricInverseSqrt', a, options, (values) => requireSign('symmetricInverseSqrt', values, true).map((x) => 1 / Math.sqrt(x)));

/**
 * The symmetric logarithm.
 * @throws RangeError where A is not positive definite to rounding, or as `symmetricFunction`
 */
export const symmetricLog = (a: Matrix, options: SymmetricOptions = {}): Matrix =>
  evaluate('symmetricLog', a, options, (values) => requireSign('symmetricLog', values, true).map(Math.log));

/**
 * The exponential of a symmetric matrix.
 * @throws RangeError where it overflows, or as `symmetricFunction`
 */
export const symmetricExp = (a: Matrix, options: SymmetricOptions = {}): Matrix => evaluate('symmetricExp', a, options, (values) => values.map(Math.exp));

function requireSign(where: string, values: Float64Array, definite: boolean): Float64Array {
  const noise = values.length * 2 ** -52 * maxAbs(values);
  const least = values[0] ?? 1;
  if (definite ? !(least > noise) : !(least >= -noise)) {
    throw new RangeError(`${where}: a must be positive ${definite ? 'definite to rounding' : 'semidefinite'}, but has eigenvalue ${least} (largest ${values.at(-1)})`);
  }
  return values;
}

function evaluate(where: string, a: Matrix, options: SymmetricOptions, f: (values: Float64Array) => Float64Array): Matrix {
  const { values, vectors } = symmetricEigen(a, options);
  const image = f(values);
  const bad = image.findIndex((x) => !Number.isFinite(x));
  if (bad >= 0) throw new RangeError(`${where}: the function must be finite at eigenvalues, got ${image[bad]!} at ${values[bad]!}`);
  const n = values.length;
  const scaled = vectors.data.map((x, k) => x * image[k % n]!);
  const data = new Float64Array(n * n);
  gemm(n, n, n, 1, view(scaled, 0, n), view(vectors.data, 0, 1, n), view(data, 0, n));
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) data[i * n + j] = data[j * n + i] = (data[i * n + j]! + data[j * n + i]!) / 2;
  return { rows: n, columns: n, data };
}
