import { matrix, qr } from '@curv/linalg';
import { tensor, type Tensor } from '@curv/tensor';
import { describe, expect, it } from 'vitest';
import {
  bandedSolver, cgSolver, choleskySolver, gaussNewton, type InnerSolver, lbfgs, levenbergMarquardt, lsmrSolver, type Minimizable, minimize, moreDamping, newtonCg, nielsenDamping, qrSolver, residualProblem,
} from '../../src/index.js';
import { classical } from '../../src/zoo/classical.js';
import { boundaryValue, broydenTridiagonal, classicalResiduals } from '../../src/zoo/residuals.js';
import { distance, vector } from '../helpers.js';

/** Rosenbrock's residuals 10 (x_{i+1} − x_i²), 1 − x_i. */
const chain = (x: Tensor): Tensor[] => {
  const n = x.size;
  const [head, tail] = [x.slice([0], [n - 1]), x.slice([1], [n])];
  return [tail.sub(head.square()).mul(10), head.neg().add(1)];
};
const chained = (n: number): { problem: ReturnType<typeof residualProblem>; start: number[] } => {
  const start = Array.from({ length: n }, (_, i) => (i % 2 === 0 ? -1.2 : 1));
  return { problem: residualProblem(chain, tensor(Float64Array.from(start), [n])), start };
};

const solvers: Record<string, (n: number) => InnerSolver> = { qrSolver, choleskySolver, bandedSolver: () => bandedSolver(1), lsmrSolver: () => lsmrSolver(), cgSolver: () => cgSolver() };

describe.each(Object.keys(solvers))('%s', (name) => {
  it.each([2, 10])('finds the minimum of the chained Rosenbrock function in %i variables', async (n) => {
    const { problem, start } = chained(n);
    const found = await minimize(problem, start, { method: levenbergMarquardt({ solver: solvers[name]!(n) }), tolerance: 1e-9 });
    expect([found.status, found.converged]).toEqual(['gradient', true]);
    // The least eigenvalue of JᵀJ at (1, 1) is 0.2: a gradient of 1e-9 lies within 5e-9.
    if (found.value < 1) expect(distance([...found.x], start.map(() => 1))).toBeLessThan(5e-9);
    // Ten variables have a second minimum, near x₁ = −1 (Shang & Qiu 2006).
    else expect(found.x[0]).toBeCloseTo(-0.9932, 3);
  });
  it('solves a linear problem in one step without damping', async () => {
    const a = matrix(6, 3, Float64Array.from({ length: 18 }, (_, i) => Math.sin(i * i)));
    const b = Float64Array.from({ length: 6 }, (_, i) => Math.cos(i));
    const times = (v: Float64Array): Float64Array => Float64Array.from(b, (_, i) => v.reduce((s, vj, j) => s + a.data[3 * i + j]! * vj, 0));
    const back = (w: Float64Array): Float64Array => Float64Array.from({ length: 3 }, (_, j) => w.reduce((s, wi, i) => s + a.data[3 * i + j]! * wi, 0));
    const linear: Minimizable = { dimension: 3, residual: (x) => times(x).map((v, i) => v - b[i]!), jacobian: () => a, jvp: (_, v) => times(v), vjp: (_, w) => back(w) };
    const solver = name === 'bandedSolver' ? bandedSolver(2) : solvers[name]!(3);
    const found = await minimize(linear, [0, 0, 0], { method: gaussNewton({ solver }), tolerance: name.startsWith('lsmr') || name.startsWith('cg') ? 1e-5 : 1e-12 });
    expect([found.iterations, found.converged]).toEqual([1, true]);
    // Iterative solvers stop at 1e-6.
    expect(distance([...found.x], [...qr(a).solve(b)])).toBeLessThan(name.startsWith('lsmr') || name.startsWith('cg') ? 1e-5 : 1e-12);
  });
});

it.each([boundaryValue(100), broydenTridiagonal(1000)].map((p) => [p.name, p] as const))('%s by the band', async (_, p) => {
  const problem = residualProblem(p.residuals, tensor(Float64Array.from(p.start), [p.start.length]));
  const found = await minimize(problem, p.start, { method: levenbergMarquardt({ solver: bandedSolver(p.bandwidth!) }), tolerance: 1e-13 });
  expect(found.converged).toBe(true);
  expect(found.value).toBeLessThan(1e-20);
  // A point: Jᵀr, five colours and the check of the band, J and Jᵀ each.
  expect(found.evaluations.product).toBe(13 * (found.iterations + 1));
  const solver = p.start.length > 100 ? lsmrSolver() : qrSolver();
  const other = await minimize(problem, p.start, { method: levenbergMarquardt({ solver }), tolerance: 1e-13 });
  // The condition of JᵀJ is 1e7 (boundary value).
  expect(distance([...found.x], [...other.x])).toBeLessThan(1e-8);
});

