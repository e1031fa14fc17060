import { matmul, type Matrix } from '@curv/linalg';
import { random } from '@curv/tensor';
import { describe, expect, it } from 'vitest';
import {
  barycentricMap, classRegularizedTransport, colourTransfer, costMatrix, domainAdaptation, exactTransport, extendMap, freeSupportBarycenter, fusedGromovWasserstein, gromovWasserstein,
  laplaceRegularizedTransport, marginals, partialTransport, planCost, unbalancedTransport,
} from '../../src/index.js';
import golden from '../golden/exact.json' with { type: 'json' };
import { array, clouds, masses } from '../problem.js';

const [xs, ys] = clouds(14, 11, 2);
const [a, b] = [masses(14, 0.9), masses(11, 2.2)];
const cost = costMatrix(xs, ys);
const [c, d] = [costMatrix(xs, xs, 'sqeuclidean', 'max'), costMatrix(ys, ys, 'sqeuclidean', 'max')];
const reference = golden.variants;
const sum = (values: Float64Array): number => values.reduce((s, v) => s + v, 0);

describe('partial transport', () => {
  it.each(reference.partial)('moves $mass at POT’s cost, with dual variables', ({ mass, cost: expected }) => {
    const result = partialTransport(cost, a, b, { mass });
    expect(result.cost).toBeCloseTo(expected, 13);
    expect(result.dual).toBeCloseTo(result.cost, 13);
    expect(result.marginalError).toBeLessThan(1e-15);
    expect(sum(marginals(result.plan).rows)).toBeCloseTo(mass, 14);
    cost.data.forEach((v, k) => expect(v - result.x[Math.floor(k / 11)]! - result.y[k % 11]!).toBeGreaterThan(-1e-13));
  });

  it('is exact transport when all moves, and nothing when nothing does', () => {
    expect(partialTransport(cost, a, b).cost).toBeCloseTo(exactTransport(cost, a, b).cost, 13);
    expect(partialTransport(cost, a, b, { mass: 0 }).cost).toBe(0);
    const lower = { ...cost, data: cost.data.map((v) => v - 10) };
    expect(partialTransport(lower, a, b, { mass: 0.6 }).cost).toBeCloseTo(partialTransport(cost, a, b, { mass: 0.6 }).cost - 6, 12);
  });

  it('keeps to allowed pairs, and says how much they can carry', () => {
    const blocks = { rows: 4, columns: 4, data: Float64Array.from({ length: 16 }, (_, k) => ((k >> 3) === ((k >> 1) & 1) ? (k * 7) % 5 : Infinity)) };
    const [p, q] = [[0.4, 0.3, 0.1, 0.2], [0.1, 0.2, 0.3, 0.4]];
    const result = partialTransport(blocks, p, q, { mass: 0.6 });
    expect(Number.isFinite(result.cost)).toBe(true);
    // Each block alone: 0.3 of 0.7 and 0.3 of 0.3.
    const block = (at: number, rows: number[], columns: number[]): number =>
      partialTransport({ rows: 2, columns: 2, data: Float64Array.from([0, 1, 4, 5], (k) => blocks.data[at + k]!) }, rows, columns, { mass: 0.3 }).cost;
    expect(result.cost).toBeCloseTo(block(0, [0.4, 0.3], [0.1, 0.2]) + block(10, [0.1, 0.2], [0.3, 0.4]), 12);
    expect(() => partialTransport(blocks, p, q, { mass: 0.7 })).toThrow(/carry at most 0\.6\d* of the mass 0.7: the problem is disconnected/);
  });

  it('refuses more mass than there is', () => {
    expect(() => partialTransport(cost, a, b, { mass: 1.5 })).toThrow(/mass must be at most the smaller total/);
    expect(() => partialTransport(cost, a, b, { mass: -1 })).toThrow(/mass/);
    expect(() => partialTransport({ ...cost, data: cost.data.map(() => NaN) }, a, b)).toThrow(/finite/);
    expect(() => partialTransport({ rows: 1, columns: 1, data: Float64Array.of(Infinity) })).toThrow(/carry at most 0 of/);
  });
});

