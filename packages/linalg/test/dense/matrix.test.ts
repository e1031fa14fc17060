import { describe, expect, it } from 'vitest';
import { matmul, matrix, matvec, type Matrix, transpose } from '../../src/index.js';
import { identity, randomMatrix, relativeError } from '../helpers.js';

function plainProduct(a: Matrix, b: Matrix): Matrix {
  const out = matrix(a.rows, b.columns);
  for (let i = 0; i < a.rows; i++) {
    for (let j = 0; j < b.columns; j++) {
      for (let k = 0; k < a.columns; k++) out.data[i * b.columns + j]! += a.data[i * a.columns + k]! * b.data[k * b.columns + j]!;
    }
  }
  return out;
}

describe('matmul', () => {
  const shapes: [number, number, number][] = [
    [1, 1, 1],
    [4, 4, 4],
    [3, 5, 7],
    [5, 3, 1],
    [1, 9, 6],
    [17, 33, 13],
    [129, 257, 259],
    [130, 300, 6],
    [2, 513, 2],
  ];
  it.each(shapes)('agrees with the plain sum for %i×%i times ×%i', (m, k, n) => {
    const a = randomMatrix(m, k, 1);
    const b = randomMatrix(k, n, 2);
    expect(relativeError(matmul(a, b), plainProduct(a, b))).toBeLessThan(1e-14);
  });

  it('takes empty matrices', () => {
    expect(matmul(matrix(0, 3), matrix(3, 2)).data.length).toBe(0);
    expect(Array.from(matmul(matrix(2, 0), matrix(0, 2)).data)).toEqual([0, 0, 0, 0]);
  });

  it('is exact with the identity and turns with the transpose', () => {
    const a = randomMatrix(6, 6, 3);
    const b = randomMatrix(6, 4, 4);
    expect(matmul(identity(6), a).data).toEqual(a.data);
    expect(relativeError(transpose(matmul(a, b)), matmul(transpose(b), transpose(a)))).toBeLessThan(1e-15);
  });

  it('refuses what does not fit, and NaN', () => {
    expect(() => matmul(matrix(2, 3), matrix(2, 3))).toThrow('matmul: b must have 3 rows, as many as a has columns, got 2');
    expect(() => matmul(matrix(1, 2, [1, NaN]), matrix(2, 1))).toThrow('matmul: a must be finite, got NaN in row 0, column 1');
    expect(() => matmul([[1]] as never, matrix(1, 1))).toThrow(TypeError);
  });
});

describe('matrix and matvec', () => {
  it('holds its data by rows without copying', () => {
    const data = new Float64Array([1, 2, 3, 4, 5, 6]);
    const a = matrix(2, 3, data);
    expect(a.data).toBe(data);
    expect(Array.from(matvec(a, new Float64Array([1, 10, 100])))).toEqual([321, 654]);
    expect(Array.from(transpose(a).data)).toEqual([1, 4, 2, 5, 3, 6]);
  });

  it('refuses data and vectors of another length', () => {
    expect(() => matrix(2, 2, [1, 2, 3])).toThrow('matrix: data must have 2×2 elements, got 3');
    expect(() => matrix(-1, 2)).toThrow(RangeError);
    expect(() => matvec(matrix(2, 2), new Float64Array(3))).toThrow('matvec: v must have 2 elements, got 3');
    expect(() => matvec(matrix(2, 2), [1, 2] as never)).toThrow(TypeError);
  });
});
