import { tensor } from '@curv/tensor';
import { expect, it } from 'vitest';
import { sinkhornDivergence as divergenceOfTensors } from '../../src/gradients/index.js';
import { costMatrix, entropicGromov, sinkhornFreeSupportBarycenter, sinkhorn, sinkhornBarycenter, sinkhornDivergence, unbalancedSinkhorn } from '../../src/index.js';
import { randomCost, randomPoints, randomWeights, worst } from '../problems.js';

const [xs, ys] = [randomPoints(6, 2, 1), randomPoints(5, 2, 2)];
const [a, b] = [randomWeights(6, 3), randomWeights(5, 4)];

it('divergence: 0 at equal measures, positive else, as of tensors', () => {
  expect(sinkhornDivergence(xs, xs, a, a, { epsilon: 0.05 }).value).toBeCloseTo(0, 14);
  const { value, converged } = sinkhornDivergence(xs, ys, a, b, { epsilon: 0.05 });
  expect(converged).toBe(true);
  expect(value).toBeGreaterThan(0);
  const [tx, ty] = [tensor(xs.data, [6, 2], 'float64'), tensor(ys.data, [5, 2], 'float64')];
  expect(divergenceOfTensors(tx, ty, { epsilon: 0.05, a: tensor(a, [6], 'float64'), b: tensor(b, [5], 'float64') }).item()).toBeCloseTo(value, 13);
  // two points: W(x, y) = d² + entropy terms that cancel
  const point = (at: number) => ({ rows: 1, columns: 1, data: Float64Array.of(at) });
  expect(sinkhornDivergence(point(0), point(3), undefined, undefined, { epsilon: 0.1 }).value).toBeCloseTo(9, 12);
});

const kl = (p: ArrayLike<number>, q: ArrayLike<number>): number => Array.from(p).reduce((s, v, k) => s + (v > 0 ? v * Math.log(v / q[k]!) : 0) - v + q[k]!, 0);

it.each([[1, 1], [0.3, 2], [Infinity, 0.5], [0.05, 0.05]])('unbalanced, λ = %s and %s: primal and dual meet', (l1, l2) => {
  const cost = randomCost(6, 5, 7);
  const [w, v] = [a.map((m) => 2 * m), b];
  const epsilon = 0.05;
  const { plan, cost: transport, dual, converged, rowError } = unbalancedSinkhorn(cost, w, v, { epsilon, marginal: [l1, l2], tolerance: 1e-13 });
  expect(converged).toBe(true);
  const [rows, columns] = [Array.from(w, (_, i) => plan.data.subarray(i * 5, i * 5 + 5).reduce((s, p) => s + p, 0)), Array.from(v, (_, j) => plan.data.reduce((s, p, k) => s + (k % 5 === j ? p : 0), 0))];
  const product = Float64Array.from({ length: 30 }, (_, k) => w[Math.floor(k / 5)]! * v[k % 5]!);
  const primal = transport + epsilon * kl(plan.data, product) + (l1 === Infinity ? 0 : l1 * kl(rows, w)) + l2 * kl(columns, v);
  expect(primal).toBeCloseTo(dual, 11);
  if (l1 === Infinity) expect(rowError).toBeLessThan(1e-11);
});

it('unbalanced with strong marginals is balanced', () => {
  const cost = randomCost(6, 5, 7);
  const expected = sinkhorn(cost, a, b, { epsilon: 0.1, tolerance: 1e-13 });
  expect(worst(unbalancedSinkhorn(cost, a, b, { epsilon: 0.1, marginal: Infinity, tolerance: 1e-13 }).plan.data, expected.plan.data)).toBeLessThan(1e-12);
  expect(worst(unbalancedSinkhorn(cost, a, b, { epsilon: 0.1, marginal: 1e6 }).plan.data, expected.plan.data)).toBeLessThan(1e-6);
  expect(() => unbalancedSinkhorn(cost, a, b, { epsilon: 0.1, marginal: 0 })).toThrow(/marginal must be a finite number above 0, got 0/);
});

