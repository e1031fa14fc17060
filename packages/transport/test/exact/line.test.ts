import { random } from '@curv/tensor';
import { describe, expect, it } from 'vitest';
import { exactTransport, maxSlicedWasserstein, slicedWasserstein, sphereDirections, transport1d, wasserstein1d, wassersteinCircle } from '../../src/index.js';
import { ascending } from '../../src/exact/ascending.js';
import golden from '../golden/exact.json' with { type: 'json' };
import { array, clouds, masses } from '../problem.js';

const x = array(23, 0.3);
const y = array(31, 1.7, (v) => 1.5 * v + 0.2);
const [a, b] = [masses(23, 0.9), masses(31, 2.2)];

describe('on a line', () => {
  it('agrees with SciPy and POT', () => {
    expect(wasserstein1d(x, y, { a, b })).toBeCloseTo(golden.line.scipy1, 14);
    for (const { p, cost } of golden.line.powers) {
      expect(wasserstein1d(x, y, { a, b, p }) ** p).toBeCloseTo(cost, 13);
      expect(transport1d(x, y, { a, b, p }).cost).toBeCloseTo(cost, 13);
    }
  });

  it.each([1, 1.5, 2, 4])('is optimal among all plans: marginals and dual variables at p = %f', (p) => {
    const result = transport1d(x, y, { a, b, p });
    expect(result.marginalError).toBeLessThan(1e-15);
    expect(result.dual).toBeCloseTo(result.cost, 14);
    x.forEach((from, i) => y.forEach((to, j) => expect(Math.abs(from - to) ** p - result.x[i]! - result.y[j]!).toBeGreaterThan(-1e-14)));
  });

  it('has a largest distance at p = ∞, the limit of p', () => {
    const limit = wasserstein1d(x, y, { a, b, p: Infinity });
    expect(wasserstein1d(x, y, { a, b, p: 400 })).toBeCloseTo(limit, 1);
    expect(wasserstein1d([0, 1], [3, 1.5], { p: Infinity })).toBe(2);
    expect(transport1d([0, 1], [3, 1.5], { p: Infinity }).cost).toBe(2);
  });

  it('takes histograms: mass that stays costs nothing, empty bins count for nothing', () => {
    expect(wasserstein1d([0, 1, 2], [0, 1, 2], { a: [2, 1, 0], b: [0, 1, 2], normalise: true })).toBeCloseTo(4 / 3, 15);
    expect(wasserstein1d([1, 2, 3], [3, 1, 2])).toBe(0);
    expect(wasserstein1d([5], [5, 7], { b: [0.25, 0.75] })).toBe(1.5);
  });
});

it('sorts many numbers as it sorts few: by value, equal ones as they come', () => {
  const draw = random(2);
  const values = Float64Array.from({ length: 9000 }, (_, k) => (k % 3 === 0 ? draw.integer(5) - 2 : k % 7 === 0 ? -0 : draw.normal() * 10 ** (draw.integer(600) - 300)));
  const order = ascending(values);
  expect([...order]).toEqual([...values.keys()].sort((i, j) => values[i]! - values[j]! || i - j));
});

describe('on a circle', () => {
  it('agrees with the linear program', () => {
    for (const { p, cost } of golden.line.circle) expect(wassersteinCircle(x, y, { a, b, p }) ** p).toBeCloseTo(cost, 13);
  });

  it.each(Array.from({ length: 30 }, (_, seed) => seed))('is the optimum of the whole problem (%i)', (seed) => {
    const draw = random(seed);
    const [n, m, p] = [1 + draw.integer(12), 1 + draw.integer(12), [1, 2, 3.5][seed % 3]!];
    // Every third problem has ties: positions on a grid, equal masses.
    const place = (): number => (seed % 3 === 0 ? draw.integer(8) / 8 : draw.uniform());
    const [u, v] = [Array.from({ length: n }, place), Array.from({ length: m }, place)];
    const weights = (k: number): number[] => Array.from({ length: k }, () => (seed % 2 === 0 ? 1 / k : draw.uniform()));
    const [s, t] = [weights(n), weights(m)];
    const data = Float64Array.from({ length: n * m }, (_, k) => {
      const gap = Math.abs(u[Math.floor(k / m)]! - v[k % m]!);
      return Math.min(gap, 1 - gap) ** p;
    });
    const exact = exactTransport({ rows: n, columns: m, data }, s, t, { normalise: true }).cost;
    expect(wassersteinCircle(u, v, { a: s, b: t, p, normalise: true }) ** p).toBeCloseTo(exact, 13);
    const far = u.map((position, i) => 24 * (position + i - 3));
    expect(wassersteinCircle(far, v.map((position) => 24 * position), { a: s, b: t, p, normalise: true, period: 24 })).toBeCloseTo(24 * exact ** (1 / p), 8);
  });
});