it.each(Object.entries(classicalResiduals))('%s: ½ ‖r‖² is the classical function', async (name, r) => {
  const { f, start } = classical.find((p) => p.name === name)!;
  const x = tensor(start.map((s, i) => s + 0.1 * Math.sin(i + 1)), [start.length], 'float64');
  expect(Math.abs(r(x).square().sum().mul(0.5).item() / f(x).item() - 1)).toBeLessThan(1e-14);
});

describe('residualProblem', () => {
  // r = (x² y, sin x, x y³) with derivatives by hand.
  const problem = residualProblem(({ x, y }: { x: Tensor; y: Tensor }) => [x.square().mul(y), x.sin(), x.mul(y.pow(3))], { x: vector(0.3), y: vector(0.7) });
  const at = Float64Array.of(0.3, 0.7);
  const [x, y] = [0.3, 0.7];
  const j = [2 * x * y, x * x, Math.cos(x), 0, y ** 3, 3 * x * y * y];
  const v = Float64Array.of(0.5, -2);
  it('gives residuals, J, J v, Jᵀ w, the gradient and second derivatives along a line', async () => {
    const r = [x * x * y, Math.sin(x), x * y ** 3];
    expect(distance([...(await problem.residual(at))], r)).toBeLessThan(1e-15);
    expect(distance([...(await problem.jacobian(at)).data], j)).toBeLessThan(1e-15);
    expect(distance([...(await problem.jvp(at, v))], [0, 1, 2].map((i) => j[2 * i]! * v[0]! + j[2 * i + 1]! * v[1]!))).toBeLessThan(1e-15);
    expect(distance([...(await problem.gradient(at))], [0, 1].map((k) => r.reduce((s, ri, i) => s + ri * j[2 * i + k]!, 0)))).toBeLessThan(1e-15);
    const second = [2 * y * v[0]! ** 2 + 4 * x * v[0]! * v[1]!, -Math.sin(x) * v[0]! ** 2, 6 * y * y * v[0]! * v[1]! + 6 * x * y * v[1]! ** 2];
    expect(distance([...(await problem.secondDirectional(at, v))], second)).toBeLessThan(1e-14);
  });
  it('runs under methods that do not know of residuals', async () => {
    for (const method of [lbfgs(), newtonCg({ curvature: 'gaussNewton' })]) {
      const { problem: rosenbrock, start } = chained(2);
      const found = await minimize(rosenbrock, start, { method, tolerance: 1e-8 });
      expect(distance([...found.x], [1, 1])).toBeLessThan(1e-8);
    }
  });
});

