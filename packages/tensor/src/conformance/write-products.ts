/** Matrix products as results of random programs. */
import type { Shape } from '../api.js';
import { range, sizeOf } from '../primitive.js';
import type { Draft, Rule } from './draft.js';
import { broadcast, joined, narrowed, reshape, slice, split, transposed } from './write-movements.js';

export const iota: Rule = (d, shape, kind) =>
  shape.length === 0 ? null : d.apply('iota', [], { shape: [...shape], axis: d.random.integer(shape.length), dtype: kind === 'float' ? 'float' : 'int32' }, kind);

/** Numbers that no memory holds: an index, repeated. */
const index: Rule = (d, shape) => d.apply('broadcast', [iota(d, narrowed(d, shape), 'float')], { shape: [...shape] });

/** An operand of a product: more often than elsewhere one that an engine may read in place. */
const factor = (d: Draft, shape: Shape): number | null => {
  const rule = d.left > 0 ? d.weighted<Rule | null>([[5, joined], [1, transposed], [1, broadcast], [1, slice], [1, reshape], [0.7, index], [3, null]]) : null;
  return rule?.(d, shape, 'float') ?? d.write(shape, 'float');
};

/** Batch axes that broadcast to the given ones. */
const batchOf = (d: Draft, batch: Shape): Shape => (d.chance(0.4) ? batch : d.chance(0.5) ? [] : narrowed(d, batch));

/** A matrix product over `k` elements. */
function product(d: Draft, shape: Shape, k: number): number | null {
  const batch = shape.slice(0, -2);
  const [m, n] = shape.slice(-2) as [number, number];
  const [transposeA, transposeB] = [d.chance(0.4), d.chance(0.4)];
  const sides: [Shape, Shape] = d.chance(0.5) ? [batch, batchOf(d, batch)] : [batchOf(d, batch), batch];
  const [a, b] = [[...sides[0], ...(transposeA ? [k, m] : [m, k])], [...sides[1], ...(transposeB ? [n, k] : [k, n])]];
  const left = factor(d, a);
  // A matrix and itself, as in a Gram matrix.
  const right = String(a) === String(b) && d.chance(0.15) ? left : factor(d, b);
  return d.apply('matmul', [left, right], { transposeA, transposeB });
}

export const matmul: Rule = (d, shape) => (shape.length < 2 ? null : product(d, shape, d.size(Math.max(...shape.slice(-2)))));

/** A matrix of few long rows, more often than not joined row by row, or one row of several joined end to end. */
function fewRows(d: Draft, rows: number, length: number): number | null {
  if (d.chance(0.4)) return factor(d, [rows, length]);
  const parts = rows > 1 ? range(rows).map(() => [1, length]) : split(d, length).map((part) => [1, part]);
  return d.apply('concat', parts.map((part) => d.write(part, 'float')), { axis: rows > 1 ? 0 : 1 });
}

/** A product with a matrix of few long rows, in all ways to place it: the forms that engines have kernels of their own for. The other operand is mostly one vector. */
export function thinProduct(d: Draft): number | null {
  if (d.style.elements > 100_000) return product(d, [513, d.between(1, 3)], d.between(257, 260));
  const least = d.chance(0.8) ? 64 : 10;
  const length = d.pick(d.style.sizes.filter((n) => n >= least));
  const rows = length > 4000 ? d.pick([1, 2]) : d.pick([1, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  const over = d.chance(0.5) ? length : rows;
  const count = d.weighted([[5, 1], [1, d.between(2, 5)], [1, d.pick([8, 16, 17, 33])]]);
  const [left, transposeOther] = [d.chance(0.5), d.chance(0.3)];
  const batch = d.weighted<Shape>([[4, []], [3, [1]], [1, [2]], [1, [1, 2]]]);
  const other = factor(d, [...batch, ...(left === transposeOther ? [count, over] : [over, count])]);
  const matrix = fewRows(d, rows, length);
  // Rows are summed over, or each is multiplied.
  return left
    ? d.apply('matmul', [matrix, other], { transposeA: over === rows, transposeB: transposeOther })
    : d.apply('matmul', [other, matrix], { transposeA: transposeOther, transposeB: over !== rows });
}

export const dot: Rule = (d, shape) => {
  const k = d.size(sizeOf(shape));
  if (shape.length === 0) return d.apply('dot', [factor(d, [k]), factor(d, [k])]);
  if (shape.length !== 1) return null;
  return d.chance(0.5) ? d.apply('dot', [factor(d, [...shape, k]), factor(d, [k])]) : d.apply('dot', [factor(d, [k]), factor(d, [k, ...shape])]);
};
