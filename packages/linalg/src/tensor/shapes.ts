/** Shapes of stacked matrices. */
import { greater, iota, mul, select, sub, sum, type Tensor, transpose } from '@curv/tensor';

/** @throws RangeError unless [..., n, n]. @returns n */
export function requireSquare(where: string, name: string, a: Tensor): number {
  const n = a.shape[a.rank - 1];
  if (a.rank < 2 || n !== a.shape[a.rank - 2]) throw new RangeError(`${where}: ${name} must be square matrices [..., n, n], got [${a.shape.join(', ')}]`);
  return n!;
}

/** @throws RangeError unless b is [..., n, k] with the leading axes of a, or [n] for one matrix. @returns whether it is a vector */
export function requireRightSide(where: string, a: Tensor, b: Tensor): boolean {
  const n = requireSquare(where, 'a', a);
  if (a.rank === 2 && b.rank === 1 && b.shape[0] === n) return true;
  if (b.rank !== a.rank || b.shape[b.rank - 2] !== n || a.shape.slice(0, -2).some((k, i) => k !== b.shape[i]))
    throw new RangeError(`${where}: b must be [${[...a.shape.slice(0, -2), n, 'k'].join(', ')}]${a.rank === 2 ? ` or [${n}]` : ''}, got [${b.shape.join(', ')}]`);
  return false;
}

export const swapLast = (a: Tensor): Tensor => transpose(a, [...a.shape.keys()].slice(0, -2).concat(a.rank - 1, a.rank - 2));

/** The diagonals [..., n] of [..., n, n]. */
export function diagonalOf(a: Tensor): Tensor {
  const n = a.shape[a.rank - 1]!;
  const distance = sub(iota([n, n], 0, 'int32'), iota([n, n], 1, 'int32'));
  return sum(select(greater(1, mul(distance, distance)), a, 0, a.dtype), [a.rank - 1]);
}
