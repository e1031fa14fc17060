import { random } from '@curv/tensor';
import { afterEach, describe, expect, it } from 'vitest';
import { vectors } from '../../src/exact/relaxation.js';
import { exactTransport, linearAssignment } from '../../src/index.js';
import golden from '../golden/exact.json' with { type: 'json' };
import { array } from '../problem.js';

afterEach(() => (vectors.enabled = true));

describe.each([true, false])('vectors: %s', (enabled) => {
  it.each(golden.assignment)('finds SciPy’s totals: $n × $m, integer $integer', ({ n, m, integer, least, most }) => {
    vectors.enabled = enabled;
    const cost = { rows: n, columns: m, data: array(n * m, 0.5, (v) => (integer ? Math.floor(4 * v) : v)) };
    expect(linearAssignment(cost).cost).toBeCloseTo(least, 12);
    expect(linearAssignment(cost, { maximize: true }).cost).toBeCloseTo(most, 12);
  });
});

it.each(Array.from({ length: 60 }, (_, seed) => seed))('pairs, feasible dual variables, no gap (%i)', (seed) => {
  vectors.enabled = seed % 2 === 0;
  const draw = random(seed);
  const [n, m] = [1 + draw.integer(30), 1 + draw.integer(80)];
  const maximize = seed % 5 === 0;
  const forbidden = maximize ? -Infinity : Infinity;
  const data = Float64Array.from({ length: n * m }, (_, k) => (draw.uniform() < 0.2 && k % m !== Math.floor(k / m) % m ? forbidden : seed % 3 === 0 ? draw.integer(4) : draw.normal()));
  // The diagonal is allowed, so that the shorter side can be assigned.
  if (n > m) data.forEach((_, k) => Number.isFinite(data[k]) || (data[k] = maximize ? -9 : 9));
  const { columnOf, rowOf, x, y, cost } = linearAssignment({ rows: n, columns: m, data }, { maximize });
  expect(columnOf.filter((j) => j >= 0).length).toBe(Math.min(n, m));
  columnOf.forEach((j, i) => j >= 0 && expect(rowOf[j]).toBe(i));
  const sign = maximize ? -1 : 1;
  data.forEach((c, k) => expect(sign * (c - x[Math.floor(k / m)]! - y[k % m]!)).toBeGreaterThan(-1e-12));
  columnOf.forEach((j, i) => j >= 0 && expect(Math.abs(data[i * m + j]! - x[i]! - y[j]!)).toBeLessThan(1e-12));
  expect(x.reduce((s, v) => s + v, 0) + y.reduce((s, v) => s + v, 0)).toBeCloseTo(cost, 11);
});

it('is transport of unit masses', () => {
  const cost = { rows: 50, columns: 50, data: array(2500, 0.1) };
  const ones = new Float64Array(50).fill(1);
  expect(linearAssignment(cost).cost).toBeCloseTo(exactTransport(cost, ones, ones).cost, 12);
});

it('names what is wrong', () => {
  const square = (...data: number[]): { rows: number; columns: number; data: Float64Array } => ({ rows: 2, columns: 2, data: Float64Array.from(data) });
  expect(() => linearAssignment(square(1, Infinity, 2, Infinity))).toThrow(/leave row \d without a partner/);
  expect(() => linearAssignment({ rows: 3, columns: 2, data: Float64Array.of(1, Infinity, 2, Infinity, 3, Infinity) })).toThrow(/leave column 1 without a partner/);
  expect(() => linearAssignment(square(1, NaN, 2, 3))).toThrow(/finite, or Infinity where a pair is forbidden, got NaN at row 0, column 1/);
  expect(() => linearAssignment(square(1, 2, 2, -Infinity))).toThrow(/got -Infinity at row 1, column 1/);
  expect(() => linearAssignment({ rows: 2, columns: 2, data: new Float64Array(3) })).toThrow(RangeError);
  expect(() => linearAssignment([[1]] as never)).toThrow(TypeError);
  expect(linearAssignment(square(Infinity, 1, 2, Infinity)).cost).toBe(3);
  expect(linearAssignment(square(-Infinity, 1, 2, -Infinity), { maximize: true }).cost).toBe(3);
});
