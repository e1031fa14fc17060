import { expect, it } from 'vitest';
import { sns, type SnsOptions } from '../../src/index.js';
import { vectors } from '../../src/entropic/vector-kernel.js';
import { mulberry32, randomCost, randomWeights, SMALL, worst } from '../problems.js';

const { cost, a, b } = SMALL;
const MODES: readonly SnsOptions[] = [{ mode: 'auto' }, { mode: 'auto', scaling: true }, { mode: 'paper', density: 1 }];

// mpmath, 30 digits
const PLAN_10 = [
  0.099778958872440007, 0.0018191098559164912, 7.6186586159657153e-5, 0.39832574468548384, 0.00014139228477212521, 0.19817943803437456,
  0.10111472014398613, 0.00056444953686718609, 7.964884278786794e-5, 1.4521097089516119e-6, 0.19880909326985421, 0.0011098057776489691,
];

it.each(MODES)('3×4 at η = 10, %o', (mode) => {
  const found = sns(cost, a, b, { eta: 10, tolerance: 1e-15, ...mode });
  expect(worst(found.plan.data, PLAN_10)).toBeLessThan(2e-15);
  expect(found.cost).toBeCloseTo(0.16466302638636025, 14);
  expect(found.dual).toBeCloseTo(0.015037765655941143, 14);
  const { x, y } = found;
  expect(worst([x[0]! + y[0]!, x[1]! - x[0]!, y[3]! - y[0]!], [-0.13047979508345906, 0.094082558170502389, 0.3884312796369697])).toBeLessThan(5e-15);
  const gauge = a.reduce((s, w, i) => s + w * x[i]!, 0) - b.reduce((s, w, j) => s + w * y[j]!, 0);
  expect(Math.abs(gauge)).toBeLessThan(1e-15);
});

it.each(MODES)('3×4 at η = 100, %o', (mode) => {
  const found = sns(cost, a, b, { epsilon: 0.01, tolerance: 1e-14, ...mode });
  expect(found.converged).toBe(true);
  expect(found.cost).toBeCloseTo(0.1625, 14);
  expect(found.dual).toBeCloseTo(0.14779191523677889, 14);
  const { x, y } = found;
  // Sources and targets fall into two parts that exchange less than 1e-14 of mass: marginals in double precision do not say how the potentials of one stand to the other's.
  expect(worst([x[0]! + y[0]!, y[3]! - y[0]!], [-0.013025850929940457, 0.26386294361119891])).toBeLessThan(5e-15);
});

it('RANDOM(500, 1) at η = 1200 to 1e-12', () => {
  const draw = mulberry32(1);
  expect([draw(), draw(), draw()]).toEqual([0.6270739405881613, 0.002735721180215478, 0.5274470399599522]);
  const found = sns(randomCost(500, 500, 1), undefined, undefined, { eta: 1200 });
  expect(found.cost).toBeCloseTo(0.0036676754835777, 14);
  expect(found.dual).toBeCloseTo(-0.0021493604881787, 14);
  expect(found.marginalError).toBeLessThan(1e-12);
  expect(found.counts.newton).toBeLessThanOrEqual(12);
});

it('takes the steps of the ablation: fewer with more entries', () => {
  // density (k + 1) / 2n keeps k entries of P in a row on average; steps of a prototype in NumPy
  const steps = [3, 6, 10].map((k) => sns(randomCost(500, 500, 1), undefined, undefined, { eta: 1200, mode: 'paper', density: (k + 1) / 1000 }).counts.newton);
  expect(steps).toEqual([21, 8, 7]);
});

it('2×2 in closed form', () => {
  for (const eta of [1, 10, 30]) {
    const { plan } = sns({ rows: 2, columns: 2, data: Float64Array.of(0, 1, 1, 0) }, undefined, undefined, { eta });
    expect(plan.data[0]).toBeCloseTo(0.5 / (1 + Math.exp(-eta)), 14);
  }
});