describe('on slices', () => {
  const [xs, ys] = clouds(40, 30, 3);

  it('is the mean over the directions, reproducibly', () => {
    const lines = sphereDirections(8, 3, 5);
    const onLine = (points: typeof xs, k: number): Float64Array =>
      Float64Array.from({ length: points.rows }, (_, i) => [0, 1, 2].reduce((s, c) => s + points.data[3 * i + c]! * lines.data[3 * k + c]!, 0));
    const costs = Array.from({ length: 8 }, (_, k) => wasserstein1d(onLine(xs, k), onLine(ys, k), { p: 2 }) ** 2);
    const { distance, standardError } = slicedWasserstein(xs, ys, { directions: 8, seed: 5 });
    expect(distance).toBeCloseTo(Math.sqrt(costs.reduce((s, c) => s + c) / 8), 14);
    expect(standardError).toBeGreaterThan(0);
    expect(slicedWasserstein(xs, ys, { directions: 8, seed: 5 }).distance).toBe(distance);
    expect(slicedWasserstein(xs, ys, { directions: 8, seed: 6 }).distance).not.toBe(distance);
  });

  it('converges to |shift| / √d for moved points, and to |shift| on the worst slice', () => {
    const shift = [0.3, -0.4, 1.2];
    const moved = { ...xs, data: xs.data.map((v, k) => v + shift[k % 3]!) };
    const { distance, standardError } = slicedWasserstein(xs, moved, { directions: 4000 });
    expect(Math.abs(distance - 1.3 / Math.sqrt(3))).toBeLessThan(3 * standardError);
    const worst = maxSlicedWasserstein(xs, moved);
    expect(worst.distance).toBeCloseTo(1.3, 12);
    expect(Math.abs(worst.direction[0]! * 0.3 - worst.direction[1]! * 0.4 + worst.direction[2]! * 1.2)).toBeCloseTo(1.3, 12);
  });

  it('finds no direction better than the worst', () => {
    const worst = maxSlicedWasserstein(xs, ys, { p: 1, a: masses(40, 1), b: masses(30, 2) });
    const lines = sphereDirections(2000, 3, 9).data;
    let best = 0;
    for (let k = 0; k < 2000; k++) {
      const at = (points: typeof xs): Float64Array => Float64Array.from({ length: points.rows }, (_, i) => [0, 1, 2].reduce((s, c) => s + points.data[3 * i + c]! * lines[3 * k + c]!, 0));
      best = Math.max(best, wasserstein1d(at(xs), at(ys), { a: masses(40, 1), b: masses(30, 2) }));
    }
    expect(worst.converged).toBe(true);
    expect(worst.distance).toBeGreaterThanOrEqual(best);
    expect(worst.distance).toBeLessThan(1.01 * best);
  });
});

it('names what is wrong', () => {
  expect(() => wasserstein1d([1, NaN], [1])).toThrow(/x must be finite, got NaN at element 1/);
  expect(() => wasserstein1d([1], [], {})).toThrow(/y must not be empty/);
  expect(() => wasserstein1d([1], [1], { p: 0.5 })).toThrow(/p must be a number of at least 1, got 0.5/);
  expect(() => wassersteinCircle([1], [1], { p: Infinity })).toThrow(/finite number of at least 1/);
  expect(() => wassersteinCircle([1], [1], { period: 0 })).toThrow(/period/);
  expect(() => wasserstein1d([1], [2], { a: [1], b: [2] })).toThrow(/one sum/);
  expect(() => wasserstein1d('12' as never, [1])).toThrow(TypeError);
  const [xs] = clouds(4, 4, 2);
  expect(() => slicedWasserstein(xs, clouds(4, 4, 3)[1])).toThrow(/ys must be n×2/);
  expect(() => slicedWasserstein(xs, xs, { directions: 0 })).toThrow(/directions must be an integer of at least 1/);
});
