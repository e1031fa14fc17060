import { expect, it } from 'vitest';
import { costMatrix, marginals, type Metric, pointCloudCost, sparsePlan } from '../src/index.js';
import { requireBalancedWeights } from '../src/checks.js';

const xs = { rows: 2, columns: 2, data: Float64Array.of(0, 3, 4, 0) };
const ys = { rows: 3, columns: 2, data: Float64Array.of(0, 1, 1, 1, -2, 3) };

// scipy.spatial.distance.cdist
const CASES: readonly [Metric, number[]][] = [
  ['sqeuclidean', [4, 5, 4, 17, 10, 45]],
  ['euclidean', [2, 2.23606797749979, 2, 4.123105625617661, 3.1622776601683795, 6.708203932499369]],
  ['cityblock', [2, 3, 2, 5, 4, 9]],
  ['cosine', [0, 0.29289321881345254, 0.16794970566215628, 1, 0.2928932188134523, 1.5547001962252291]],
  [{ p: 3 }, [2, 2.080083823051904, 2, 4.0207257585890584, 3.0365889718756622, 6.240251469155713]],
  [{ p: Infinity }, [2, 2, 2, 4, 3, 6]],
  [{ p: 1, power: 2 }, [4, 9, 4, 25, 16, 81]],
];

it.each(CASES)('cost %o', (metric, expected) => {
  const found = costMatrix(xs, ys, metric).data;
  expected.forEach((value, k) => expect(found[k]).toBeCloseTo(value, 14));
  const rows = new Float64Array(3);
  pointCloudCost(xs, ys, metric).fill(1, 2, rows);
  expect([...rows]).toEqual([...found.subarray(3)]);
});

it('normalises by the largest or the mean', () => {
  expect(Math.max(...costMatrix(xs, ys, 'cityblock', 'max').data)).toBe(1);
  expect(costMatrix(xs, ys, 'cityblock', 'mean').data.reduce((s, v) => s + v) / 6).toBeCloseTo(1, 15);
});

it('keeps marginals to the tolerance in a sparse plan', () => {
  const plan = { rows: 2, columns: 2, data: Float64Array.of(0.5, 1e-12, 1e-12, 0.5) };
  expect([...sparsePlan(plan).values]).toEqual([0.5, 0.5]);
  expect([...marginals(sparsePlan(plan)).rows]).toEqual([0.5, 0.5]);
});

it('names what is wrong', () => {
  expect(() => costMatrix(xs, { ...ys, data: ys.data.map(() => NaN) })).toThrow(/ys must be finite, got NaN at row 0, column 0/);
  expect(() => costMatrix(xs, { rows: 1, columns: 3, data: new Float64Array(3) })).toThrow(/ys must be n×2, got 1×3/);
  expect(() => costMatrix({ rows: 1, columns: 2, data: new Float64Array(2) }, ys, 'cosine')).toThrow(/row 0 of xs/);
  expect(() => costMatrix(xs, ys, 'hamming' as Metric)).toThrow(/metric must be/);
  expect(() => requireBalancedWeights('f', [0.5, 0.5], [1, 1], 2, 2)).toThrow(/got 1 and 2; .*normalise/);
  expect(() => requireBalancedWeights('f', [-0.5, 1.5], [1], 2, 1)).toThrow(/a must not be negative, got -0.5 at element 0/);
  expect(() => requireBalancedWeights('f', [], [1], 0, 1)).toThrow(/a must not be empty/);
  expect(() => requireBalancedWeights('f', [0, 0], [1], 2, 1)).toThrow(/positive sum/);
  expect([...requireBalancedWeights('f', [1, 3], [5], 2, 1, true).a]).toEqual([0.25, 0.75]);
});
