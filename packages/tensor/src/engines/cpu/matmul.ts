/** Matrix products of strided views, with batch axes. */
import type { DType, Node, TypedArray } from '../../api.js';
import { type Kernel, sizeOf } from '../../primitive.js';
import { blockCopier, gemm, specialized, stridedPacker } from './gemm.js';
import type { Pack, Place, Store } from './gemm.js';
import { lineProduct, worthLines } from './line-products.js';
import { DEPTH, microkernel, ROWS } from './microkernel.js';
import type { View } from './view.js';
import { broadcastView, reshapeView } from './view.js';

/** A matrix in strided memory: element (i, j) at `offset + i·row + j·column`. */
interface Layout {
  readonly row: number;
  readonly column: number;
  /** Offset of each matrix of the batch. */
  readonly offsets: readonly number[];
}

/** Where rows and depths of a block of the left factor are: next to each other, or so far apart. */
const BY_1 = Int32Array.from({ length: DEPTH }, (_, i) => i);
const BY_DEPTH = BY_1.map((i) => i * DEPTH);
const BY_ROWS = BY_1.map((i) => i * ROWS);

/** Products of fewer multiplications are not worth packing. */
const PACK_FROM = 512;

/** Compiles a `matmul` node for operands seen through views. Cost 2·m·n·k per matrix. */
export function matmul(node: Node, viewA: View, viewB: View): Kernel {
  const { transposeA, transposeB } = node.params as { transposeA?: boolean; transposeB?: boolean };
  let a = transposeA === true ? swapped(viewA) : viewA;
  let b = transposeB === true ? swapped(viewB) : viewB;
  const batch = node.shape.slice(0, -2);
  let m = node.shape[batch.length]!;
  const n = node.shape[batch.length + 1]!;
  const k = a.shape[a.shape.length - 1]!;
  a = broadcastView(a, [...batch, m, k]);
  b = broadcastView(b, [...batch, k, n]);
  let count = sizeOf(batch);
  if (count > 1 && b.strides.slice(0, -2).every((s, i) => s === 0 || batch[i] === 1)) {
    // one right factor for all: stack the left ones
    const stacked = reshapeView(a, [count * m, k]);
    if (stacked !== null) {
      a = stacked;
      b = { shape: [k, n], strides: b.strides.slice(-2), offset: b.offset };
      m *= count;
      count = 1;
    }
  }
  const multiply = kernelFor(node.dtype, m, n, k, layoutOf(a), layoutOf(b));
  return (out, x, y) => {
    for (let i = 0; i < count; i++) multiply(out, x, y, i);
  };
}

function swapped({ shape, strides, offset }: View): View {
  const swap = (list: readonly number[]): number[] => [...list.slice(0, -2), ...list.slice(-2).reverse()];
  return { shape: swap(shape), strides: swap(strides), offset };
}

function layoutOf({ shape, strides, offset }: View): Layout {
  let offsets = [offset];
  for (let i = 0; i < shape.length - 2; i++) {
    offsets = offsets.flatMap((at) => Array.from({ length: shape[i]! }, (_, j) => at + j * strides[i]!));
  }
  const [row, column] = strides.slice(-2) as [number, number];
  return { row, column, offsets };
}

/** Multiplies matrix number `index` of the batch. */
type Multiply = (out: TypedArray, a: TypedArray, b: TypedArray, index: number) => void;

