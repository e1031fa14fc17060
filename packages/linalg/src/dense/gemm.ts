/**
 * Matrix products after K. Goto and R. A. van de Geijn, "Anatomy of high-performance matrix multiplication", ACM TOMS 34 (2008): blocks
 * of both operands are packed into strips of four rows (columns), so that the innermost loop reads memory in order and keeps a 4×4 tile
 * in registers.
 */

import { type VectorKernel, vectorKernel } from './vector-kernel.js';

/** A matrix in memory: element (i, j) is `data[offset + i * row + j * column]`. */
export interface View {
  readonly data: Float64Array;
  readonly offset: number;
  readonly row: number;
  readonly column: number;
}

const ROWS = 128;
const COLUMNS = 256;
const DEPTH = 256;

/** What the innermost loop works on; made at first use, on WebAssembly vectors where there are any. */
interface Panels {
  readonly a: Float64Array;
  readonly b: Float64Array;
  readonly vector: VectorKernel | null;
}

/** Whether vectors are used where there are any; only tests touch it. */
export const vectors: { enabled: boolean } = { enabled: true };

let withVectors: Panels | undefined;
let withoutVectors: Panels | undefined;
const tile = new Float64Array(16);

function panels(): Panels {
  if (vectors.enabled) {
    if (withVectors === undefined) {
      const vector = vectorKernel(ROWS, COLUMNS, DEPTH);
      withVectors = vector === null ? { ...plain(), vector } : { a: vector.a, b: vector.b, vector };
    }
    return withVectors;
  }
  return (withoutVectors ??= plain());
}

const plain = (): Panels => ({ a: new Float64Array(ROWS * DEPTH), b: new Float64Array(COLUMNS * DEPTH), vector: null });

export const view = (data: Float64Array, offset: number, row: number, column = 1): View => ({ data, offset, row, column });

/** C += sign · A B, with A m×k and B k×n; columns of C must be adjacent in memory, and C must not overlap A or B. Unchecked. */
export function gemm(m: number, n: number, k: number, sign: 1 | -1, a: View, b: View, c: View): void {
  if (m === 0 || n === 0) return;
  const { a: panelA, b: panelB, vector } = panels();
  for (let k0 = 0; k0 < k; k0 += DEPTH) {
    const depth = Math.min(DEPTH, k - k0);
    for (let j0 = 0; j0 < n; j0 += COLUMNS) {
      const columns = Math.min(COLUMNS, n - j0);
      pack(panelB, b.data, b.offset + k0 * b.row + j0 * b.column, columns, depth, b.column, b.row, 1);
      for (let i0 = 0; i0 < m; i0 += ROWS) {
        const rows = Math.min(ROWS, m - i0);
        pack(panelA, a.data, a.offset + i0 * a.row + k0 * a.column, rows, depth, a.row, a.column, sign);
        const at = c.offset + i0 * c.row + j0;
        if (vector === null) multiplyPanels(panelA, panelB, rows, columns, depth, c.data, at, c.row);
        else {
          vector.multiply((rows + 3) & ~3, (columns + 3) & ~3, depth);
          addBlock(vector.c, rows, columns, c.data, at, c.row);
        }
      }
    }
  }
}

/** Strips of four: element (r, k) of the source goes to `(r >> 2)·4·depth + 4·k + (r & 3)`; missing rows of the last strip are 0. */
function pack(
  panel: Float64Array, x: Float64Array, offset: number, rows: number, depth: number, across: number, along: number, sign: number,
): void {
  let q = 0;
  let r = 0;
  for (; r + 3 < rows; r += 4) {
    let p = offset + r * across;
    for (let k = 0; k < depth; k++) {
      panel[q] = sign * x[p]!;
      panel[q + 1] = sign * x[p + across]!;
      panel[q + 2] = sign * x[p + 2 * across]!;
      panel[q + 3] = sign * x[p + 3 * across]!;
      q += 4;
      p += along;
    }
  }
  if (r === rows) return;
  const left = rows - r;
  for (let k = 0; k < depth; k++) {
    const p = offset + r * across + k * along;
    for (let t = 0; t < 4; t++) panel[q++] = t < left ? sign * x[p + t * across]! : 0;
  }
}

function addBlock(block: Float64Array, rows: number, columns: number, c: Float64Array, at: number, stride: number): void {
  for (let i = 0; i < rows; i++) {
    const p = i * COLUMNS;
    const q = at + i * stride;
    for (let j = 0; j < columns; j++) c[q + j]! += block[p + j]!;
  }
}

function multiplyPanels(
  a: Float64Array, b: Float64Array, m: number, n: number, depth: number, c: Float64Array, at: number, stride: number,
): void {
  for (let j = 0; j < n; j += 4) {
    for (let i = 0; i < m; i += 4) {
      const target = at + i * stride + j;
      if (i + 4 <= m && j + 4 <= n) {
        multiplyStrips(a, b, i * depth, j * depth, depth, c, target, stride);
        continue;
      }
      tile.fill(0);
      multiplyStrips(a, b, i * depth, j * depth, depth, tile, 0, 4);
      for (let r = 0; r < 4 && i + r < m; r++) for (let s = 0; s < 4 && j + s < n; s++) c[target + r * stride + s]! += tile[4 * r + s]!;
    }
  }
}

/** Adds the product of a strip of A (from p) and one of B (from q) to a 4×4 tile of c. */
function multiplyStrips(
  a: Float64Array, b: Float64Array, p: number, q: number, depth: number, c: Float64Array, at: number, stride: number,
): void {
  let c00 = 0, c01 = 0, c02 = 0, c03 = 0;
  let c10 = 0, c11 = 0, c12 = 0, c13 = 0;
  let c20 = 0, c21 = 0, c22 = 0, c23 = 0;
  let c30 = 0, c31 = 0, c32 = 0, c33 = 0;
  const end = p + 4 * depth;
  for (; p < end; p += 4, q += 4) {
    const b0 = b[q]!, b1 = b[q + 1]!, b2 = b[q + 2]!, b3 = b[q + 3]!;
    const a0 = a[p]!;
    c00 += a0 * b0;
    c01 += a0 * b1;
    c02 += a0 * b2;
    c03 += a0 * b3;
    const a1 = a[p + 1]!;
    c10 += a1 * b0;
    c11 += a1 * b1;
    c12 += a1 * b2;
    c13 += a1 * b3;
    const a2 = a[p + 2]!;
    c20 += a2 * b0;
    c21 += a2 * b1;
    c22 += a2 * b2;
    c23 += a2 * b3;
    const a3 = a[p + 3]!;
    c30 += a3 * b0;
    c31 += a3 * b1;
    c32 += a3 * b2;
    c33 += a3 * b3;
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
