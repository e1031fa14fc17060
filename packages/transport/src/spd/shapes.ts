/** Shapes of stacked matrices. */
import type { Tensor } from '@curv/tensor';

/** @throws TypeError unless a float tensor, RangeError unless square matrices [..., n, n]. @returns n */
export function requireMatrices(where: string, name: string, a: Tensor): number {
  if (a?.dtype !== 'float64' && a?.dtype !== 'float32') throw new TypeError(`${where}: ${name} must be a float tensor, got ${a?.dtype ?? String(a)}`);
  const n = a.shape[a.rank - 1];
  if (a.rank < 2 || n !== a.shape[a.rank - 2] || n === 0) throw new RangeError(`${where}: ${name} must be square matrices [..., n, n], got [${a.shape.join(', ')}]`);
  return n!;
}

/** @throws RangeError unless both hold matrices of one order, of one batch or one alone */
export function requireSameMatrices(where: string, a: Tensor, b: Tensor): void {
  const n = requireMatrices(where, 'the first operand', a);
  const m = requireMatrices(where, 'the second operand', b);
  if (n === m && (a.rank === 2 || b.rank === 2 || String(a.shape) === String(b.shape))) return;
  throw new RangeError(`${where}: expected matrices of one order and one batch, or a single one, got [${a.shape.join(', ')}] and [${b.shape.join(', ')}]`);
}

/** tr A [...]. */
export function trace(a: Tensor): Tensor {
  const n = a.shape[a.rank - 1]!;
  const flat = a.reshape([...a.shape.slice(0, -2), n * n]);
  // the diagonal lies n + 1 apart
  return flat.slice(flat.shape.map(() => 0), [...flat.shape], flat.shape.map((_, axis) => (axis === flat.rank - 1 ? n + 1 : 1))).sum([flat.rank - 1]);
}

/** tr(AᵀB) [...]. */
export function innerProduct(a: Tensor, b: Tensor): Tensor {
  const product = a.mul(b);
  return product.sum([product.rank - 2, product.rank - 1]);
}
