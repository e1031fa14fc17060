/** Operators from operators. */
import type { LinearOperator, Structure } from '../api.js';
import { axpy, orthogonalize, requireSquare, scaled } from '../vector.js';

const joint = (a: LinearOperator, b: LinearOperator): 'float32' | 'float64' => (a.dtype === 'float32' || b.dtype === 'float32' ? 'float32' : 'float64');

function bothSymmetric(a: LinearOperator, b: LinearOperator): Structure {
  return { symmetric: Boolean(a.structure?.symmetric && b.structure?.symmetric) };
}

/** s A + t B. @throws RangeError when shapes differ */
export function addOperators(a: LinearOperator, b: LinearOperator, s = 1, t = 1): LinearOperator {
  if (a.shape[0] !== b.shape[0] || a.shape[1] !== b.shape[1]) throw new RangeError(`addOperators: shapes differ: [${a.shape.join(', ')}] and [${b.shape.join(', ')}]`);
  const sum = async (x: Float64Array | Promise<Float64Array>, y: Float64Array | Promise<Float64Array>): Promise<Float64Array> => {
    const out = scaled(s, await x);
    axpy(t, await y, out);
    return out;
  };
  return {
    shape: a.shape,
    dtype: joint(a, b),
    structure: bothSymmetric(a, b),
    apply: (v) => sum(a.apply(v), b.apply(v)),
    ...(a.applyTranspose && b.applyTranspose && { applyTranspose: (v: Float64Array) => sum(a.applyTranspose!(v), b.applyTranspose!(v)) }),
  };
}

/** s A. */
export function scaleOperator(a: LinearOperator, s: number): LinearOperator {
  return {
    shape: a.shape,
    dtype: a.dtype,
    structure: { symmetric: Boolean(a.structure?.symmetric), positiveDefinite: Boolean(a.structure?.positiveDefinite) && s > 0 },
    apply: async (v) => scaled(s, await a.apply(v)),
    ...(a.applyTranspose && { applyTranspose: async (v: Float64Array) => scaled(s, await a.applyTranspose!(v)) }),
  };
}

/** A + shift · I. @throws RangeError unless square */
export function shiftOperator(a: LinearOperator, shift: number): LinearOperator {
  requireSquare('shiftOperator', a);
  const shifted = async (image: Float64Array | Promise<Float64Array>, v: Float64Array): Promise<Float64Array> => {
    const out = (await image).slice();
    axpy(shift, v, out);
    return out;
  };
  return {
    shape: a.shape,
    dtype: a.dtype,
    structure: { symmetric: Boolean(a.structure?.symmetric), positiveDefinite: shift > 0 && Boolean(a.structure?.positiveSemidefinite ?? a.structure?.positiveDefinite) },
    apply: (v) => shifted(a.apply(v), v),
    ...(a.applyTranspose && { applyTranspose: (v: Float64Array) => shifted(a.applyTranspose!(v), v) }),
  };
}

/** A B. @throws RangeError when inner sizes differ */
export function composeOperators(a: LinearOperator, b: LinearOperator): LinearOperator {
  if (a.shape[1] !== b.shape[0]) throw new RangeError(`composeOperators: inner sizes differ: [${a.shape.join(', ')}] and [${b.shape.join(', ')}]`);
  return {
    shape: [a.shape[0], b.shape[1]],
    dtype: joint(a, b),
    apply: async (v) => a.apply(await b.apply(v)),
    ...(a.applyTranspose && b.applyTranspose && { applyTranspose: async (v: Float64Array) => b.applyTranspose!(await a.applyTranspose!(v)) }),
  };
}

/** (I − QQᵀ) A (I − QQᵀ) for orthonormal vectors Q: what is left when they are known. @throws RangeError unless square */
export function deflatedOperator(a: LinearOperator, vectors: readonly Float64Array[]): LinearOperator {
  requireSquare('deflatedOperator', a);
  const apply = async (v: Float64Array): Promise<Float64Array> => {
    const inside = v.slice();
    orthogonalize(inside, vectors);
    const out = (await a.apply(inside)).slice();
    orthogonalize(out, vectors);
    return out;
  };
  return { shape: a.shape, dtype: a.dtype, ...(a.structure && { structure: { symmetric: Boolean(a.structure.symmetric) } }), apply };
}
