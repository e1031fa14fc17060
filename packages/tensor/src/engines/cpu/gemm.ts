/**
 * C = A·B in double precision, after K. Goto and R. A. van de Geijn, "Anatomy of high-performance matrix multiplication", ACM TOMS 34
 * (2008): blocks of both operands are packed into strips of four rows (columns), so that the innermost loop reads memory in order and
 * keeps a 4×4 tile of C in registers. Packing also converts, so this loop is compiled for one kind of array only.
 */
import type { TypedArray } from '../../api.js';

const ROWS = 128;
const COLUMNS = 256;
const DEPTH = 256;

/**
 * Writes rows `from` to `to` (exclusive) of A, or columns of B, between depths k0 and k1: element (r, k) belongs at
 * `((r − from) >> 2)·4·(k1 − k0) + (k − k0)·4 + ((r − from) & 3)`. What an incomplete strip leaves unset is not used.
 */
export type Pack = (panel: Float64Array, from: number, to: number, k0: number, k1: number) => void;

/** Takes rows i0 to i1 and columns j0 to j1 of C from `tile`, whose rows are `stride` apart. */
export type Store = (tile: Float64Array, stride: number, i0: number, i1: number, j0: number, j1: number) => void;

const scratch = [new Float64Array(0), new Float64Array(0), new Float64Array(0)];

/** Array number `which` of three, of at least `size` elements. All kernels share them: each may count on them within one call only. */
export function reserve(which: number, size: number): Float64Array {
  if (scratch[which]!.length < size) scratch[which] = new Float64Array(size);
  return scratch[which]!;
}

const up4 = (n: number): number => (n + 3) & ~3;

/** m×k times k×n; every element of C is handed to `store` once. */
export function gemm(m: number, n: number, k: number, packA: Pack, packB: Pack, store: Store): void {
  const depth = Math.min(k, DEPTH);
  const panelA = reserve(0, up4(Math.min(m, ROWS)) * depth);
  const panelB = reserve(1, up4(Math.min(n, COLUMNS)) * depth);
  const tile = reserve(2, up4(Math.min(m, ROWS)) * up4(Math.min(n, COLUMNS)));
  for (let j0 = 0; j0 < n; j0 += COLUMNS) {
    const j1 = Math.min(n, j0 + COLUMNS);
    const stride = up4(j1 - j0);
    for (let i0 = 0; i0 < m; i0 += ROWS) {
      const i1 = Math.min(m, i0 + ROWS);
      tile.fill(0, 0, up4(i1 - i0) * stride);
      for (let k0 = 0; k0 < k; k0 += DEPTH) {
        const k1 = Math.min(k, k0 + DEPTH);
        if (i0 === 0 || k > DEPTH) packB(panelB, j0, j1, k0, k1);
        packA(panelA, i0, i1, k0, k1);
        multiply(panelA, panelB, tile, i1 - i0, j1 - j0, k1 - k0, stride);
      }
      store(tile, stride, i0, i1, j0, j1);
    }
  }
}

function multiply(a: Float64Array, b: Float64Array, c: Float64Array, m: number, n: number, k: number, stride: number): void {
  for (let j = 0; j < n; j += 4) {
    for (let i = 0; i < m; i += 4) multiplyStrips(a, i * k, b, j * k, k, c, i * stride + j, stride);
  }
}

/** Adds the product of two strips to a 4×4 tile. */
function multiplyStrips(
  a: Float64Array, p: number, b: Float64Array, q: number, k: number, c: Float64Array, at: number, stride: number,
): void {
  let c00 = 0, c01 = 0, c02 = 0, c03 = 0;
  let c10 = 0, c11 = 0, c12 = 0, c13 = 0;
  let c20 = 0, c21 = 0, c22 = 0, c23 = 0;
  let c30 = 0, c31 = 0, c32 = 0, c33 = 0;
  const end = p + 4 * k;
  while (p < end) {
    const b0 = b[q]!, b1 = b[q + 1]!, b2 = b[q + 2]!, b3 = b[q + 3]!;
    const a0 = a[p]!, a1 = a[p + 1]!, a2 = a[p + 2]!, a3 = a[p + 3]!;
    c00 += a0 * b0;
    c01 += a0 * b1;
    c02 += a0 * b2;
    c03 += a0 * b3;
    c10 += a1 * b0;
    c11 += a1 * b1;
    c12 += a1 * b2;
    c13 += a1 * b3;
    c20 += a2 * b0;
    c21 += a2 * b1;
    c22 += a2 * b2;
    c23 += a2 * b3;
    c30 += a3 * b0;
    c31 += a3 * b1;
    c32 += a3 * b2;
    c33 += a3 * b3;
    p += 4;
    q += 4;
  }
  addRow(c, at, c00, c01, c02, c03);
  addRow(c, at + stride, c10, c11, c12, c13);
  addRow(c, at + 2 * stride, c20, c21, c22, c23);
  addRow(c, at + 3 * stride, c30, c31, c32, c33);
}

function addRow(c: Float64Array, at: number, x0: number, x1: number, x2: number, x3: number): void {
  c[at]! += x0;
  c[at + 1]! += x1;
  c[at + 2]! += x2;
  c[at + 3]! += x3;
}

/** Packs from strided memory: element (r, k) lies at `offset + r·rowStride + k·depthStride`. */
export function packStrided(
  panel: Float64Array, from: number, to: number, k0: number, k1: number,
  x: TypedArray, offset: number, rowStride: number, depthStride: number,
): void {
  const depth = k1 - k0;
  let q = 0;
  for (let r = from; r < to; r += 4) {
    let p0 = offset + r * rowStride + k0 * depthStride;
    const rows = Math.min(4, to - r);
    // an incomplete strip repeats its last row
    let p1 = p0 + (rows > 1 ? rowStride : 0);
    let p2 = p1 + (rows > 2 ? rowStride : 0);
    let p3 = p2 + (rows > 3 ? rowStride : 0);
    for (let k = 0; k < depth; k++) {
      panel[q] = x[p0]!;
      panel[q + 1] = x[p1]!;
      panel[q + 2] = x[p2]!;
      panel[q + 3] = x[p3]!;
      q += 4;
      p0 += depthStride;
      p1 += depthStride;
      p2 += depthStride;
      p3 += depthStride;
    }
  }
}

/** Copies a row of results into an array of either float dtype. */
export function copyOut(tile: Float64Array, from: number, out: TypedArray, at: number, count: number): void {
  for (let j = 0; j < count; j++) out[at + j] = tile[from + j]!;
}
