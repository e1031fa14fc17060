/** The innermost loops of a matrix product in TypeScript: four elements of a row at a time. See `Microkernel` for the layouts. */
import type { Multiply } from './microkernel.js';

/** C += A·B in float64 on a memory whose left factor starts at byte `left`, as the vector kernels do it with 32 bytes of B to a strip. */
export function multiplier(memory: { readonly buffer: ArrayBuffer }, left: number): Multiply {
  let x = new Float64Array(0);
  let table = new Int32Array(0);
  return (rows, rowsEnd, depths, depthsEnd, b, bEnd, c, cStride) => {
    if (x.buffer !== memory.buffer) [x, table] = [new Float64Array(memory.buffer), new Int32Array(memory.buffer)];
    const depth = depthsEnd - depths;
    for (let at = c / 8, strip = b / 8; strip < bEnd / 8; at += 4, strip += depth) {
      // an incomplete tile of four rows is there to its end
      for (let i = rows / 4; i < rowsEnd / 4; i++) {
        const p = (left + table[i]!) / 8;
        let q = strip;
        let s0 = 0, s1 = 0, s2 = 0, s3 = 0;
        for (let l = depths / 4; l < depthsEnd / 4; l++, q += 4) {
          const factor = x[p + (table[l]! >> 3)]!;
          s0 += factor * x[q]!;
          s1 += factor * x[q + 1]!;
          s2 += factor * x[q + 2]!;
          s3 += factor * x[q + 3]!;
        }
        const o = at + ((i - rows / 4) * cStride) / 8;
        x[o]! += s0;
        x[o + 1]! += s1;
        x[o + 2]! += s2;
        x[o + 3]! += s3;
      }
    }
  };
}
