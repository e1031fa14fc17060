import { random } from '@curv/tensor';
import { describe, expect, it } from 'vitest';
import { costMatrix, exactTransport, type Metric, planCost, wassersteinDistance } from '../../src/index.js';
import { forEachEntry } from '../../src/plan.js';
import golden from '../golden/exact.json' with { type: 'json' };
import { clouds, masses } from '../problem.js';

const close = (value: number, expected: number, tolerance = 1e-13): void => expect(Math.abs(value - expected)).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(expected)));

describe('POT', () => {
  it.each(golden.exact)('finds the optimum of $n sources and $m sinks by $metric', ({ n, m, d, metric, weighted, uniform }) => {
    const cost = costMatrix(...clouds(n, m, d), metric as Metric);
    close(exactTransport(cost, masses(n, 0.9), masses(m, 2.2)).cost, weighted);
    close(exactTransport(cost).cost, uniform);
  });
});

/** Random problems: ties in costs and masses, masses of 0, long and wide. */
function problem(seed: number): { cost: { rows: number; columns: number; data: Float64Array }; a: Float64Array; b: Float64Array } {
  const draw = random(seed);
  const [n, m] = [1 + draw.integer(25), 1 + draw.integer(25)];
  const integer = seed % 3 === 0;
  const weights = (size: number): Float64Array => {
    const w = Float64Array.from({ length: size }, () => (draw.uniform() < 0.3 ? 0 : integer ? 1 + draw.integer(4) : draw.uniform()));
    w[draw.integer(size)]! += 1;
    const total = w.reduce((s, v) => s + v, 0);
    return w.map((v) => v / total);
  };
  const data = Float64Array.from({ length: n * m }, () => (integer ? draw.integer(5) : draw.normal()));
  return { cost: { rows: n, columns: m, data }, a: weights(n), b: weights(m) };
}

describe('optimality', () => {
  it.each(Array.from({ length: 60 }, (_, seed) => seed))('marginals, feasible dual variables, no gap, complementary slackness (%i)', (seed) => {
    const { cost, a, b } = problem(seed);
    const result = exactTransport(cost, a, b);
    expect(result.converged).toBe(true);
    expect(result.marginalError).toBeLessThan(1e-14);
    expect(result.errors[0]).toBeLessThan(1e-14);
    close(result.dual, result.cost, 1e-14);
    expect(result.plan.values.length).toBeLessThanOrEqual(cost.rows + cost.columns - 1);
    forEachEntry(result.plan, (i, j, mass) => {
      expect(mass).toBeGreaterThan(0);
      close(result.x[i]! + result.y[j]!, cost.data[i * cost.columns + j]!, 1e-14);
    });
  });

  it('needs few pivots from its own dual variables', () => {
    const cost = costMatrix(...clouds(60, 50, 2));
    const first = exactTransport(cost, masses(60, 1), masses(50, 2));
    const again = exactTransport(cost, masses(60, 1), masses(50, 2), { initial: first });
    expect(first.counts.iterations).toBeGreaterThan(20);
    expect(again.counts.iterations).toBeLessThan(first.counts.iterations / 3);
    close(again.cost, first.cost);
  });

  it('does not depend on scale or on constants of rows', () => {
    const cost = costMatrix(...clouds(20, 30, 2));
    const [a, b] = [masses(20, 1), masses(30, 2)];
    const plain = exactTransport(cost, a, b);
    const scaled = exactTransport({ ...cost, data: cost.data.map((c) => 1e-200 * c) }, a.map((w) => 1e150 * w), b.map((w) => 1e150 * w));
    close(scaled.cost / 1e-50, plain.cost);
    const moved = exactTransport({ ...cost, data: cost.data.map((c, k) => c + Math.floor(k / 30)) }, a, b);
    close(planCost(cost, moved.plan), plain.cost);
  });

  it('stops where it is told to, with a plan that is feasible', () => {
    const cost = costMatrix(...clouds(60, 50, 2));
    const cut = exactTransport(cost, undefined, undefined, { maxIterations: 3 });
    expect([cut.status, cut.converged, cut.counts.iterations]).toEqual(['max-iterations', false, 3]);
    expect(cut.marginalError).toBeLessThan(1e-14);
    expect(cut.cost).toBeGreaterThan(exactTransport(cost).cost);
  });
});

it('gives distances of samples', () => {
  const [x, y] = clouds(30, 50, 3);
  close(wassersteinDistance(x, y, { a: masses(30, 0.9), b: masses(50, 2.2), p: 2 }) ** 2, golden.exact[3]!.weighted);
  const moved = { ...x, data: x.data.map((v) => v + 0.5) };
  // Moving all points by one vector costs its length.
  close(wassersteinDistance(x, moved, { p: 1 }), 0.5 * Math.sqrt(3));
  close(wassersteinDistance(x, moved, { p: 3 }), 0.5 * Math.sqrt(3));
  close(wassersteinDistance(x, moved, { p: 2, norm: 1 }), 1.5);
  close(wassersteinDistance({ rows: 3, columns: 1, data: Float64Array.of(0, 1, 3) }, { rows: 3, columns: 1, data: Float64Array.of(5, 6, 8) }), 5);
});

it('names what is wrong', () => {
  const cost = { rows: 2, columns: 2, data: Float64Array.of(0, 1, 1, 0) };
  expect(() => exactTransport({ ...cost, data: Float64Array.of(0, NaN, 1, 0) })).toThrow(/cost must be finite, got NaN at row 0, column 1/);
  expect(() => exactTransport(cost, [1, 1], [1, 2])).toThrow(/a and b must have one sum, got 2 and 3/);
  expect(() => exactTransport(cost, [1, -1], [0, 0])).toThrow(/a must not be negative, got -1 at element 1/);
  expect(() => exactTransport(cost, [1, 1, 1])).toThrow(/a must have 2 elements, got 3/);
  expect(() => exactTransport(cost, undefined, undefined, { initial: { x: new Float64Array(2), y: new Float64Array(3) } })).toThrow(/initial.y must have 2 elements, got 3/);
  expect(() => exactTransport(cost, undefined, undefined, { signal: AbortSignal.abort(new Error('enough')) })).toThrow('enough');
  expect(() => exactTransport(null as never)).toThrow(TypeError);
});
