import type { Matrix } from '../api.js';
import { requireMatrix, requireVector } from '../checks.js';

/** Applies an in-place solve with `rows` numbers in and `out` numbers out (x has room for either) to a vector, or to each column of a matrix. */
export function solveEach<T extends Float64Array | Matrix>(
  where: string, b: T, rows: number, out: number, solve: (x: Float64Array) => void,
): T {
  if (b instanceof Float64Array) {
    requireVector(where, 'b', b, rows);
    const x = new Float64Array(Math.max(rows, out));
    x.set(b);
    solve(x);
    return x.subarray(0, out) as T;
  }
  requireMatrix(where, 'b', b as Matrix);
  const { rows: height, columns, data } = b as Matrix;
  if (height !== rows) throw new RangeError(`${where}: b must have ${rows} rows, got ${height}`);
  const result = new Float64Array(out * columns);
  const x = new Float64Array(Math.max(rows, out));
  for (let j = 0; j < columns; j++) {
    for (let i = 0; i < rows; i++) x[i] = data[i * columns + j]!;
    solve(x);
    for (let i = 0; i < out; i++) result[i * columns + j] = x[i]!;
  }
  return { rows: out, columns, data: result } as T;
}
