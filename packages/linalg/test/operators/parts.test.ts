import { describe, expect, it } from 'vitest';
import { blockDiagonalOperator, deflatedOperator, denseOperator, type LinearOperator, matrix, operatorCheck, submatrixOperator, symmetricEigen, toDense } from '../../src/index.js';

const a = matrix(2, 3, [1, 2, 3, 4, 5, 6]);
const s = matrix(3, 3, [4, 1, -2, 1, 3, 0, -2, 0, 5]);
const later = (o: LinearOperator): LinearOperator => ({ ...o, apply: async (v) => o.apply(v) });

describe('blockDiagonalOperator', () => {
  it('puts blocks along the diagonal, also of operators that answer later', async () => {
    for (const wrap of [(o: LinearOperator) => o, later]) {
      const b = blockDiagonalOperator(wrap(denseOperator(a)), denseOperator(s, { symmetric: true }));
      expect(b.shape).toEqual([5, 6]);
      expect([...(await toDense(b)).data]).toEqual([1, 2, 3, 0, 0, 0, 4, 5, 6, 0, 0, 0, 0, 0, 0, 4, 1, -2, 0, 0, 0, 1, 3, 0, 0, 0, 0, -2, 0, 5]);
      expect((await operatorCheck(b)).failures).toEqual([]);
    }
    expect(blockDiagonalOperator(denseOperator(s, { positiveDefinite: true }), denseOperator(s, { symmetric: true })).structure).toEqual({ symmetric: true });
    expect(() => blockDiagonalOperator()).toThrow(/at least one operator/);
  });
});

describe('submatrixOperator', () => {
  it('takes rows and columns in the order given', async () => {
    const sub = submatrixOperator(denseOperator(a), [1], [2, 0]);
    expect([...(await toDense(sub)).data]).toEqual([6, 4]);
    expect((await operatorCheck(sub)).failures).toEqual([]);
    const principal = submatrixOperator(denseOperator(s, { symmetric: true }), [2, 0]);
    expect([...(await toDense(principal)).data]).toEqual([5, -2, -2, 4]);
    expect(principal.structure).toEqual({ symmetric: true });
    expect(() => submatrixOperator(denseOperator(a), [2])).toThrow(/rows must be distinct integers from 0 to 1, got 2 at 0/);
    expect(() => submatrixOperator(denseOperator(a), [0], [1, 1])).toThrow(/columns must be distinct/);
  });
});

describe('deflatedOperator', () => {
  it('takes eigenpairs away and leaves the others', async () => {
    const { values, vectors } = symmetricEigen(s);
    const top = Float64Array.from({ length: 3 }, (_, i) => vectors.data[i * 3 + 2]!);
    const left = symmetricEigen(await toDense(deflatedOperator(denseOperator(s, { symmetric: true }), [values[2]!], [top])));
    const expected = [0, values[0]!, values[1]!].sort((x, y) => x - y);
    left.values.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 13));
    expect(() => deflatedOperator(denseOperator(s), [1], [])).toThrow(/values must have 0 elements, got 1/);
  });
});
