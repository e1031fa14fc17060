import { describe, expect, it } from 'vitest';
import {
  matmul, matrix, matvec, operatorCheck, randomStream, sparseFromDense, sparseFromTriplets, sparseMatvec, sparseOperator, sparsePermute, sparseProduct,
  sparseToDense, sparseTranspose, sparseTriangularSolve, transpose,
} from '../../src/index.js';
import { maxDifference, randomMatrix, relativeError } from '../helpers.js';
import { grid, randomSparse } from './helpers.js';

describe('sparse matrices', () => {
  it('come from triplets in any order, equal places added', () => {
    const a = sparseFromTriplets(3, 4, [2, 0, 2, 0, 2], [3, 1, 0, 1, 3], [1, 2, 3, 4, 5]);
    expect(Array.from(sparseToDense(a).data)).toEqual([0, 6, 0, 0, 0, 0, 0, 0, 3, 0, 0, 6]);
    expect([Array.from(a.pointers), Array.from(a.indices)]).toEqual([[0, 1, 1, 3], [1, 0, 3]]);
  });

  it.each([[1, 1], [5, 8], [30, 20], [0, 4], [4, 0]])('agree with dense ones in products, transposes, permutations, %i×%i', (m, n) => {
    const a = randomSparse(m, n, 0.3, m + n);
    const dense = sparseToDense(a);
    expect(sparseFromDense(dense)).toEqual(a);
    const v = randomStream(1).vector(n);
    expect(maxDifference(sparseMatvec(a, v), matvec(dense, v))).toBeLessThan(1e-14);
    expect(sparseToDense(sparseTranspose(a))).toEqual(transpose(dense));
    const b = randomSparse(n, 7, 0.4, 3);
    expect(relativeError(sparseToDense(sparseProduct(a, b)), matmul(dense, sparseToDense(b)))).toBeLessThan(1e-15);
    const rowOrder = Array.from({ length: m }, (_, i) => (i * 7 + 3) % m);
    if (new Set(rowOrder).size === m) {
      const columnOrder = Array.from({ length: n }, (_, j) => n - 1 - j);
      const moved = sparseToDense(sparsePermute(a, rowOrder, columnOrder));
      rowOrder.forEach((from, i) => columnOrder.forEach((c, j) => expect(moved.data[i * n + j]).toBe(dense.data[from * n + c])));
    }
  });

  it.each([3, 5, 7])('multiply runs of rows with %i entries, and what stands between them', (count) => {
    // runs of even and odd length, a longer row, an empty one, single rows
    const counts = [count, count, count, 1, count, 12, count, count, count, count, 0, 2, 2, count, count];
    const columns = 40;
    const [i, j]: [number[], number[]] = [[], []];
    counts.forEach((c, row) => {
      for (let k = 0; k < c; k++) {
        i.push(row);
        j.push((row + 3 * k) % columns);
      }
    });
    const a = sparseFromTriplets(counts.length, columns, i, j, randomStream(count).vector(i.length));
    const v = randomStream(8).vector(columns);
    expect(maxDifference(sparseMatvec(a, v), matvec(sparseToDense(a), v))).toBeLessThan(4e-15);
  });

  it('are operators', async () => {
    const a = randomSparse(20, 12, 0.3, 4);
    expect((await operatorCheck(sparseOperator(a))).failures).toEqual([]);
    expect((await operatorCheck(sparseOperator(grid(5), { positiveDefinite: true }))).failures).toEqual([]);
    const out = new Float64Array(20);
    const v = randomStream(7).vector(12);
    expect(sparseOperator(a).apply(v, out)).toBe(out);
    expect(maxDifference(out, matvec(sparseToDense(a), v))).toBeLessThan(1e-14);
    expect(() => sparseOperator(grid(3, 0.5), { symmetric: true })).toThrow('sparseOperator: a must be symmetric');
  });

  it('solve triangles, both ways, of vectors and matrices', () => {
    const n = 40;
    const a = sparseFromDense(matrix(n, n, sparseToDense(randomSparse(n, n, 0.2, 5)).data.map((x, k) => (k % (n + 1) === 0 ? 3 + Math.abs(x) : x))));
    const dense = sparseToDense(a);
    for (const lower of [true, false]) {
      for (const unit of [true, false]) {
        const t = matrix(n, n, dense.data.map((x, k) => {
          const [i, j] = [Math.floor(k / n), k % n];
          if (i === j) return unit ? 1 : x;
          return lower === j < i ? x : 0;
        }));
        for (const flipped of [false, true]) {
          const x = randomMatrix(n, 2, 6);
          const b = matmul(flipped ? transpose(t) : t, x);
          expect(relativeError(sparseTriangularSolve(a, b, { lower, unit, transpose: flipped }), x)).toBeLessThan(1e-8);
        }
      }
    }
    expect(() => sparseTriangularSolve(sparseFromDense(matrix(2, 2, [1, 0, 1, 0])), new Float64Array(2))).toThrow('the diagonal element of row 1 is 0');
  });

  it('are checked', () => {
    expect(() => sparseFromTriplets(2, 2, [0, 2], [0, 0], [1, 1])).toThrow('entry 1 must lie in a 2×2 matrix, got (2, 0)');
    expect(() => sparseFromTriplets(2, 2, [0], [0], [NaN])).toThrow('values must be finite, got NaN at entry 0');
    expect(() => sparseFromTriplets(2, 2, [0], [0, 1], [1])).toThrow('must have one length');
    const a = grid(2);
    expect(() => sparseMatvec(a, new Float64Array(3))).toThrow('sparseMatvec: v must have 4 elements, got 3');
    expect(() => sparseTranspose({ ...a, indices: a.indices.slice().reverse() })).toThrow('columns of row 0 of a must ascend');
    expect(() => sparseTranspose({ ...a, pointers: a.pointers.slice(1) })).toThrow('must have 5 pointers');
    expect(() => sparseProduct(a, randomSparse(3, 3, 1, 1))).toThrow('sparseProduct: b must have 4 rows');
    expect(() => sparsePermute(a, [0, 1, 2, 2])).toThrow('rowOrder must be a permutation of 0 … 3, got 2 at 3');
    expect(() => sparseToDense(matrix(2, 2) as never)).toThrow('a must be a sparse matrix');
  });
});
