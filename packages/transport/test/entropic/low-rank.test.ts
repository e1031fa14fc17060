import { expect, it } from 'vitest';
import { costMatrix, lowRankSinkhorn, sns } from '../../src/index.js';
import { randomPoints, randomWeights } from '../problems.js';

it('finds the exact optimum where it has that rank: clusters that move as a whole', () => {
  // three clusters of equal mass, all but points: the optimal plan couples whole clusters
  const centre = [[0, 0], [4, 0], [0, 4]];
  const cloud = (seed: number, shift: number) => ({ rows: 30, columns: 2, data: randomPoints(30, 2, seed).data.map((x, k) => 1e-4 * x + centre[Math.floor(k / 2) % 3]![k % 2]! + shift) });
  const [xs, ys] = [cloud(1, 0), cloud(2, 1)];
  const exact = sns(costMatrix(xs, ys), undefined, undefined, { eta: 100 }).cost;
  const best = Math.min(...[0, 1, 2, 3].map((seed) => lowRankSinkhorn(xs, ys, undefined, undefined, { rank: 3, seed }).cost));
  expect(best / exact).toBeCloseTo(1, 3);
});

it('holds the marginals, lowers the cost with the rank, and stays above the optimum', () => {
  const [xs, ys] = [randomPoints(25, 2, 1), randomPoints(30, 2, 2)];
  const [a, b] = [randomWeights(25, 3), randomWeights(30, 4)];
  const exact = sns(costMatrix(xs, ys), a, b, { eta: 2000 }).cost;
  const costs = [1, 3, 8].map((rank) => {
    const found = lowRankSinkhorn(xs, ys, a, b, { rank, seed: 1 });
    expect(found.marginalError).toBeLessThan(1e-8);
    expect(found.cost).toBeGreaterThan(exact);
    return found.cost;
  });
  // of rank 1 only a ⊗ b
  const independent = costMatrix(xs, ys).data.reduce((s, c, k) => s + c * a[Math.floor(k / 30)]! * b[k % 30]!, 0);
  expect(costs[0]).toBeCloseTo(independent, 10);
  expect(costs[1]).toBeLessThan(costs[0]!);
  expect(costs[2]).toBeLessThan(costs[1]!);
  expect(() => lowRankSinkhorn(xs, ys, a, b, { rank: 26 })).toThrow(/rank must be at most 25/);
});