describe('Gromov-Wasserstein', () => {
  it('reaches POT’s values', () => {
    expect(gromovWasserstein(c, d, { a, b }).cost).toBeLessThan(reference.gromov.square_loss * (1 + 1e-9));
    // POT's entropy of 0 is that of 1e-15, as here in the logarithm alone.
    expect(gromovWasserstein(c, d, { a, b, loss: 'kl' }).cost).toBeLessThan(reference.gromov.kl_loss * (1 + 1e-9));
    for (const { alpha, cost: expected } of reference.fused) {
      const result = fusedGromovWasserstein(cost, c, d, { a, b, alpha });
      expect(result.converged).toBe(true);
      expect(result.marginalError).toBeLessThan(1e-14);
      expect(result.cost).toBeLessThan(expected * (1 + 1e-9));
    }
  });

  it('has the value of its definition, symmetric or not', () => {
    const [n, m] = [6, 5];
    const [e, f] = [{ rows: n, columns: n, data: array(n * n, 0.2) }, { rows: m, columns: m, data: array(m * m, 1.3) }];
    const { plan, cost: value } = gromovWasserstein(e, f);
    let direct = 0;
    for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) for (let k = 0; k < n; k++) for (let l = 0; l < m; l++)
      direct += (e.data[i * n + k]! - f.data[j * m + l]!) ** 2 * plan.data[i * m + j]! * plan.data[k * m + l]!;
    expect(value).toBeCloseTo(direct, 13);
  });

  it('sees through rotations and orders, from a start near enough', () => {
    const turn = { rows: 2, columns: 2, data: Float64Array.of(0.6, -0.8, 0.8, 0.6) };
    const order = random(1).permutation(14);
    const turned = matmul(xs, turn);
    const moved: Matrix = { rows: 14, columns: 2, data: Float64Array.from({ length: 28 }, (_, k) => turned.data[2 * order[k >> 1]! + (k & 1)]!) };
    const near = Float64Array.from({ length: 196 }, (_, k) => 0.6 * (order[k % 14] === Math.floor(k / 14) ? 1 / 14 : 0) + 0.4 / 196);
    const { cost: value, plan } = gromovWasserstein(c, costMatrix(moved, moved, 'sqeuclidean', 'max'), { initial: { rows: 14, columns: 14, data: near } });
    expect(value).toBeLessThan(1e-15);
    order.forEach((i, j) => expect(plan.data[i * 14 + j]).toBeCloseTo(1 / 14, 12));
  });

  it('is exact transport without structure', () => {
    expect(fusedGromovWasserstein(cost, c, d, { a, b, alpha: 0 }).cost).toBeCloseTo(exactTransport(cost, a, b).cost, 13);
  });

  it('names what is wrong', () => {
    expect(() => gromovWasserstein(cost, d)).toThrow(/c must be 14×14, got 14×11/);
    expect(() => fusedGromovWasserstein(cost, c, d, { alpha: 2 })).toThrow(/alpha must be in \[0, 1\], got 2/);
    expect(() => gromovWasserstein({ ...c, data: c.data.map((v) => -v) }, d, { loss: 'kl' })).toThrow(/c must not be negative for loss kl/);
    expect(() => gromovWasserstein(c, d, { loss: 'other' as never })).toThrow(/loss must be square or kl/);
  });
});

describe('barycenters', () => {
  it('move as POT’s do from the same start', () => {
    const initial = { rows: 6, columns: 2, data: xs.data.slice(0, 12) };
    const result = freeSupportBarycenter([{ points: xs, masses: a }, { points: ys, masses: b }], { initial, maxIterations: 500 });
    expect(result.converged).toBe(true);
    reference.barycenter.forEach((v, k) => expect(result.points.data[k]).toBeCloseTo(v, 10));
  });

  it('of a measure and its translate is half way, and of one measure the measure itself', () => {
    const moved = { ...xs, data: xs.data.map((v, k) => v + (k % 2 === 0 ? 3 : -1)) };
    const half = freeSupportBarycenter([{ points: xs }, { points: moved }], { weights: [1, 1], initial: { ...xs, data: xs.data.map((v) => v + 0.01) } });
    half.points.data.forEach((v, k) => expect(v).toBeCloseTo(xs.data[k]! + (k % 2 === 0 ? 1.5 : -0.5), 12));
    expect(half.cost).toBeCloseTo((9 + 1) / 4, 12);
    expect(freeSupportBarycenter([{ points: xs }], { seed: 3 }).cost).toBeLessThan(1e-20);
  });

  it('never get dearer', () => {
    const costs: number[] = [];
    freeSupportBarycenter([{ points: xs, masses: a }, { points: ys, masses: b }], { support: 20, weights: [3, 1], onProgress: ({ cost: value }) => costs.push(value) });
    costs.slice(1).forEach((value, k) => expect(value).toBeLessThanOrEqual(costs[k]! + 1e-14));
    expect(() => freeSupportBarycenter([])).toThrow(/at least one measure/);
    expect(() => freeSupportBarycenter([{ points: xs }, { points: { rows: 1, columns: 3, data: new Float64Array(3) } }])).toThrow(/measures\[1\]\.points must be n×2/);
    expect(() => freeSupportBarycenter([{ points: xs, masses: [1] }])).toThrow(/b must have 14 elements, got 1/);
  });
});

