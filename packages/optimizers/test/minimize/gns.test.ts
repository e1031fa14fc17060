import type { Matrix } from '@curv/linalg';
import { objective, type Tensor } from '@curv/tensor';
import { describe, expect, it } from 'vitest';
import { gns, type IterationReport, minimize, type MinimizeOptions, type Minimum } from '../../src/index.js';
import { distance, vector } from '../helpers.js';

const diagonal = (...a: readonly number[]): { dimension: number; value(x: Float64Array): number; gradient(x: Float64Array): Float64Array; hvp(x: Float64Array, v: Float64Array): Float64Array } => ({
  dimension: a.length,
  value: (x) => x.reduce((s, xi, i) => s + 0.5 * a[i]! * xi * xi, 0),
  gradient: (x) => x.map((xi, i) => a[i]! * xi),
  hvp: (_, v) => v.map((vi, i) => a[i]! * vi),
});

const entry = (x: Tensor, i: number): Tensor => x.slice([i], [i + 1]);
const rosenbrock = objective(((x: Tensor) => entry(x, 1).sub(entry(x, 0).square()).square().mul(100).add(entry(x, 0).sub(1).square()).sum()) as never, vector(0, 0));

async function traced(problem: Parameters<typeof minimize>[0], x0: readonly number[], options: MinimizeOptions): Promise<{ found: Minimum; path: IterationReport[] }> {
  const path: IterationReport[] = [];
  const found = await minimize(problem, x0, { norm: 'euclidean', ...options, onIteration: (report) => void path.push(report) });
  return { found, path };
}

describe('one step by hand', () => {
  it('½ xᵀ diag(1, 10) x from (1, 1)', async () => {
    const { found, path } = await traced(diagonal(1, 10), [1, 1], { method: gns(), maxIterations: 1 });
    const root = Math.sqrt(101);
    expect(distance([...found.x], [1 - 1 / (1 + root), 1 - 10 / (10 + root)])).toBeLessThan(1e-15);
    expect(Math.abs(found.value - 1.6698229352349498)).toBeLessThan(1e-14);
    expect(path[0]!.info['gamma']).toBe(1);
  });
  it('without curvature, 1.5 x² from 2 at γ = 2 is solved by one step', async () => {
    const { found } = await traced(diagonal(3), [2], { method: gns({ curvature: 'none', gamma: 2 }) });
    expect([found.x[0], found.iterations]).toEqual([0, 1]);
  });
});

describe("Rosenbrock's function from (−2, 2)", () => {
  it('goes the way that the reference run went', async () => {
    const { found, path } = await traced(rosenbrock, [-2, 2], { method: gns(), tolerance: 1e-8 });
    expect(distance(path.slice(0, 5).map((r) => r.value), [87.40302825, 10.56893296, 6.214620529, 5.925895815, 5.699888897])).toBeLessThan(1e-9);
    expect(found.converged).toBe(true);
    expect(found.iterations).toBeLessThanOrEqual(60);
    path.forEach((r, i) => expect(r.value).toBeLessThan(path[i - 1]?.value ?? Infinity));
  });
  it('decreases by what the test demands, and steps at most γ where H is positive semidefinite', async () => {
    const x: Float64Array[] = [];
    const { path } = await traced({ ...diagonal(1, 100, 7), gradient: (at) => (x.push(at), diagonal(1, 100, 7).gradient(at)) }, [1, 1, -2], { method: gns(), tolerance: 1e-6 });
    path.forEach((r) => expect(r.info['step']!).toBeLessThanOrEqual(r.info['gamma']! * (1 + 1e-12)));
  });
});

describe('forms of the same step agree', () => {
  const h: Matrix = { rows: 3, columns: 3, data: Float64Array.of(4, 1, 0, 1, 3, -1, 0, -1, 2) };
  const u = Float64Array.of(1, 2, -1);
  const rankOne: Matrix = { rows: 3, columns: 3, data: Float64Array.from({ length: 9 }, (_, k) => 2 * u[Math.floor(k / 3)]! * u[k % 3]!) };
  const metric: Matrix = { rows: 3, columns: 3, data: Float64Array.of(2, 0.5, 0, 0.5, 1, 0, 0, 0, 3) };
  const path = async (options: Parameters<typeof gns>[0]): Promise<number[]> => [...(await traced(diagonal(1, 5, 9), [1, -1, 2], { method: gns(options), maxIterations: 4 })).found.x];
  it('spectral and Cholesky', async () => expect(distance(await path({ curvature: () => h, solver: 'spectral' }), await path({ curvature: () => h }))).toBeLessThan(1e-13));
  it('low rank and dense, with a metric and without', async () => {
    for (const extra of [{}, { metric }]) {
      expect(distance(await path({ curvature: () => ({ columns: [u], weights: [2] }), ...extra }), await path({ curvature: () => rankOne, ...extra }))).toBeLessThan(1e-12);
    }
  });
  it('no curvature, and a zero matrix', async () => {
    const zero = (): Matrix => ({ rows: 3, columns: 3, data: new Float64Array(9) });
    expect(distance(await path({ curvature: 'none', metric }), await path({ curvature: zero, metric }))).toBeLessThan(1e-13);
  });
});

describe('bad input', () => {
  it('is refused by name', async () => {
    expect(() => gns({ gamma: 0 })).toThrow(/^gamma: expected a positive number/);
    expect(() => gns({ metric: { rows: 2, columns: 2, data: Float64Array.of(1, 2, 2, 1) } })).toThrow(/metric: expected a positive definite matrix, but the pivot of row 1/);
    await expect(minimize(diagonal(1, 2), [1, 1], { method: gns({ curvature: () => ({ rows: 1, columns: 1, data: Float64Array.of(1) }) }) })).rejects.toThrow(/curvature: expected a 2×2 matrix, got 1×1/);
    await expect(minimize(diagonal(1, 2), [1, 1], { method: gns({ curvature: () => ({ rows: 2, columns: 2, data: Float64Array.of(1, 5, 0, 1) }) }) })).rejects.toThrow(/must be symmetric/);
    const { hvp: _, ...gradientOnly } = diagonal(1, 2);
    await expect(minimize(gradientOnly, [1, 1], { method: gns() })).rejects.toThrow(/gns needs hvp/);
  });
  it('an optimum at the start takes no iteration; a wrong gradient ends in searchFailed', async () => {
    expect((await minimize(diagonal(1, 2), [0, 0], { method: gns() })).iterations).toBe(0);
    const wrong = { ...diagonal(1, 2), gradient: (x: Float64Array) => x.map((v) => -v) };
    expect((await minimize(wrong, [1, 1], { method: gns() })).status).toBe('searchFailed');
  });
});
