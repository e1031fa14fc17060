/** Dense factorizations over the last two axes. */
import type { Params } from '../api.js';
import { cholesky as choleskyKernel, triangularSolve as triangularSolveKernel } from '../engines/cpu/factorize.js';
import { FLOATS, type Primitive, requireDType, showShape } from '../primitive.js';
import type { Tensor } from '../tensor.js';
import { emit } from '../trace.js';
import { add, and, equal, greater, lessEqual, mul, neg, not, select, sub } from './elementwise.js';
import { iota } from './indexing.js';
import { matmul, swapLast } from './matmul.js';
import { broadcastTo } from './shape.js';

function requireSquare(op: string, shape: readonly number[]): number {
  const n = shape[shape.length - 1];
  if (shape.length < 2 || n !== shape[shape.length - 2]) throw new RangeError(`${op}: expected square matrices [..., n, n], got ${showShape(shape)}`);
  return n!;
}

/** The lower triangle with half of the diagonal: the Φ of Murray (2016, arXiv:1602.07527), equation 10. */
function lowerHalf(x: Tensor): Tensor {
  const n = x.shape[x.rank - 1]!;
  const row = iota([n, n], 0, 'int32');
  const column = iota([n, n], 1, 'int32');
  const halved = select(equal(row, column), mul(x, 0.5), x);
  return select(lessEqual(column, row), halved, 0);
}

const choleskyPrimitive: Primitive = {
  name: 'cholesky',
  spec: ([a]) => {
    requireSquare('cholesky', a!.shape);
    return { shape: a!.shape, dtype: requireDType('cholesky', [a!], FLOATS) };
  },
  // dL = L Φ(L⁻¹ dA L⁻ᵀ), Murray (2016) equation 9
  jvp: (_, [da], l) => {
    const left = triangularSolve(l, da!);
    return matmul(l, lowerHalf(swapLast(triangularSolve(l, swapLast(left)))));
  },
  batch: ([a]) => emit(choleskyPrimitive, [a!]),
  kernel: choleskyKernel,
};

/**
 * Lower Cholesky factor L of symmetric positive definite matrices [..., n, n]: A = L Lᵀ. Of a matrix that is not symmetric its symmetric part
 * is taken. Rows from a pivot that is not positive on are NaN. Cost n³/3.
 */
export function cholesky(a: Tensor): Tensor {
  requireSquare('cholesky', a.shape);
  return emit(choleskyPrimitive, [mul(add(a, swapLast(a)), 0.5)]);
}

/** Options of `triangularSolve`. */
export interface TriangularSolveOptions {
  /** Whether the matrix is lower triangular (default) or upper. The other triangle is not read. */
  readonly lower?: boolean;
  /** Solve with the transposed matrix. */
  readonly transpose?: boolean;
  /** Take the diagonal as ones without reading it. */
  readonly unit?: boolean;
}

const optionsIn = (params: Params): Required<TriangularSolveOptions> => params as unknown as Required<TriangularSolveOptions>;

/** The part of a matrix that `triangularSolve` reads. */
function triangle(a: Tensor, { lower, unit }: Required<TriangularSolveOptions>): Tensor {
  const n = a.shape[a.rank - 1]!;
  const row = iota([n, n], 0, 'int32');
  const column = iota([n, n], 1, 'int32');
  const half = lower ? lessEqual(column, row) : not(greater(row, column));
  return select(unit ? and(half, not(equal(row, column))) : half, a, 0);
}

const solvePrimitive: Primitive = {
  name: 'triangularSolve',
  spec: ([a, b]) => {
    const n = requireSquare('triangularSolve', a!.shape);
    const batch = (shape: readonly number[]): string => String(shape.slice(0, -2));
    if (b!.shape.length < 2 || b!.shape[b!.shape.length - 2] !== n || batch(a!.shape) !== batch(b!.shape)) {
      throw new RangeError(`triangularSolve: right sides must be [..., ${n}, k] with the matrix's leading axes ${showShape(a!.shape)}, got ${showShape(b!.shape)}`);
    }
    return { shape: b!.shape, dtype: requireDType('triangularSolve', [a!, b!], FLOATS) };
  },
  // op(A) X = B: dX = op(A)⁻¹ (dB − op(dA) X)
  jvp: ([a], [da, db], x, params) => {
    const options = optionsIn(params);
    const moved = da && matmul(triangle(da, options), x, { transposeA: options.transpose });
    const right = !moved ? db! : !db ? neg(moved) : sub(db, moved);
    return triangularSolve(a!, right, options);
  },
  transpose: (ct, [a], params) => [null, triangularSolve(a!.value!, ct, { ...optionsIn(params), transpose: !params['transpose'] })],
  batch: ([a, b], [aBatched, bBatched], params, size) =>
    emit(
      solvePrimitive,
      [aBatched ? a! : broadcastTo(a!, [size, ...a!.shape]), bBatched ? b! : broadcastTo(b!, [size, ...b!.shape])],
      params,
    ),
  kernel: triangularSolveKernel,
};

/** Solves op(A) X = B for triangular A [..., n, n] and B [..., n, k]. Cost n²k. */
export function triangularSolve(a: Tensor, b: Tensor, options: TriangularSolveOptions = {}): Tensor {
  const { lower = true, transpose = false, unit = false } = options;
  return emit(solvePrimitive, [a, b], { lower, transpose, unit });
}