it('follows shifts of the cost: the plan is the same, the dual moves by ⟨a, s⟩ + ⟨b, t⟩', () => {
  const [s, t] = [[-3, 0.5, 2], [1, -1, 4, 0]];
  const shifted = { ...cost, data: cost.data.map((c, k) => c + s[Math.floor(k / 4)]! + t[k % 4]!) };
  const [before, after] = [cost, shifted].map((c) => sns(c, a, b, { eta: 50, tolerance: 1e-14 }));
  expect(worst(after!.plan.data, before!.plan.data)).toBeLessThan(1e-13);
  const move = s.reduce((sum, v, i) => sum + v * a[i]!, 0) + t.reduce((sum, v, j) => sum + v * b[j]!, 0);
  expect(after!.dual - before!.dual).toBeCloseTo(move, 13);
});

it('n ≠ m, n = 1, constant costs, masses of 0, η of 1e5', () => {
  const wide = sns(randomCost(7, 40, 3), randomWeights(7, 4), randomWeights(40, 5), { eta: 500 });
  expect(wide.converged).toBe(true);
  const single = sns({ rows: 1, columns: 3, data: Float64Array.of(5, 1, 9) }, [1], [0.2, 0.3, 0.5], { eta: 1000 });
  expect(worst(single.plan.data, [0.2, 0.3, 0.5])).toBeLessThan(1e-12);
  const constant = sns({ rows: 2, columns: 2, data: new Float64Array(4).fill(7) }, [0.3, 0.7], [0.6, 0.4], { eta: 100 });
  expect(worst(constant.plan.data, [0.18, 0.12, 0.42, 0.28])).toBeLessThan(1e-13);
  const zero = sns(cost, [0.5, 0, 0.5], [0.1, 0.2, 0.3, 0.4], { eta: 20 });
  expect([...zero.plan.data.subarray(4, 8)]).toEqual([0, 0, 0, 0]);
  expect(zero.x[1]).toBe(-Infinity);
  expect(zero.marginalError).toBeLessThan(1e-12);
  const cold = sns(cost, a, b, { eta: 1e5 });
  expect(cold.converged).toBe(true);
  expect(cold.cost).toBeCloseTo(0.1625, 12);
});

it('starts from given potentials, reports, and stops when asked to', () => {
  const problem = randomCost(60, 60, 2);
  const cold = sns(problem, undefined, undefined, { eta: 1000 });
  const warm = sns(problem, undefined, undefined, { eta: 1000, initial: cold });
  expect(warm.counts.newton! + warm.counts.sweeps!).toBeLessThanOrEqual(2);
  const seen: number[] = [];
  const controller = new AbortController();
  const options: SnsOptions = { eta: 1000, signal: controller.signal, onProgress: ({ error }) => seen.push(error) > 3 && controller.abort(new Error('enough')) };
  expect(() => sns(problem, undefined, undefined, options)).toThrow('enough');
  expect(seen.length).toBe(4);
});

it('without WebAssembly vectors: the same', () => {
  const problem = randomCost(33, 18, 9);
  const expected = sns(problem, undefined, undefined, { eta: 800 });
  vectors.enabled = false;
  const found = sns(problem, undefined, undefined, { eta: 800 });
  vectors.enabled = true;
  expect(worst(found.plan.data, expected.plan.data)).toBeLessThan(1e-13);
});

it('names what is wrong', () => {
  expect(() => sns(cost, a, b, {})).toThrow(/give epsilon or eta = 1\/epsilon, got neither/);
  expect(() => sns(cost, a, b, { eta: 1, epsilon: 1 })).toThrow(/not both/);
  expect(() => sns(cost, a, b, { eta: -1 })).toThrow(/eta must be a finite number above 0, got -1/);
  expect(() => sns({ ...cost, data: cost.data.map(() => NaN) }, a, b, { eta: 1 })).toThrow(/cost must be finite, got NaN at row 0, column 0/);
  expect(() => sns(cost, a, [1, 2, 3, 4], { eta: 1 })).toThrow(/one sum, got 1 and 10/);
  expect(sns(cost, a, [1, 2, 3, 4], { eta: 1, normalise: true }).converged).toBe(true);
  expect(() => sns(cost, [1], b, { eta: 1 })).toThrow(/a must have 3 elements, got 1/);
});
