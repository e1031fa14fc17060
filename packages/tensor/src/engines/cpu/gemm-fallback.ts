/** The innermost loops of a matrix product in TypeScript: a 4×4 tile of C in registers. See `Microkernel` for the layouts. */

/** C += A·B. */
export function multiplyScalars(
  a: Float64Array, rows: Int32Array, depths: Int32Array, b: Float64Array, c: Float64Array,
  m: number, n: number, k: number, at: number, stride: number,
): void {
  for (let j = 0; j < n; j += 4) {
    for (let i = 0; i < m; i += 4) {
      multiplyTile(a, rows[i]!, rows[i + 1]!, rows[i + 2]!, rows[i + 3]!, depths, b, j * k, k, c, at + i * stride + j, stride);
    }
  }
}

function multiplyTile(
  a: Float64Array, p0: number, p1: number, p2: number, p3: number, depths: Int32Array,
  b: Float64Array, q: number, k: number, c: Float64Array, at: number, stride: number,
): void {
  let c00 = 0, c01 = 0, c02 = 0, c03 = 0;
  let c10 = 0, c11 = 0, c12 = 0, c13 = 0;
  let c20 = 0, c21 = 0, c22 = 0, c23 = 0;
  let c30 = 0, c31 = 0, c32 = 0, c33 = 0;
  for (let l = 0; l < k; l++, q += 4) {
    const d = depths[l]!;
    const b0 = b[q]!, b1 = b[q + 1]!, b2 = b[q + 2]!, b3 = b[q + 3]!;
    const a0 = a[p0 + d]!, a1 = a[p1 + d]!, a2 = a[p2 + d]!, a3 = a[p3 + d]!;
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
