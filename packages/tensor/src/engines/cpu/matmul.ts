/** Matrix products of strided views, with batch axes. */
import type { DType, Node, TypedArray } from '../../api.js';
import { gemm, runCopier, stridedCopier, stridedPacker } from './gemm.js';
import type { Pack, Place, Store } from './gemm.js';
import type { Kernel } from './kernels.js';
import { DEPTH, microkernel, ROWS } from './microkernel.js';
import type { View } from './view.js';
import { broadcastView, reshapeView, sizeOf } from './view.js';

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
const PACK_FROM = 4096;
/** Neither are those that use a packed element this seldom. */
const THIN = 3;

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

function kernelFor(dtype: DType, m: number, n: number, k: number, a: Layout, b: Layout): Multiply {
  if (n === 1 && m > 1) return timesVector(dtype, m, k, a.row, a.column, a.offsets, b.row, b.offsets);
  if (m === 1 && n > 1) {
    const multiply = timesVector(dtype, n, k, b.column, b.row, b.offsets, a.column, a.offsets);
    return (out, x, y, index) => multiply(out, y, x, index);
  }
  if (m * n * k < PACK_FROM || Math.min(m, n, k) < THIN) return direct(m, n, k, a, b);
  const kernel = microkernel(dtype as 'float32' | 'float64');
  kernel.reserve(ROWS * DEPTH);
  const [packStrided, copy, copyStrided] = [stridedPacker(dtype), runCopier(dtype), stridedCopier(dtype)];
  const byRows = a.row > a.column;
  const [rows, depths] = byRows ? [BY_DEPTH, BY_1] : [BY_1, BY_ROWS];
  let x: TypedArray;
  let y: TypedArray;
  let target: TypedArray;
  let at = 0;
  const place: Place = (i, count, l, depth) => {
    const from = a.offsets[at]! + i * a.row + l * a.column;
    if (byRows) copyStrided(x, from, a.row, a.column, kernel.a, DEPTH, count, depth);
    else copyStrided(x, from, a.column, a.row, kernel.a, ROWS, depth, count);
    kernel.address(0, rows, 0, count, depths, 0, depth);
  };
  const pack: Pack = (panel, width, from, to, k0, k1) => packStrided(panel, width, from, to, k0, k1, y, b.offsets[at]!, b.column, b.row);
  const store: Store = (block, stride, i0, i1, j0, j1) => {
    for (let i = i0; i < i1; i++) copy(block, (i - i0) * stride, target, at * m * n + i * n + j0, j1 - j0);
  };
  return (out, left, right, index) => {
    x = left;
    y = right;
    target = out;
    at = index;
    gemm(kernel, m, n, k, place, pack, store);
    x = y = target = NOTHING;
  };
}

const NOTHING = new Uint8Array(0);

/** Three plain loops. */
function direct(m: number, n: number, k: number, a: Layout, b: Layout): Multiply {
  return (out, x, y, index) => {
    let at = index * m * n;
    for (let i = 0; i < m; i++) {
      const row = a.offsets[index]! + i * a.row;
      for (let j = 0; j < n; j++) {
        let p = row;
        let q = b.offsets[index]! + j * b.column;
        let sum = 0;
        for (let l = 0; l < k; l++, p += a.column, q += b.row) sum += x[p]! * y[q]!;
        out[at++] = sum;
      }
    }
  };
}

/** Matrix times vector, in the order of the matrix in memory. */
function timesVector(
  dtype: DType, m: number, k: number, row: number, column: number, offsets: readonly number[], step: number, starts: readonly number[],
): Multiply {
  const vector = new Float64Array(k);
  const sums = new Float64Array(m);
  return (out, matrix, x, index) => {
    const offset = offsets[index]!;
    for (let l = 0; l < k; l++) vector[l] = x[starts[index]! + l * step]!;
    if (row < column) addColumns(matrix, offset, row, column, vector, sums);
    else dotRows(matrix, offset, row, column, vector, sums);
    for (let i = 0; i < m; i++) out[index * m + i] = sums[i]!;
  };
}

function addColumns(matrix: TypedArray, offset: number, row: number, column: number, vector: Float64Array, sums: Float64Array): void {
  sums.fill(0);
  for (let l = 0; l < vector.length; l++) {
    const factor = vector[l]!;
    let p = offset + l * column;
    for (let i = 0; i < sums.length; i++, p += row) sums[i]! += factor * matrix[p]!;
  }
}

function dotRows(matrix: TypedArray, offset: number, row: number, column: number, vector: Float64Array, sums: Float64Array): void {
  const k = vector.length;
  for (let i = 0; i < sums.length; i++) {
    let p = offset + i * row;
    let s0 = 0;
    let s1 = 0;
    let l = 0;
    // two chains of additions run side by side
    for (; l + 1 < k; l += 2, p += 2 * column) {
      s0 += matrix[p]! * vector[l]!;
      s1 += matrix[p + column]! * vector[l + 1]!;
    }
    if (l < k) s0 += matrix[p]! * vector[l]!;
    sums[i] = s0 + s1;
  }
}
