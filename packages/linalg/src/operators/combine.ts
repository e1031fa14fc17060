/** What operators made of operators share. */
import type { Awaitable, LinearOperator, OperatorStructure } from '../api.js';

/** f of a value that may come later; stays synchronous where it can. */
export function after<T, R>(value: Awaitable<T>, f: (value: T) => Awaitable<R>): Awaitable<R> {
  return value instanceof Promise ? value.then(f) : f(value);
}

/** Aᵀ u, by `applyTranspose` or by declared symmetry; undefined where there is neither. */
export function transposeOf(operator: LinearOperator): ((u: Float64Array) => Awaitable<Float64Array>) | undefined {
  if (operator.applyTranspose) return (u) => operator.applyTranspose!(u);
  return isSymmetric(operator.structure) ? (u) => operator.apply(u) : undefined;
}

/** A V by `applyBlock`, or vector by vector in turn. */
export function blockOf(operator: LinearOperator, block: Float64Array, count: number): Awaitable<Float64Array> {
  if (operator.applyBlock) return operator.applyBlock(block, count);
  const [rows, columns] = operator.shape;
  const out = new Float64Array(rows * count);
  const from = (j: number): Awaitable<Float64Array> => {
    for (; j < count; j++) {
      const at = j * rows;
      const next = j + 1;
      const result = operator.apply(block.slice(j * columns, next * columns));
      if (result instanceof Promise) {
        return result.then((values) => {
          out.set(values, at);
          return from(next);
        });
      }
      out.set(result, at);
    }
    return out;
  };
  return from(0);
}

export const isSymmetric = (s: OperatorStructure | undefined): boolean =>
  s?.symmetric === true || isSemidefinite(s) || s?.diagonal === true;

export const isSemidefinite = (s: OperatorStructure | undefined): boolean =>
  s?.positiveSemidefinite === true || s?.positiveDefinite === true;

/** float64 only where every part computes in it. */
export const commonDType = (parts: readonly LinearOperator[]): 'float32' | 'float64' =>
  parts.every((p) => p.dtype === 'float64') ? 'float64' : 'float32';

/** Claims what holds, and leaves out the rest. */
export function claim(properties: Record<keyof OperatorStructure, boolean>): OperatorStructure {
  return Object.fromEntries(Object.entries(properties).filter(([, holds]) => holds));
}
