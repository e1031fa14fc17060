import type { Matrix } from '../api.js';
import { requireSquareMatrix, requireTolerance } from '../checks.js';
import { maxAbs } from '../vector.js';

/** Options of factorizations of symmetric matrices. */
export interface SymmetricOptions {
  /** Largest |aᵢⱼ − aⱼᵢ| taken for rounding, relative to the largest |aᵢⱼ|; (A + Aᵀ)/2 is factored. Default 1e-8. */
  readonly symmetryTolerance?: number;
}

/** (A + Aᵀ)/2 as a copy. @throws RangeError where A is not square, not finite, or not symmetric within the tolerance */
export function symmetricCopy(where: string, a: Matrix, { symmetryTolerance = 1e-8 }: SymmetricOptions): Float64Array {
  const n = requireSquareMatrix(where, 'a', a);
  requireTolerance(where, 'symmetryTolerance', symmetryTolerance);
  const limit = symmetryTolerance * maxAbs(a.data);
  const out = a.data.slice();
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const x = out[i * n + j]!;
      const y = out[j * n + i]!;
      if (x === y) continue;
      if (!(Math.abs(x - y) <= limit)) {
        const found = `a[${i}, ${j}] = ${x} and a[${j}, ${i}] = ${y}`;
        throw new RangeError(`${where}: a must be symmetric within ${symmetryTolerance} of its largest entry, but ${found}`);
      }
      out[i * n + j] = out[j * n + i] = x / 2 + y / 2;
    }
  }
  return out;
}
