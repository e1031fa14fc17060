import { describe, expect, it } from 'vitest';
import {
  addOperators,
  composeOperators,
  denseOperator,
  diagonalOperator,
  identityOperator,
  type LinearOperator,
  matmul,
  matrix,
  matvec,
  projectedOperator,
  randomStream,
  scaleOperator,
  shiftOperator,
  toDense,
  transpose,
} from '../../src/index.js';
import { diagonal, identity, later, maxDifference, randomMatrix, relativeError, symmetrized, withSpectrum } from '../helpers.js';

const a = randomMatrix(6, 6, 1);
const b = randomMatrix(6, 6, 2);
const s = withSpectrum([1, 2, 3, 4, 5, 6], 3);
const d = new Float64Array([3, -1, 4, 1, -5, 9]);

const cases: [string, LinearOperator, Float64Array][] = [
  ['dense', denseOperator(a), a.data],
  ['wide dense', denseOperator(randomMatrix(3, 7, 4)), randomMatrix(3, 7, 4).data],
  ['diagonal', diagonalOperator(d), diagonal(d).data],
  ['identity', identityOperator(6), identity(6).data],
  [
    'sum',
    addOperators(denseOperator(a), denseOperator(b), diagonalOperator(d)),
    a.data.map((x, i) => x + b.data[i]! + diagonal(d).data[i]!),
  ],
  ['multiple', scaleOperator(denseOperator(a), -2.5), a.data.map((x) => -2.5 * x)],
  ['shift', shiftOperator(denseOperator(a), 3), a.data.map((x, i) => x + 3 * identity(6).data[i]!)],
  ['product', composeOperators(denseOperator(a), diagonalOperator(d), denseOperator(b)), matmul(matmul(a, diagonal(d)), b).data],
  [
    'rectangular product',
    composeOperators(denseOperator(randomMatrix(2, 5, 5)), denseOperator(randomMatrix(5, 3, 6))),
    matmul(randomMatrix(2, 5, 5), randomMatrix(5, 3, 6)).data,
  ],
];

