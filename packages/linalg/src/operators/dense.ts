import type { LinearOperator, Matrix, OperatorStructure } from '../api.js';
import { requireMatrix, requireVector } from '../checks.js';
import { gemm, view } from '../dense/gemm.js';
import { axpyRange, dotRange } from '../vector.js';

/**
 * A dense matrix as an operator. The matrix is not copied.
 * @throws TypeError, RangeError unless a finite matrix; RangeError where declared symmetric and it is not square or not symmetric
 */
export function denseOperator(a: Matrix, structure: OperatorStructure = {}): LinearOperator {
  requireMatrix('denseOperator', 'a', a);
  const { rows, columns, data } = a;
  if (structure.symmetric === true || structure.positiveSemidefinite === true || structure.positiveDefinite === true) requireDeclared(a);
  return {
    shape: [rows, columns],
    dtype: 'float64',
    structure,
    apply: (v) => {
      requireVector('denseOperator.apply', 'v', v, columns);
      const out = new Float64Array(rows);
      for (let i = 0; i < rows; i++) out[i] = dotRange(data, i * columns, v, 0, columns);
      return out;
    },
    applyTranspose: (u) => {
      requireVector('denseOperator.applyTranspose', 'u', u, rows);
      const out = new Float64Array(columns);
      for (let i = 0; i < rows; i++) axpyRange(u[i]!, data, i * columns, out, 0, columns);
      return out;
    },
    applyBlock: (block, count) => {
      requireVector('denseOperator.applyBlock', 'block', block, columns * count);
      const out = new Float64Array(rows * count);
      // vectors one after the other are the rows of Vᵀ: (A V)ᵀ = Vᵀ Aᵀ
      gemm(count, rows, columns, 1, view(block, 0, columns), view(data, 0, 1, columns), view(out, 0, rows));
      return out;
    },
  };
}

function requireDeclared({ rows, columns, data }: Matrix): void {
  if (rows !== columns) throw new RangeError(`denseOperator: a is declared symmetric, but is ${rows}×${columns}`);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < i; j++) {
      const x = data[i * rows + j]!;
      const y = data[j * rows + i]!;
      if (Math.abs(x - y) > 1e-8 * Math.max(Math.abs(x), Math.abs(y), Math.sqrt(Math.abs(data[i * rows + i]! * data[j * rows + j]!)))) {
        throw new RangeError(`denseOperator: a is declared symmetric, but a[${i}, ${j}] = ${x} and a[${j}, ${i}] = ${y}`);
      }
    }
  }
}