describe('unbalanced transport', () => {
  it.each(['kl', 'l2'] as const)('agrees with POT by %s', (divergence) => {
    const result = unbalancedTransport(cost, a, b.map((v) => 1.5 * v), 0.7, { divergence, tolerance: 1e-13 });
    const expected = reference.unbalanced[divergence];
    const { rows } = marginals(result.plan);
    // Masses that tend to 0 do so like 1/k; POT stops at a change of 1e-16 and differs by 2e-8 at most.
    expect(sum(rows)).toBeCloseTo(expected.mass, 7);
    expect(result.cost).toBeCloseTo(expected.cost, 7);
    expected.rows.forEach((v, i) => expect(rows[i]).toBeCloseTo(v, 7));
  });

  it('nears balanced transport as lambda grows, and keeps to two points in closed form', () => {
    expect(unbalancedTransport(cost, a, b, 1e3, { tolerance: 1e-9 }).marginalError).toBeLessThan(2e-2);
    // One source, one sink of mass 1 at cost c: P = exp(−c / 2λ), or 1 − c / 4λ.
    expect(unbalancedTransport({ rows: 1, columns: 1, data: Float64Array.of(3) }, [1], [1], 2).plan.data[0]).toBeCloseTo(Math.exp(-0.75), 9);
    expect(unbalancedTransport({ rows: 1, columns: 1, data: Float64Array.of(3) }, [1], [1], 2, { divergence: 'l2' }).plan.data[0]).toBeCloseTo(0.625, 9);
    expect(() => unbalancedTransport(cost, a, b, 0)).toThrow(/lambda must be a finite number above 0/);
    expect(() => unbalancedTransport(cost, a, b, 1, { divergence: 'tv' as never })).toThrow(/divergence/);
  });
});