describe('operators', () => {
  it.each(cases)('%s: products, transposes and blocks agree with the matrix', async (_, operator, data) => {
    const [rows, columns] = operator.shape;
    const dense = matrix(rows, columns, data);
    const v = randomStream(7).vector(columns);
    const kept = v.slice();
    expect(maxDifference(await operator.apply(v), matvec(dense, v))).toBeLessThan(1e-13);
    expect(v).toEqual(kept);
    const u = randomStream(8).vector(rows);
    expect(maxDifference(await operator.applyTranspose!(u), matvec(transpose(dense), u))).toBeLessThan(1e-13);
    expect(relativeError(await toDense(operator), dense)).toBeLessThan(1e-14);
    const block = randomStream(9).vector(columns * 5);
    const image = await (operator.applyBlock?.(block, 5) ??
      toDense(operator).then(() =>
        Float64Array.from(
          { length: 5 * rows },
          (_x, i) => matvec(dense, block.slice(Math.floor(i / rows) * columns, (Math.floor(i / rows) + 1) * columns))[i % rows]!,
        ),
      ));
    for (let j = 0; j < 5; j++) {
      expect(
        maxDifference(image.subarray(j * rows, (j + 1) * rows), matvec(dense, block.slice(j * columns, (j + 1) * columns))),
      ).toBeLessThan(1e-13);
    }
  });

  it('stay synchronous where their parts are, and wait where these are not', async () => {
    const sum = addOperators(denseOperator(a), scaleOperator(shiftOperator(denseOperator(b), 1), 2));
    const v = randomStream(1).vector(6);
    expect(sum.apply(v)).toBeInstanceOf(Float64Array);
    const waiting = addOperators(later(denseOperator(a)), scaleOperator(shiftOperator(later(denseOperator(b)), 1), 2));
    expect(waiting.apply(v)).toBeInstanceOf(Promise);
    expect(await waiting.apply(v)).toEqual(sum.apply(v));
    const block = randomStream(2).vector(18);
    expect(await waiting.applyBlock!(block, 3)).toEqual(
      new Float64Array([0, 1, 2].flatMap((j) => [...(sum.apply(block.slice(6 * j, 6 * j + 6)) as Float64Array)])),
    );
    expect(await composeOperators(later(denseOperator(a)), denseOperator(b)).apply(v)).toEqual(matvec(a, matvec(b, v)));
  });

  it('project the span of vectors out on both sides', async () => {
    const vectors = [randomStream(3).vector(6), randomStream(4).vector(6)];
    const projected = projectedOperator(denseOperator(s, { symmetric: true }), vectors);
    const dense = await toDense(projected);
    expect(relativeError(transpose(dense), dense)).toBeLessThan(1e-14);
    for (const v of vectors) expect(maxDifference(matvec(dense, v), new Float64Array(6))).toBeLessThan(1e-13);
    // a product with what is orthogonal to the span only loses its part in the span
    const again = projectedOperator(projected, vectors);
    expect(relativeError(await toDense(again), dense)).toBeLessThan(1e-14);
    expect(projectedOperator(denseOperator(s), []).structure).toEqual({});
    expect(relativeError(await toDense(projectedOperator(denseOperator(s), [])), s)).toBe(0);
    expect(await projectedOperator(later(denseOperator(s)), vectors).apply(vectors[0]!)).toBeInstanceOf(Float64Array);
  });

  it('carry structure over where it holds, and claim nothing else', () => {
    const spd = denseOperator(s, { symmetric: true, positiveDefinite: true });
    const psd = diagonalOperator(new Float64Array([0, 1, 2, 3, 4, 5]));
    expect(diagonalOperator(d).structure).toEqual({
      symmetric: true,
      diagonal: true,
      positiveSemidefinite: false,
      positiveDefinite: false,
    });
    expect(addOperators(spd, psd).structure).toEqual({ symmetric: true, positiveSemidefinite: true, positiveDefinite: true });
    expect(addOperators(spd, denseOperator(a)).structure).toEqual({});
    expect(scaleOperator(spd, -1).structure).toEqual({ symmetric: true });
    expect(scaleOperator(spd, 0).structure).toEqual({ symmetric: true, positiveSemidefinite: true });
    expect(shiftOperator(psd, 0.1).structure).toEqual({
      symmetric: true,
      diagonal: true,
      positiveSemidefinite: true,
      positiveDefinite: true,
    });
    expect(shiftOperator(spd, -0.1).structure).toEqual({ symmetric: true });
    expect(composeOperators(spd, psd).structure).toEqual({});
    expect(composeOperators(identityOperator(6), psd).structure).toEqual({ symmetric: true, diagonal: true });
    expect(projectedOperator(spd, [d]).structure).toEqual({ symmetric: true, positiveSemidefinite: true });
  });

  it('are float32 where a part is', () => {
    const single: LinearOperator = { shape: [6, 6], dtype: 'float32', apply: (v) => Float64Array.from(Float32Array.from(v)) };
    expect(addOperators(identityOperator(6), single).dtype).toBe('float32');
    expect(composeOperators(identityOperator(6), identityOperator(6)).dtype).toBe('float64');
    expect(addOperators(identityOperator(6), single).applyTranspose).toBeUndefined();
  });

  it('refuse what does not fit', async () => {
    expect(() => denseOperator(matrix(1, 1, [NaN]))).toThrow(RangeError);
    expect(() => denseOperator(a, { symmetric: true })).toThrow(/denseOperator: a is declared symmetric, but a\[1, 0\]/);
    expect(() => denseOperator(randomMatrix(2, 3, 1), { positiveDefinite: true })).toThrow('is 2×3');
    expect(() => denseOperator(a).apply(new Float64Array(5))).toThrow('denseOperator.apply: v must have 6 elements, got 5');
    expect(() => identityOperator(3).apply(new Float64Array([1, NaN, 0]))).toThrow('v must be finite, got NaN at element 1');
    expect(() => diagonalOperator(new Float64Array([Infinity]))).toThrow(RangeError);
    expect(() => addOperators()).toThrow(TypeError);
    expect(() => addOperators(identityOperator(2), identityOperator(3))).toThrow(
      'addOperators: operators[1] must have shape [2, 2], got [3, 3]',
    );
    expect(() => composeOperators(identityOperator(2), identityOperator(3))).toThrow('must have 2 rows');
    expect(() => composeOperators()).toThrow(TypeError);
    expect(() => scaleOperator(identityOperator(2), NaN)).toThrow(RangeError);
    expect(() => shiftOperator(denseOperator(matrix(2, 3)), 1)).toThrow('operator must be square');
    expect(() => shiftOperator({} as never, 1)).toThrow('must be a linear operator');
    expect(() => projectedOperator(identityOperator(2), [new Float64Array(3)])).toThrow('vectors[0] must have 2 elements');
    await expect(toDense(identityOperator(5000))).rejects.toThrow('at most 2048 rows and columns (maxSize), got shape [5000, 5000]');
    await expect(toDense(identityOperator(5), { maxSize: 4 })).rejects.toThrow(RangeError);
  });

  it('have shape 0 too', async () => {
    expect((await toDense(identityOperator(0))).data.length).toBe(0);
    expect((await toDense(denseOperator(matrix(0, 3)))).columns).toBe(3);
  });

  it('symmetrized sums of an operator and its transpose are symmetric', async () => {
    const half = symmetrized(a);
    const sum = addOperators(denseOperator(a), denseOperator(transpose(a)));
    expect(relativeError(await toDense(scaleOperator(sum, 0.5)), half)).toBeLessThan(1e-15);
  });
});
