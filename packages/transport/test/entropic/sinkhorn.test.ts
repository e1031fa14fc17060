import { expect, it } from 'vitest';
import { sinkhorn, type SinkhornOptions, sns } from '../../src/index.js';
import { randomCost, randomWeights, SMALL, worst } from '../problems.js';

const { cost, a, b } = SMALL;
const VARIANTS: readonly Partial<SinkhornOptions>[] = [{}, { domain: 'log' }, { relaxation: 1.5 }, { anderson: 4 }, { scaling: true }];

it.each(VARIANTS)('reaches the plan of 30 digits, %o', (variant) => {
  const found = sinkhorn(cost, a, b, { eta: 10, tolerance: 1e-14, ...variant });
  expect(found.status).toBe('converged');
  expect(found.cost).toBeCloseTo(0.16466302638636025, 13);
  expect(found.dual).toBeCloseTo(0.015037765655941143, 13);
  expect(found.marginalError).toBeLessThan(3e-14);
});

it('scaling and logarithmic sweeps are one iteration', () => {
  const problem = randomCost(30, 20, 1);
  const [w, v] = [randomWeights(30, 2), randomWeights(20, 3)];
  const run = (domain: 'scaling' | 'log'): Float64Array => sinkhorn(problem, w, v, { eta: 2000, maxIterations: 25, tolerance: 0, domain }).x;
  expect(worst(run('log'), run('scaling'))).toBeLessThan(1e-13);
});

it('acceleration needs fewer sweeps', () => {
  const problem = randomCost(60, 60, 5);
  const sweeps = [{}, { relaxation: 1.7 }, { anderson: 5 }].map((variant) => sinkhorn(problem, undefined, undefined, { eta: 150, tolerance: 1e-10, ...variant }).counts.sweeps!);
  expect(sweeps[1]).toBeLessThan(sweeps[0]! / 2);
  expect(sweeps[2]).toBeLessThan(sweeps[0]! / 2);
});

it('says that it did not converge, and the dual never falls', () => {
  const found = sinkhorn(randomCost(100, 100, 1), undefined, undefined, { eta: 1200, maxIterations: 20 });
  expect([found.status, found.converged, found.counts.iterations]).toEqual(['max-iterations', false, 20]);
  expect(found.errors.length).toBe(20);
  const duals = [5, 10, 20, 40].map((maxIterations) => sinkhorn(randomCost(100, 100, 1), undefined, undefined, { eta: 1200, maxIterations }).dual);
  duals.slice(1).forEach((dual, k) => expect(dual).toBeGreaterThanOrEqual(duals[k]!));
});

it('at an ε where every exponential of the cost underflows', () => {
  const far = { ...cost, data: cost.data.map((c) => 1e4 + c) };
  const found = sinkhorn(far, a, b, { epsilon: 1e-2, tolerance: 1e-12 });
  expect(found.converged).toBe(true);
  expect(worst(found.plan.data, sns(cost, a, b, { epsilon: 1e-2 }).plan.data)).toBeLessThan(1e-9);
});

it('names what is wrong', () => {
  expect(() => sinkhorn(cost, a, b, { eta: 1, relaxation: 2 })).toThrow(/relaxation must be a number in \(0, 2\), got 2/);
  expect(() => sinkhorn(cost, a, b, { eta: 1, relaxation: 1.5, anderson: 3 })).toThrow(/exclude each other/);
  expect(() => sinkhorn(cost, a, b, { eta: 1, initial: { x: new Float64Array(2), y: new Float64Array(4) } })).toThrow(/initial must hold x of 3/);
});