const line = { rows: 40, columns: 1, data: Float64Array.from({ length: 40 }, (_, i) => i / 39) };
const bump = (at: number, width: number): Float64Array => line.data.map((x) => Math.exp(-((x - at) ** 2) / width) + 1e-3);

it('barycenter against POT 0.8.2, ot.bregman.barycenter_sinkhorn', () => {
  const found = sinkhornBarycenter(costMatrix(line, line), [bump(0.3, 0.005), bump(0.7, 0.01)], { epsilon: 0.01, tolerance: 1e-12 });
  expect(found.converged).toBe(true);
  const expected = [0.0002644992979191013, 0.050766322691310324, 0.10827492358955734, 0.03465278908089691];
  expect(worst([5, 15, 20, 25].map((i) => found.weights[i]!), expected)).toBeLessThan(1e-12);
});

it('the debiased barycenter of two normal densities of one width keeps it, the other is blurred', () => {
  const density = (at: number): Float64Array => line.data.map((x) => Math.exp(-((x - at) ** 2) / (2 * 0.06 ** 2)));
  const widths = [true, false].map((debiased) => {
    const { weights } = sinkhornBarycenter(costMatrix(line, line), [density(0.4), density(0.6)], { epsilon: 0.005, debiased, maxIterations: 1000 });
    return Math.sqrt(weights.reduce((s, w, i) => s + w * (line.data[i]! - 0.5) ** 2, 0));
  });
  expect(widths[0]! / 0.06).toBeCloseTo(1, 2);
  expect(widths[1]).toBeGreaterThan(0.07);
});

it('barycenter of one measure, debiased, is that measure', () => {
  const measure = bump(0.4, 0.01);
  const total = measure.reduce((s, w) => s + w, 0);
  const found = sinkhornBarycenter(costMatrix(line, line), [measure], { epsilon: 0.005, debiased: true, maxIterations: 5000 });
  // sublinear: 3e-6 after 5000 iterations; without debiasing the blur is 0.03
  expect(worst(found.weights, measure.map((w) => w / total))).toBeLessThan(1e-5);
});

it('free support: between two translates lies their mean', () => {
  const moved = { ...xs, data: xs.data.map((x) => x + 4) };
  const found = sinkhornFreeSupportBarycenter(randomPoints(6, 2, 9), [{ points: xs }, { points: moved }], { epsilon: 1e-3, lambda: [0.25, 0.75] });
  expect(found.converged).toBe(true);
  const sorted = (data: Float64Array): Float64Array => data.filter((_, k) => k % 2 === 0).sort((p, q) => p - q);
  expect(worst(sorted(found.points.data), sorted(xs.data).map((x) => x + 3))).toBeLessThan(0.02);
});

it('Gromov and fused Gromov against POT 0.8.2', () => {
  const [c, d] = [costMatrix(xs, xs, 'euclidean'), costMatrix(ys, ys, 'euclidean')];
  const plain = entropicGromov(c, d, a, b, { epsilon: 0.05 });
  expect(plain.converged).toBe(true);
  expect(worst(plain.plan.data, [0.005085865937429528, 0.18673110381997546, 0.0071186005387619275, 0.06262563009647852, 0.00014134069227628602])).toBeLessThan(1e-8);
  expect(plain.cost).toBeCloseTo(0.13235776714578112, 9);
  const fused = entropicGromov(c, d, a, b, { epsilon: 0.05, features: randomCost(6, 5, 5), share: 0.3 });
  expect(worst(fused.plan.data, [0.006668531102822075, 6.50310403531292e-6, 0.13273131131246643, 2.626525824039549e-7, 0.12229593291301545])).toBeLessThan(1e-8);
  expect(fused.cost).toBeCloseTo(0.19254596540557964, 9);
  expect(() => entropicGromov(randomCost(6, 6, 1), d, a, b, { epsilon: 1 })).toThrow(/c must be symmetric/);
});