describe('by hand', () => {
  /** Powell's badly scaled function (Moré, Garbow & Hillstrom, problem 3). */
  const hand: Minimizable = {
    dimension: 2,
    residual: ([a, b]) => Float64Array.of(1e4 * a! * b! - 1, Math.exp(-a!) + Math.exp(-b!) - 1.0001),
    jacobian: ([a, b]) => matrix(2, 2, [1e4 * b!, 1e4 * a!, -Math.exp(-a!), -Math.exp(-b!)]),
  };
  it('residual and Jacobian are enough, for L-BFGS too', async () => {
    const found = await minimize(hand, [0, 1], { method: levenbergMarquardt(), tolerance: 0 });
    expect(found.converged).toBe(true);
    // Reference: 1.098159329699759e-5, 9.106146739867318 (Moré, Garbow & Hillstrom 1981).
    expect(distance([found.x[0]! * 1e5, found.x[1]!], [1.098159329699759, 9.106146739867318])).toBeLessThan(1e-8);
    const counts = found.evaluations;
    expect([counts.gradient, counts.jacobian <= found.iterations + 1, counts.value > found.iterations]).toEqual([1, true, true]);
    const first = await minimize(hand, [0, 1], { method: lbfgs(), maxIterations: 5 });
    expect(first.value).toBeLessThan(0.5 * (1 + (Math.exp(-1) - 0.0001) ** 2));
  });
  it('acceleration needs no second derivatives, and takes them where they are', async () => {
    const { problem, start } = chained(2);
    const { residual, jacobian, dimension } = problem;
    const method = levenbergMarquardt({ acceleration: 0.75 });
    const exact = await minimize(problem, start, { method, tolerance: 1e-8 });
    const difference = await minimize({ dimension, residual, jacobian }, start, { method, tolerance: 1e-8 });
    // Rosenbrock's residuals are quadratic: the difference is exact to rounding.
    expect([exact.converged, difference.iterations]).toEqual([true, exact.iterations]);
    expect(difference.evaluations.value).toBeGreaterThan(exact.evaluations.value);
  });
  it('dependent columns: a minimum all the same', async () => {
    const flat: Minimizable = { dimension: 2, residual: ([a, b]) => Float64Array.of(a! + b! - 3, (a! + b!) ** 2 - 9), jacobian: ([a, b]) => matrix(2, 2, [1, 1, 2 * (a! + b!), 2 * (a! + b!)]) };
    for (const method of [levenbergMarquardt(), levenbergMarquardt({ solver: choleskySolver(), damping: nielsenDamping() }), gaussNewton(), levenbergMarquardt({ damping: moreDamping({ factor: 100 }) })]) {
      const found = await minimize(flat, [5, 1], { method, tolerance: 1e-10 });
      expect([found.converged, Math.abs(found.x[0]! + found.x[1]! - 3) < 1e-10]).toEqual([true, true]);
    }
  });
  it("does not depend on the parameters' units", async () => {
    const unit = 1e6;
    const scaled: Minimizable = {
      dimension: 2,
      residual: (x) => hand.residual!(Float64Array.of(x[0]! / unit, x[1]! * unit)),
      jacobian: async (x) => {
        const { data } = await hand.jacobian!(Float64Array.of(x[0]! / unit, x[1]! * unit));
        return matrix(2, 2, data.map((v, i) => (i % 2 === 0 ? v / unit : v * unit)));
      },
    };
    const run = (problem: Minimizable, start: readonly number[]) => minimize(problem, start, { method: levenbergMarquardt(), tolerance: 0 });
    const [a, b] = [await run(hand, [0, 1]), await run(scaled, [0, 1 / unit])];
    expect(b.evaluations.value).toBe(a.evaluations.value);
  });
  it('steps back from where the residual is not finite', async () => {
    const wall: Minimizable = { dimension: 1, residual: ([a]) => Float64Array.of(Math.log(a!) + 2), jacobian: ([a]) => matrix(1, 1, [1 / a!]) };
    const found = await minimize(wall, [10], { method: levenbergMarquardt(), tolerance: 1e-12 });
    expect(found.x[0]).toBeCloseTo(Math.exp(-2), 10);
  });
});

describe('refuses', () => {
  const { problem, start } = chained(3);
  const run = (method: ReturnType<typeof levenbergMarquardt>, given: Minimizable = problem) => minimize(given, start, { method });
  it('problems without what is needed', async () => {
    const { value, gradient, dimension, residual, jacobian } = problem;
    await expect(run(levenbergMarquardt(), { dimension, value, gradient })).rejects.toThrow(/levenbergMarquardt\(qr, more\) needs residual and jacobian/);
    await expect(run(levenbergMarquardt({ solver: lsmrSolver() }), { dimension, residual, jacobian })).rejects.toThrow(/needs jvp and vjp/);
    await expect(run(levenbergMarquardt(), { dimension, residual })).rejects.toThrow(/expected gradient or valueAndGradient, or residual with jacobian or vjp/);
    await expect(run(levenbergMarquardt(), { dimension, residual, jacobian: () => matrix(4, 2) })).rejects.toThrow(/jacobian: expected a matrix of 3 columns, got 4×2/);
    await expect(run(levenbergMarquardt(), { dimension, residual, jacobian: () => matrix(5, 3) })).rejects.toThrow(/jacobian: expected 4 rows, one for each residual, got 5/);
    await expect(run(levenbergMarquardt(), { dimension, residual: () => [1] as never, jacobian })).rejects.toThrow(/residual: expected a Float64Array, got object/);
  });
  it('options that make no sense', async () => {
    expect(() => levenbergMarquardt({ solver: lsmrSolver(), damping: moreDamping() })).toThrow(/more needs a direct solver, got lsmr/);
    expect(() => levenbergMarquardt({ solver: cgSolver(), scale: 'more' })).toThrow(/needs the norms of the columns/);
    expect(() => levenbergMarquardt({ scale: [1, -1, 1] })).toThrow(/scale\[1\]: expected a positive number, got -1/);
    expect(() => levenbergMarquardt({ acceleration: NaN })).toThrow(/acceleration: expected a positive number, got NaN/);
    expect(() => bandedSolver(-1)).toThrow(/bandwidth: expected a whole number of at least 0, got -1/);
    await expect(run(levenbergMarquardt({ scale: [1, 1] }))).rejects.toThrow(/scale: expected 3 numbers, got 2/);
    await expect(run(levenbergMarquardt({ solver: bandedSolver(0) }))).rejects.toThrow(/bandwidth: expected parameter \d to be coupled with at most 0 neighbours/);
  });
});