/** Elements of the product are `rowStep` and `columnStep` apart. */
function kernelFor(dtype: DType, m: number, n: number, k: number, a: Layout, b: Layout, rowStep: number = n, columnStep: number = 1): Multiply {
  const vector = n === 1 && timesVector(dtype, m, k, a, b);
  if (vector) return vector;
  if (columnStep === 1 && m * n * k >= PACK_FROM && k * (n - m) > m * n) {
    // (A B)ᵀ = Bᵀ Aᵀ: the left factor is copied with less effort than the right one is packed; the results then take more
    const swapped = kernelFor(dtype, n, m, k, { ...b, row: b.column, column: b.row }, { ...a, row: a.column, column: a.row }, 1, n);
    return (out, x, y, index) => swapped(out, y, x, index);
  }
  if (n === 1 || m * n * k < PACK_FROM) {
    const product = direct(dtype);
    return (out, x, y, index) => product(out, index * m * n, rowStep, columnStep, x, a, a.offsets[index]!, y, b, b.offsets[index]!, m, n, k);
  }
  const kernel = microkernel(dtype);
  const [packStrided, copy] = [stridedPacker(dtype), blockCopier(dtype)];
  const byRows = a.row > a.column;
  const [rows, depths] = byRows ? [BY_DEPTH, BY_1] : [BY_1, BY_ROWS];
  let x: TypedArray;
  let y: TypedArray;
  let target: TypedArray;
  let at = 0;
  const place: Place = (i, count, l, depth) => {
    const from = a.offsets[at]! + i * a.row + l * a.column;
    if (byRows) copy(x, from, a.row, a.column, kernel.a, 0, DEPTH, 1, count, depth);
    else copy(x, from, a.column, a.row, kernel.a, 0, ROWS, 1, depth, count);
    kernel.address(0, rows, 0, count, depths, 0, depth);
  };
  const pack: Pack = (panel, width, from, to, k0, k1) => packStrided(panel, width, from, to, k0, k1, y, b.offsets[at]!, b.column, b.row);
  const store: Store = (block, stride, i0, i1, j0, j1) =>
    copy(block, 0, stride, 1, target, at * m * n + i0 * rowStep + j0 * columnStep, rowStep, columnStep, i1 - i0, j1 - j0);
  return (out, left, right, index) => {
    x = left;
    y = right;
    target = out;
    at = index;
    kernel.reserve(ROWS * DEPTH);
    gemm(kernel, m, n, k, place, pack, store);
    x = y = target = NOTHING;
  };
}

const NOTHING = new Uint8Array(0);

/** Three plain loops, or two in the order of the matrix in memory where it is multiplied by a vector. */
const direct = /* @__PURE__ */ specialized(function product(
  out: TypedArray, at: number, rowStep: number, columnStep: number, x: TypedArray, { row, column }: Layout, x0: number, y: TypedArray, right: Layout, y0: number, m: number, n: number, k: number,
): void {
  if (n === 1 && row < column) {
    const sums = new Float64Array(m);
    for (let l = 0; l < k; l++) {
      const factor = y[y0 + l * right.row]!;
      for (let i = 0, p = x0 + l * column; i < m; i++, p += row) sums[i]! += factor * x[p]!;
    }
    for (let i = 0; i < m; i++) out[at + i * rowStep] = sums[i]!;
    return;
  }
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let p = x0 + i * row;
      let q = y0 + j * right.column;
      let sum = 0;
      for (let l = 0; l < k; l++, p += column, q += right.row) sum += x[p]! * y[q]!;
      out[at + i * rowStep + j * columnStep] = sum;
    }
  }
});

/** A matrix times a vector, where the vector and an axis of the matrix are lines of memory. */
function timesVector(dtype: DType, m: number, k: number, a: Layout, b: Layout): Multiply | null {
  const inner = m === 1 || (k > 1 && a.row >= a.column);
  const [count, length, step, along] = inner ? [m, k, a.row, a.column] : [k, m, a.column, a.row];
  if (along !== 1 || (b.row !== 1 && k > 1) || !worthLines(dtype, length)) return null;
  const product = lineProduct(dtype, inner, count, length);
  return (out, matrix, x, index) => product(out, index * m, [matrix], a.offsets[index]!, step, x.subarray(b.offsets[index]!, b.offsets[index]! + k));
}

/** The operand of a `matmul` by a vector that is a stack of lines, which may lie apart: 0 or 1, or −1 where there is none. */
export const stackedOperand = ({ inputs, shape, dtype }: Node): number =>
  inputs.findIndex((x, i) => shape.length === 2 && x.op === 'concat' && x.params['axis'] === 0 && shape[1 - i] === 1 && x.inputs.every((line) => line.shape.length === 2 && line.shape[0] === 1) && worthLines(dtype, x.shape[1]!));

/** A `matmul` node whose operand number `at` is such a stack. */
export function stackedProduct({ inputs, params, dtype }: Node, at: number): (out: TypedArray, lines: readonly TypedArray[], x: TypedArray) => void {
  const inner = (at === 0) !== (params[at === 0 ? 'transposeA' : 'transposeB'] === true);
  const [count, length] = inputs[at]!.shape as [number, number];
  const product = lineProduct(dtype, inner, count, length);
  return (out, lines, x) => product(out, 0, lines, 0, 0, x);
}
