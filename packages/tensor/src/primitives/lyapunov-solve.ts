/** The Lyapunov equation of symmetric matrices, differentiable: what square roots of matrices need. */
import { lyapunovSolve as lyapunovSolveKernel } from '../engines/cpu/symmetric-eigen.js';
import { FLOATS, type Primitive, requireDType, showShape } from '../primitive.js';
import type { Tensor } from '../tensor.js';
import { emit } from '../trace.js';
import { add, mul, neg, sub } from './elementwise.js';
import { matmul, swapLast } from './matmul.js';
import { broadcastTo } from './shape.js';

const lyapunovPrimitive: Primitive = {
  name: 'lyapunovSolve',
  spec: ([a, q]) => {
    const { length } = a!.shape;
    if (length < 2 || a!.shape[length - 1] !== a!.shape[length - 2] || String(a!.shape) !== String(q!.shape))
      throw new RangeError(`lyapunovSolve: expected two stacks of square matrices [..., n, n], got ${showShape(a!.shape)} and ${showShape(q!.shape)}`);
    return { shape: q!.shape, dtype: requireDType('lyapunovSolve', [a!, q!], FLOATS) };
  },
  // A dX + dX A = dQ − dA X − X dA
  jvp: ([a], [da, dq], x) => {
    const moved = da && add(matmul(da, x), matmul(x, da));
    const right = !moved ? dq! : !dq ? neg(moved) : sub(dq, moved);
    return emit(lyapunovPrimitive, [a!, right]);
  },
  // the map Q ↦ X is its own transpose, as A is symmetric
  transpose: (ct, [a]) => [null, emit(lyapunovPrimitive, [a!.value!, ct])],
  batch: ([a, q], [aBatched, qBatched], _, size) =>
    emit(lyapunovPrimitive, [aBatched ? a! : broadcastTo(a!, [size, ...a!.shape]), qBatched ? q! : broadcastTo(q!, [size, ...q!.shape])]),
  kernel: lyapunovSolveKernel,
};

/**
 * The X with A X + X A = Q for symmetric A [..., n, n] without eigenvalues that add up to 0, and any Q of its shape; of A its symmetric part is taken. Exact
 * derivatives of any order, also where eigenvalues meet. Cost about 40 n³.
 */
export const lyapunovSolve = (a: Tensor, q: Tensor): Tensor => emit(lyapunovPrimitive, [mul(add(a, swapLast(a)), 0.5), q]);