describe('domain adaptation', () => {
  const plan = exactTransport(cost, a, b).plan;

  it('maps by barycenters and extends to new points', () => {
    const mapped = barycentricMap(plan, ys);
    // Barycenters keep the mean: Σ a_i T(x_i) = Σ b_j y_j.
    for (const k of [0, 1]) expect(a.reduce((s, w, i) => s + w * mapped.data[2 * i + k]!, 0)).toBeCloseTo(b.reduce((s, w, j) => s + w * ys.data[2 * j + k]!, 0), 14);
    const transform = extendMap(xs, mapped, 3);
    transform(xs).data.forEach((v, k) => expect(v).toBeCloseTo(mapped.data[k]!, 14));
    const near = extendMap(xs, mapped)({ rows: 1, columns: 2, data: Float64Array.of(xs.data[0]! + 1e-6, xs.data[1]!) });
    expect(near.data[0]).toBeCloseTo(mapped.data[0]! + 1e-6, 14);
    expect(() => barycentricMap({ rows: 2, columns: 1, data: Float64Array.of(1, 0) }, { rows: 1, columns: 1, data: Float64Array.of(1) })).toThrow(/source 1 sends no mass/);
  });

  it('reaches POT’s optimum by Laplace regularization', () => {
    const result = laplaceRegularizedTransport(xs, ys, { a, b, strength: 1.3, tolerance: 1e-6, maxIterations: 20_000 });
    expect(result.converged).toBe(true);
    expect(Math.abs(result.cost / reference.laplace - 1)).toBeLessThan(3e-6);
  });

  it('separates classes that plain transport mixes', () => {
    // Labels split the sources at random, so that targets are shared between them.
    const labels = Array.from({ length: 14 }, (_, i) => i % 2);
    const plain = exactTransport(cost, a, b).plan;
    const result = classRegularizedTransport(cost, labels, a, b, { strength: 3 });
    const mixed = (p: typeof plain): number => {
      const by = [new Float64Array(11), new Float64Array(11)];
      for (let i = 0; i < 14; i++) for (let t = p.pointers[i]!; t < p.pointers[i + 1]!; t++) by[labels[i]!]![p.indices[t]!]! += p.values[t]!;
      return by[0]!.reduce((s, v, j) => s + Math.min(v, by[1]![j]!), 0);
    };
    expect(result.converged).toBe(true);
    expect(result.marginalError).toBeLessThan(1e-14);
    expect(mixed(result.plan)).toBeLessThan(mixed(plain) / 2);
    expect(result.cost).toBeCloseTo(planCost(cost, result.plan), 14);
    expect(classRegularizedTransport(cost, labels, a, b, { strength: 0 }).cost).toBeCloseTo(exactTransport(cost, a, b).cost, 14);
    expect(() => classRegularizedTransport(cost, [1, 2])).toThrow(/labels must have 14 elements, got 2/);
  });

  it.each(['none', 'class', 'laplace'] as const)('carries two rotated clusters to their targets (%s)', (regularization) => {
    const draw = random(4);
    const cluster = (x: number, y: number): number[][] => Array.from({ length: 20 }, () => [x + 0.3 * draw.normal(), y + 0.3 * draw.normal()]);
    const matrix = (points: number[][]): Matrix => ({ rows: points.length, columns: 2, data: Float64Array.from(points.flat()) });
    const sources = [...cluster(0, 0), ...cluster(3, 0)];
    // Turned by 40° about the origin.
    const turn = ([x, y]: number[]): number[] => [0.766 * x! - 0.643 * y!, 0.643 * x! + 0.766 * y!];
    const targets = [...cluster(0, 0), ...cluster(3, 0)].map(turn);
    const adapted = domainAdaptation(matrix(sources), matrix(targets), { regularization, labels: sources.map((_, i) => (i < 20 ? 0 : 1)) });
    const fresh = [...cluster(0, 0), ...cluster(3, 0)];
    const moved = adapted.transform(matrix(fresh)).data;
    const right = fresh.filter((_, i) => {
      const [u, v] = [moved[2 * i]!, moved[2 * i + 1]!];
      return Math.hypot(u, v) < Math.hypot(u - 3 * 0.766, v - 3 * 0.643) === i < 20;
    });
    expect(right.length).toBe(40);
  });

  it('names what is wrong', () => {
    expect(() => domainAdaptation(xs, ys, { regularization: 'class' })).toThrow(/needs labels/);
    expect(() => domainAdaptation(xs, ys, { regularization: 'x' as never })).toThrow(/regularization must be/);
    expect(() => laplaceRegularizedTransport(xs, ys, { sourceShare: 2 })).toThrow(/sourceShare/);
  });
});

describe('colour transfer', () => {
  const image = { rows: 400, columns: 3, data: array(1200, 0.3, (v) => 0.3 + 0.2 * v) };
  const palette = { rows: 300, columns: 3, data: array(900, 2.1, (v) => 0.6 + 0.3 * v) };

  it('gives the mean and spread of the palette', () => {
    const result = colourTransfer(image, palette, { samples: 300 });
    const moments = ({ data }: Matrix, k: number): [number, number] => {
      const values = data.filter((_, t) => t % 3 === k);
      const mean = sum(values) / values.length;
      return [mean, Math.sqrt(sum(values.map((v) => (v - mean) ** 2)) / values.length)];
    };
    for (const k of [0, 1, 2]) {
      const [[mean, spread], [wanted, wide]] = [moments(result, k), moments(palette, k)];
      // 300 of 400 pixels were samples; the mean of so many is known to 0.2 / √300 ≈ 0.012.
      expect(Math.abs(mean - wanted)).toBeLessThan(0.03);
      expect(Math.abs(spread / wide - 1)).toBeLessThan(0.1);
    }
    expect(result.data.every((v) => v >= 0 && v <= 1)).toBe(true);
  });

  it('leaves an image alone that has the colours already, and repeats under a seed', () => {
    const same = colourTransfer(image, image, { samples: 400 });
    same.data.forEach((v, k) => expect(v).toBeCloseTo(image.data[k]!, 12));
    expect(colourTransfer(image, palette, { samples: 50, seed: 2 }).data).toEqual(colourTransfer(image, palette, { samples: 50, seed: 2 }).data);
    expect(() => colourTransfer(image, { rows: 1, columns: 4, data: new Float64Array(4) })).toThrow(/palette must be n×3/);
    expect(() => colourTransfer(image, palette, { samples: 0 })).toThrow(/samples/);
  });
});
