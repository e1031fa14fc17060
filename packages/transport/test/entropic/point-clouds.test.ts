import { expect, it } from 'vitest';
import { costMatrix, type Metric, sinkhorn, sinkhornPointClouds } from '../../src/index.js';
import { vectors } from '../../src/entropic/vector-kernel.js';
import { randomPoints, randomWeights, worst } from '../problems.js';

const xs = randomPoints(37, 3, 1);
const ys = randomPoints(50, 3, 2);
const [a, b] = [randomWeights(37, 3), randomWeights(50, 4)];

it.each<Metric>(['sqeuclidean', 'euclidean', 'cityblock'])('as with the cost matrix, %s', async (metric) => {
  const options = { epsilon: 0.05, tolerance: 1e-12, maxIterations: 5000 };
  const expected = sinkhorn(costMatrix(xs, ys, metric), a, b, options);
  const found = await sinkhornPointClouds(xs, ys, a, b, { ...options, metric });
  expect(found.converged).toBe(true);
  expect([found.cost, found.dual]).toEqual([expect.closeTo(expected.cost, 11), expect.closeTo(expected.dual, 12)]);
  expect(worst(found.x, expected.x)).toBeLessThan(1e-10);
  const target = [0, 1, 2].map((k) => ys.data.reduce((s, y, at) => s + (at % 3 === k ? (y * expected.plan.data[(at - k) / 3]!) / a[0]! : 0), 0));
  expect(worst(found.projection.data, target)).toBeLessThan(1e-10);
});

it('with several blocks of rows, warm, cold, and without vectors', async () => {
  const [many, more] = [randomPoints(300, 2, 5), randomPoints(5000, 2, 6)];
  const options = { epsilon: 0.05, tolerance: 1e-8 };
  const found = await sinkhornPointClouds(many, more, undefined, undefined, options);
  expect(found.dual).toBeCloseTo(sinkhorn(costMatrix(many, more), undefined, undefined, options).dual, 12);
  expect((await sinkhornPointClouds(many, more, undefined, undefined, { ...options, initial: found })).counts.iterations).toBeLessThanOrEqual(2);
  vectors.enabled = false;
  const plain = await sinkhornPointClouds(xs, ys, a, b, { epsilon: 0.02 });
  vectors.enabled = true;
  expect(worst(plain.x, (await sinkhornPointClouds(xs, ys, a, b, { epsilon: 0.02 })).x)).toBeLessThan(1e-12);
});

it('far points do not vanish', async () => {
  const far = { ...ys, data: ys.data.map((y, k) => (k < 3 ? y + 100 : y)) };
  const found = await sinkhornPointClouds(xs, far, undefined, undefined, { epsilon: 0.05 });
  expect(found.converged).toBe(true);
  expect(found.marginalError).toBeLessThan(2e-6);
});

it('stops when asked to, and names what is wrong', async () => {
  const controller = new AbortController();
  const run = sinkhornPointClouds(xs, ys, a, b, { epsilon: 1e-4, signal: controller.signal, onProgress: () => controller.abort(new Error('enough')) });
  await expect(run).rejects.toThrow('enough');
  await expect(sinkhornPointClouds(xs, ys, a.map((w, i) => (i === 2 ? 0 : w)), b, { epsilon: 1, normalise: true })).rejects.toThrow(/got 0 at element 2 of a/);
  await expect(sinkhornPointClouds(xs, { ...ys, columns: 2, rows: 75 }, a, b, { epsilon: 1 })).rejects.toThrow(/ys must be n×3/);
});
