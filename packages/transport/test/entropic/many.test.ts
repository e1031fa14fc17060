import { expect, it } from 'vitest';
import { multiMarginalSinkhorn, sinkhorn, sinkhornBatch } from '../../src/index.js';
import { randomCost, randomWeights, worst } from '../problems.js';

it('a batch: as one by one, in fewer sweeps', () => {
  const cost = randomCost(30, 20, 1);
  const [as, bs] = [2, 3, 4].map((seed) => [randomWeights(30, seed), randomWeights(20, seed + 10)]).reduce<[Float64Array[], Float64Array[]]>(([p, q], [a, b]) => [[...p, a!], [...q, b!]], [[], []]);
  const options = { epsilon: 0.02, tolerance: 1e-12 };
  const single = as.map((a, k) => sinkhorn(cost, a, bs[k], options));
  const batch = sinkhornBatch(cost, as, bs, options);
  expect(batch.converged).toBe(true);
  expect(worst(batch.costs, single.map((r) => r.cost))).toBeLessThan(1e-11);
  expect(worst(batch.duals, single.map((r) => r.dual))).toBeLessThan(1e-12);
  expect(sinkhornBatch(cost, [as[0]!, as[0]!], [bs[0]!, bs[0]!], options).counts.sweeps).toBeLessThanOrEqual(single[0]!.counts.sweeps! + 2);
  expect(() => sinkhornBatch(cost, as, bs.slice(1), options)).toThrow(/equally many histograms, at least one, got 3 and 2/);
  expect(() => sinkhornBatch(cost, as, [bs[0]!, bs[1]!.map((w) => 2 * w), bs[2]!], options)).toThrow(/pair 1: a and b must have one sum/);
});

it('two marginals: as Sinkhorn', () => {
  const cost = randomCost(6, 5, 1);
  const [a, b] = [randomWeights(6, 2), randomWeights(5, 3)];
  const expected = sinkhorn(cost, a, b, { epsilon: 0.05, tolerance: 1e-13 });
  const found = multiMarginalSinkhorn(cost.data, [a, b], { epsilon: 0.05, tolerance: 1e-13 });
  expect(worst(found.plan, expected.plan.data)).toBeLessThan(1e-12);
  expect(found.marginalError).toBeLessThan(1e-12);
});

it('three marginals: a cost of sums of pairs splits where one pair is free', () => {
  // c(i, j, k) = C(i, j): the third measure is independent of the others
  const cost = randomCost(4, 3, 1);
  const [a, b, c] = [randomWeights(4, 2), randomWeights(3, 3), randomWeights(2, 4)];
  const flat = Float64Array.from({ length: 24 }, (_, at) => cost.data[Math.floor(at / 2)]!);
  const found = multiMarginalSinkhorn(flat, [a, b, c], { epsilon: 0.1, tolerance: 1e-13 });
  const pair = sinkhorn(cost, a, b, { epsilon: 0.1, tolerance: 1e-13 }).plan.data;
  expect(worst(found.plan, Float64Array.from({ length: 24 }, (_, at) => pair[Math.floor(at / 2)]! * c[at % 2]!))).toBeLessThan(1e-13);
  expect(() => multiMarginalSinkhorn(flat, [a, b], { epsilon: 0.1 })).toThrow(/cost must be a Float64Array of 4·3 = 12 elements, got 24/);
});
