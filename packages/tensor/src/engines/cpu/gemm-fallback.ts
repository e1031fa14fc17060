/** The innermost loops of a matrix product in TypeScript: a 4×4 tile of C in registers. See `Microkernel` for the layouts. */
import type { Multiply } from './microkernel.js';

/** C += A·B on views of a memory, as the vector kernels do it with 32 bytes of B to a strip. */
export function multiplier(memory: { readonly buffer: ArrayBuffer }, left: number): Multiply {
  let x = new Float64Array(0);
  let table = new Int32Array(0);
  return (rows, rowsEnd, depths, depthsEnd, b, bEnd, c, cStride) => {
    if (x.buffer !== memory.buffer) [x, table] = [new Float64Array(memory.buffer), new Int32Array(memory.buffer)];
    const depth = (depthsEnd - depths) / 4;
    for (let column = c; b < bEnd; column += 32, b += depth * 32) {
      for (let i = rows, at = column; i < rowsEnd; i += 16, at += 4 * cStride) {
        multiplyTile(x, table, i / 4, depths / 4, depthsEnd / 4, left / 8, b / 8, at / 8, cStride / 8);
      }
    }
  };
}

/** Positions of the tables, of the left factor, of a strip of B and of a tile of C, in elements. */
function multiplyTile(x: Float64Array, table: Int32Array, row: number, from: number, to: number, left: number, q: number, at: number, stride: number): void {
  const p0 = table[row]! / 8 + left, p1 = table[row + 1]! / 8 + left, p2 = table[row + 2]! / 8 + left, p3 = table[row + 3]! / 8 + left;
  let c00 = 0, c01 = 0, c02 = 0, c03 = 0;
  let c10 = 0, c11 = 0, c12 = 0, c13 = 0;
  let c20 = 0, c21 = 0, c22 = 0, c23 = 0;
  let c30 = 0, c31 = 0, c32 = 0, c33 = 0;
  for (let l = from; l < to; l++, q += 4) {
    const d = table[l]! >> 3;
    const b0 = x[q]!, b1 = x[q + 1]!, b2 = x[q + 2]!, b3 = x[q + 3]!;
    const a0 = x[p0 + d]!, a1 = x[p1 + d]!, a2 = x[p2 + d]!, a3 = x[p3 + d]!;
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
  }
  addRow(x, at, c00, c01, c02, c03);
  addRow(x, at + stride, c10, c11, c12, c13);
  addRow(x, at + 2 * stride, c20, c21, c22, c23);
  addRow(x, at + 3 * stride, c30, c31, c32, c33);
}

function addRow(c: Float64Array, at: number, x0: number, x1: number, x2: number, x3: number): void {
  c[at]! += x0;
  c[at + 1]! += x1;
  c[at + 2]! += x2;
  c[at + 3]! += x3;
}
