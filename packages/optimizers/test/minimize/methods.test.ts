import { readFileSync } from 'node:fs';
import { objective } from '@curv/tensor';
import { describe, expect, it } from 'vitest';
import { hagerZhang, lbfgs, minimize, type Minimizer, type Minimum, newtonCg, nonlinearCg, trustRegion } from '../../src/index.js';
import type { ZooProblem } from '../../src/zoo/api.js';
import { classical } from '../../src/zoo/classical.js';
import { vector } from '../helpers.js';

const { evaluations: scipy } = JSON.parse(readFileSync(new URL('../golden/scipy.json', import.meta.url), 'utf8')) as { evaluations: Record<string, { lbfgs: number; cg: number; trustRegion: number; trustRegionProducts: number }> };
const small = classical.filter(({ name }) => name in scipy);
const oracles = (problem: ZooProblem): ReturnType<typeof objective> => objective(problem.f as never, vector(...problem.start));
const solve = (problem: ZooProblem, method: Minimizer): Promise<Minimum> => minimize(oracles(problem), problem.start, { method, tolerance: 1e-5, maxIterations: 5000 });

const methods: Record<string, () => Minimizer> = {
  lbfgs,
  'lbfgs with hagerZhang': () => lbfgs({ search: hagerZhang() }),
  nonlinearCg,
  'nonlinearCg(hagerZhang)': () => nonlinearCg({ beta: 'hagerZhang' }),
  newtonCg,
  trustRegion,
};

describe.each(Object.keys(methods))('%s', (name) => {
  it.each(small.map((p) => [p.name, p] as const))('finds the minimum of %s', async (_, problem) => {
    const found = await solve(problem, methods[name]!());
    expect([found.status, found.converged]).toEqual(['gradient', true]);
    // Powell's function is flat at its minimum: 1e-5 of gradient is reached at 2e-8.
    expect(found.value - problem.minimum).toBeLessThan(1e-7);
    expect(found.gradientNorm).toBeLessThanOrEqual(1e-5);
  });
});

describe("evaluations are at most SciPy's", () => {
  it.each(small.map((p) => [p.name, p] as const))('%s', async (name, problem) => {
    const [bfgs, newton] = [await solve(problem, lbfgs()), await solve(problem, trustRegion())];
    expect(bfgs.evaluations.value).toBeLessThanOrEqual(Math.ceil(1.1 * scipy[name]!.lbfgs));
    expect(newton.evaluations.value).toBeLessThanOrEqual(Math.ceil(1.1 * scipy[name]!.trustRegion));
    expect(newton.evaluations.product).toBeLessThanOrEqual(1.1 * scipy[name]!.trustRegionProducts);
  });
});

it('a quadratic takes Newton-CG and the trust region as many products as it has distinct eigenvalues', async () => {
  const a = [1, 4, 9];
  const quadratic = {
    dimension: 9,
    value: (x: Float64Array) => x.reduce((s, xi, i) => s + 0.5 * a[i % 3]! * xi * xi, 0),
    gradient: (x: Float64Array) => x.map((xi, i) => a[i % 3]! * xi),
    hvp: (_: Float64Array, v: Float64Array) => v.map((vi, i) => a[i % 3]! * vi),
  };
  for (const method of [newtonCg(), trustRegion({ radius: 100 })]) {
    const found = await minimize(quadratic, new Float64Array(9).fill(1e-3), { method, tolerance: 1e-14 });
    expect(found.converged).toBe(true);
    // ‖r‖ ≤ √‖g‖ ‖g‖ ends each solve early: three solves of at most three products.
    expect(found.evaluations.product).toBeLessThanOrEqual(9);
  }
});
