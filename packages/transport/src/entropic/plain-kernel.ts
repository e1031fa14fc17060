/** The passes of `vector-kernel.ts` in TypeScript, for realms without WebAssembly vectors. */
import { HIGHEST, LOWEST, type PassFunction, type VectorFunctions } from './vector-kernel.js';

/** The same functions over a plain buffer. Exponentials are Math.exp's. */
export function plainFunctions(bytes: number): VectorFunctions {
  const heap = new Float64Array(Math.ceil(bytes / 8));
  return {
    m: { buffer: heap.buffer },
    exponentials(c, k, u, uEnd, v, vEnd, kappa) {
      let at = 0;
      for (let i = u >> 3; i < uEnd >> 3; i++)
        for (let j = v >> 3; j < vEnd >> 3; j++, at++) heap[(k >> 3) + at] = exponential(heap[i]! + heap[j]! - heap[kappa >> 3]! * heap[(c >> 3) + at]!);
    },
    sweep: pass(heap, true, true, true),
    sums: pass(heap, true, false, true),
    dots: pass(heap, true, false, false),
    columns: pass(heap, false, false, true),
    squaredDistances(c, row, x, xEnd, y, yEnd) {
      const length = row >> 3;
      const dimension = (yEnd - y) / row;
      for (let i = 0; i < (xEnd - x) / 8 / dimension; i++) {
        const to = (c >> 3) + i * length;
        heap.fill(0, to, to + length);
        for (let k = 0; k < dimension; k++)
          for (let j = 0; j < length; j++) heap[to + j]! += (heap[(x >> 3) + i * dimension + k]! - heap[(y >> 3) + k * length + j]!) ** 2;
      }
    },
  };
}

function pass(heap: Float64Array, dots: boolean, scale: boolean, columns: boolean): PassFunction {
  return (k, row, beta, betaEnd, d, dEnd, a, alpha, c) => {
    const m = (betaEnd - beta) >> 3;
    for (let i = 0; i < (dEnd - d) >> 3; i++) {
      const from = (k + i * row) >> 3;
      if (dots) {
        let total = 0;
        for (let j = 0; j < m; j++) total += heap[from + j]! * heap[(beta >> 3) + j]!;
        heap[(d >> 3) + i] = total;
        if (scale) heap[(alpha >> 3) + i] = heap[(a >> 3) + i]! / Math.max(total, Number.MIN_VALUE);
      }
      if (columns) {
        const factor = heap[(alpha >> 3) + i]!;
        for (let j = 0; j < m; j++) heap[(c >> 3) + j]! += factor * heap[from + j]!;
      }
    }
  };
}

const exponential = (x: number): number => (x > LOWEST ? Math.exp(Math.min(x, HIGHEST)) : 0);
