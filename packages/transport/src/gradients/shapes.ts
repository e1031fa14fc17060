/** Checks of tensors. */
import { full, type Tensor } from '@curv/tensor';

/** A problem in float64. @throws TypeError, RangeError unless the cost is [n, m] of a float dtype, the masses [n] and [m] of the same */
export function requireProblem(where: string, cost: Tensor, a: Tensor | undefined, b: Tensor | undefined): { cost: Tensor; a: Tensor; b: Tensor } {
  if (cost?.rank !== 2) throw new RangeError(`${where}: cost must have shape [n, m], got [${String(cost?.shape)}]`);
  if (cost.dtype !== 'float64' && cost.dtype !== 'float32') throw new TypeError(`${where}: cost must be float32 or float64, got ${cost.dtype}`);
  const [n, m] = cost.shape as [number, number];
  return { cost: cost.cast('float64'), a: masses(where, 'a', a, n), b: masses(where, 'b', b, m) };
}

function masses(where: string, name: string, value: Tensor | undefined, n: number): Tensor {
  if (value === undefined) return full([n], 1 / n, 'float64');
  if (value.rank !== 1 || value.shape[0] !== n) throw new RangeError(`${where}: ${name} must have shape [${n}], got [${String(value.shape)}]`);
  return value.cast('float64');
}

/** @throws RangeError unless [n, d] and [m, d] */
export function requirePoints(where: string, xs: Tensor, ys: Tensor): void {
  if (xs.rank !== 2 || ys.rank !== 2 || xs.shape[1] !== ys.shape[1])
    throw new RangeError(`${where}: points must have shapes [n, d] and [m, d], got [${String(xs.shape)}] and [${String(ys.shape)}]`);
}
