/** Matrix products of strided views, with batch axes. */
import type { DType, Node, TypedArray } from '../../api.js';
import { type Kernel, range, sizeOf } from '../../primitive.js';
import { blockCopier, specialized, gemm, stridedPacker } from './gemm.js';
import type { Pack, Place, Store } from './gemm.js';
import { type Lines, lineProduct, LONG } from './line-products.js';
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
  if (n === 1) return timesVector(dtype, m, k, a, b);
  if (columnStep === 1 && m * n * k >= PACK_FROM && k * (n - m) > m * n) {
    // (A B)ᵀ = Bᵀ Aᵀ: the left factor is copied with less effort than the right one is packed; the results then take more
    const swapped = kernelFor(dtype, n, m, k, { ...b, row: b.column, column: b.row }, { ...a, row: a.column, column: a.row }, 1, n);
    return (out, x, y, index) => swapped(out, y, x, index);
  }
  if (m * n * k < PACK_FROM) return direct(m, n, k, a, b, rowStep, columnStep);
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

/** Three plain loops. */
function direct(m: number, n: number, k: number, a: Layout, b: Layout, rowStep: number, columnStep: number): Multiply {
  return (out, x, y, index) => {
    for (let i = 0; i < m; i++) {
      const row = a.offsets[index]! + i * a.row;
      let at = index * m * n + i * rowStep;
      for (let j = 0; j < n; j++, at += columnStep) {
        let p = row;
        let q = b.offsets[index]! + j * b.column;
        let sum = 0;
        for (let l = 0; l < k; l++, p += a.column, q += b.row) sum += x[p]! * y[q]!;
        out[at] = sum;
      }
    }
  };
}

/** Adds the product of a matrix and a vector to `sums`, in the order of the matrix in memory. */
const vectorAdder = specialized(function addProduct(
  matrix: TypedArray, offset: number, row: number, column: number, vector: Float64Array, sums: Float64Array,
): void {
  if (row < column) {
    for (let l = 0; l < vector.length; l++) {
      const factor = vector[l]!;
      let p = offset + l * column;
      for (let i = 0; i < sums.length; i++, p += row) sums[i]! += factor * matrix[p]!;
    }
    return;
  }
  for (let i = 0; i < sums.length; i++) {
    let p = offset + i * row;
    let l = 0;
    // four chains of additions run side by side
    let s0 = 0, s1 = 0, s2 = 0, s3 = 0;
    for (; l + 3 < vector.length; l += 4, p += 4 * column) {
      s0 += matrix[p]! * vector[l]!;
      s1 += matrix[p + column]! * vector[l + 1]!;
      s2 += matrix[p + 2 * column]! * vector[l + 2]!;
      s3 += matrix[p + 3 * column]! * vector[l + 3]!;
    }
    for (; l < vector.length; l++, p += column) s0 += matrix[p]! * vector[l]!;
    sums[i] = s0 + s1 + (s2 + s3);
  }
});

/** Reads `size` numbers that are `step` apart. */
function vectorReader(size: number, step: number): (x: TypedArray, offset: number) => TypedArray {
  if (step === 1 || size === 1) return (x, offset) => x.subarray(offset, offset + size);
  const vector = new Float64Array(size);
  return (x, offset) => {
    for (let i = 0; i < size; i++) vector[i] = x[offset + i * step]!;
    return vector;
  };
}

/** A matrix times a vector. */
function timesVector(dtype: DType, m: number, k: number, a: Layout, b: Layout): Multiply {
  const inner = m === 1 || (k > 1 && a.row >= a.column);
  const [count, length, step, along] = inner ? [m, k, a.row, a.column] : [k, m, a.column, a.row];
  const kernel = microkernel(dtype);
  if (kernel.lines !== null && length >= LONG && along === 1) {
    const product = lineProduct(kernel, kernel.lines, inner, count, length);
    const read = vectorReader(k, b.row);
    const offsets = a.offsets.map((offset) => range(count).map((i) => offset + i * step));
    return (out, matrix, x, index) => product(out, index * m, { arrays: [matrix], offsets: offsets[index]! }, read(x, b.offsets[index]!));
  }
  const vector = new Float64Array(k);
  const sums = new Float64Array(m);
  const addProduct = vectorAdder(dtype);
  return (out, matrix, x, index) => {
    for (let l = 0; l < k; l++) vector[l] = x[b.offsets[index]! + l * b.row]!;
    sums.fill(0);
    addProduct(matrix, a.offsets[index]!, a.row, a.column, vector, sums);
    for (let i = 0; i < m; i++) out[index * m + i] = sums[i]!;
  };
}

/** The operand of a `matmul` by a vector that is a stack of long lines, which may lie apart: 0 or 1, or −1 where there is none. */
export function stackedOperand({ inputs, shape, dtype }: Node): number {
  return shape.length !== 2 || microkernel(dtype).lines === null
    ? -1
    : inputs.findIndex((x, i) => x.op === 'concat' && x.shape.length === 2 && x.params['axis'] === 0 && x.shape[1]! >= LONG && shape[1 - i] === 1);
}

/** A `matmul` node whose operand number `at` is a stack of such lines, and whose other one is seen through a view. */
export function stackedProduct({ inputs, params, dtype }: Node, at: number, { shape, strides, offset }: View): (out: TypedArray, lines: Lines, x: TypedArray) => void {
  const inner = (at === 0) !== (params[at === 0 ? 'transposeA' : 'transposeB'] === true);
  const kernel = microkernel(dtype);
  const [count, length] = inputs[at]!.shape as [number, number];
  const product = lineProduct(kernel, kernel.lines!, inner, count, length);
  const read = vectorReader(sizeOf(shape), strides[shape[0] === 1 ? 1 : 0]!);
  return (out, lines, x) => product(out, 0, lines, read(x, offset));
}
