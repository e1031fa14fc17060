/** Systems with general square matrices, differentiable. */
import type { Params } from '../api.js';
import { linearSolve as linearSolveKernel } from '../engines/cpu/linear-solve.js';
import { FLOATS, type Primitive, requireDType, showShape } from '../primitive.js';
import type { Tensor } from '../tensor.js';
import { emit } from '../trace.js';
import { neg, sub } from './elementwise.js';
import { matmul } from './matmul.js';
import { broadcastTo } from './shape.js';

const isTransposed = (params: Params): boolean => params['transpose'] === true;

const solvePrimitive: Primitive = {
  name: 'linearSolve',
  spec: ([a, b]) => {
    const n = a!.shape[a!.shape.length - 1];
    if (a!.shape.length < 2 || n !== a!.shape[a!.shape.length - 2]) throw new RangeError(`linearSolve: expected square matrices [..., n, n], got ${showShape(a!.shape)}`);
    const batch = (shape: readonly number[]): string => String(shape.slice(0, -2));
    if (b!.shape.length < 2 || b!.shape[b!.shape.length - 2] !== n || batch(a!.shape) !== batch(b!.shape)) {
      throw new RangeError(`linearSolve: right sides must be [..., ${n}, k] with the matrix's leading axes ${showShape(a!.shape)}, got ${showShape(b!.shape)}`);
    }
    return { shape: b!.shape, dtype: requireDType('linearSolve', [a!, b!], FLOATS) };
  },
  // op(A) X = B: dX = op(A)⁻¹ (dB − op(dA) X)
  jvp: ([a], [da, db], x, params) => {
    const transpose = isTransposed(params);
    const moved = da && matmul(da, x, { transposeA: transpose });
    const right = !moved ? db! : !db ? neg(moved) : sub(db, moved);
    return linearSolve(a!, right, { transpose });
  },
  transpose: (ct, [a], params) => [null, linearSolve(a!.value!, ct, { transpose: !isTransposed(params) })],
  batch: ([a, b], [aBatched, bBatched], params, size) =>
    emit(
      solvePrimitive,
      [aBatched ? a! : broadcastTo(a!, [size, ...a!.shape]), bBatched ? b! : broadcastTo(b!, [size, ...b!.shape])],
      params,
    ),
  kernel: linearSolveKernel,
};

/**
 * Solves op(A) X = B for general A [..., n, n] and B [..., n, k] by elimination with partial pivoting. A matrix with a zero pivot gives NaN.
 * Cost 2/3 n³ + 2 n²k.
 */
export function linearSolve(a: Tensor, b: Tensor, options: { /** Solve with the transposed matrix. */ readonly transpose?: boolean } = {}): Tensor {
  return emit(solvePrimitive, [a, b], { transpose: options.transpose ?? false });
}
