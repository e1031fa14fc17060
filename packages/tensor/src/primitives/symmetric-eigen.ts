/** Eigenvalues and eigenvectors of symmetric matrices, differentiable. */
import { symmetricEigen as symmetricEigenKernel } from '../engines/cpu/symmetric-eigen.js';
import { FLOATS, type Primitive, requireDType, showShape } from '../primitive.js';
import type { Tensor } from '../tensor.js';
import { emit } from '../trace.js';
import { abs, add, div, greater, mul, select, sub } from './elementwise.js';
import { iota } from './indexing.js';
import { matmul, swapLast } from './matmul.js';
import { reduceMax, reduceSum } from './reduce.js';
import { broadcastTo, concat, reshape, slice } from './shape.js';

function requireSquare(op: string, shape: readonly number[]): number {
  const n = shape[shape.length - 1];
  if (shape.length < 2 || n !== shape[shape.length - 2]) throw new RangeError(`${op}: expected square matrices [..., n, n], got ${showShape(shape)}`);
  return n!;
}

/** Eigenvalues nearer than this part of the largest count as equal. */
const GAP: Readonly<Record<string, number>> = { float64: 1e-13, float32: 1e-5 };

/** The output holds the eigenvalues in its first row and the eigenvectors, by columns, below. */
const eigenPrimitive: Primitive = {
  name: 'symmetricEigen',
  spec: ([a]) => {
    const n = requireSquare('symmetricEigen', a!.shape);
    return { shape: [...a!.shape.slice(0, -2), n + 1, n], dtype: requireDType('symmetricEigen', [a!], FLOATS) };
  },
  // dλ = diag(Vᵀ dA V), dV = V (F ∘ Vᵀ dA V) with fᵢⱼ = 1/(λⱼ − λᵢ): J. R. Magnus (1985); M. B. Giles (2008), section 3.1
  jvp: (_, [da], packed) => {
    const { values, vectors } = unpack(packed);
    const moved = matmul(vectors, matmul(da!, vectors), { transposeA: true });
    const n = values.shape[values.rank - 1]!;
    const batch = values.shape.slice(0, -1);
    const diagonal = broadcastTo(equalIndex(n), moved.shape);
    const row = reshape(values, [...batch, 1, n]);
    const gap = sub(row, reshape(values, [...batch, n, 1]));
    const limit = reshape(mul(reduceMax(abs(values), [values.rank - 1]), GAP[values.dtype]!), [...batch, 1, 1]);
    const apart = greater(abs(gap), broadcastTo(limit, gap.shape));
    const factors = select(apart, div(1, select(apart, gap, 1, values.dtype)), 0, values.dtype);
    const dValues = reduceSum(select(diagonal, moved, 0), [moved.rank - 2]);
    return pack(dValues, matmul(vectors, mul(factors, moved)));
  },
  batch: ([a]) => emit(eigenPrimitive, [a!]),
  kernel: symmetricEigenKernel,
};

function equalIndex(n: number): Tensor {
  const distance = sub(iota([n, n], 0, 'int32'), iota([n, n], 1, 'int32'));
  return greater(1, abs(distance));
}

function pack(values: Tensor, vectors: Tensor): Tensor {
  return concat([reshape(values, [...values.shape.slice(0, -1), 1, values.shape[values.rank - 1]!]), vectors], vectors.rank - 2);
}

function unpack(packed: Tensor): SymmetricEigen {
  const { rank, shape } = packed;
  const n = shape[rank - 1]!;
  const from = shape.map(() => 0);
  const vectors = slice(packed, from.with(rank - 2, 1));
  return { values: reshape(slice(packed, from, [...shape].with(rank - 2, 1)), [...shape.slice(0, -2), n]), vectors };
}

/** A = V diag(values) Vᵀ. */
export interface SymmetricEigen {
  /** [..., n], ascending. */
  readonly values: Tensor;
  /** [..., n, n], orthogonal; column j belongs to value j, its component of largest magnitude is positive. */
  readonly vectors: Tensor;
}

/**
 * Eigenvalues and eigenvectors of symmetric matrices [..., n, n]; of a matrix that is not symmetric its symmetric part is taken. Cost about 30 n³.
 *
 * Derivatives of any order are exact where eigenvalues are distinct. Eigenvectors of a multiple eigenvalue have none: the part that would turn them
 * into each other is taken for 0 (eigenvalues that differ by less than 1e-13 of the largest, in float32 1e-5, count as equal). First derivatives of
 * functions of the spectrum, such as Σ f(λ), are then still exact, second ones lack f″ between equal eigenvalues.
 */
export function symmetricEigen(a: Tensor): SymmetricEigen {
  requireSquare('symmetricEigen', a.shape);
  return unpack(emit(eigenPrimitive, [mul(add(a, swapLast(a)), 0.5)]));
}
