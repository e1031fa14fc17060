import { compile, cpu, grad, hessian, random, type Tensor, tensor, vmap } from '@curv/tensor';
import { describe, expect, it } from 'vitest';
import { exactTransportCost, maxSlicedWassersteinCost, slicedWassersteinCost, wasserstein1dCost, wassersteinCost } from '../../src/gradients/index.js';
import { exactTransport, maxSlicedWasserstein, slicedWasserstein, sphereDirections, wasserstein1d, wassersteinDistance } from '../../src/index.js';

const draw = random(3);
const list = (n: number, f: () => number): Float64Array => Float64Array.from({ length: n }, f);
const [n, m, d] = [7, 5, 2];
const [xs, ys] = [list(n * d, () => draw.normal()), list(m * d, () => draw.normal())];
const weights = (size: number): Float64Array => {
  const w = list(size, () => 0.3 + draw.uniform());
  const total = w.reduce((s, v) => s + v, 0);
  return w.map((v) => v / total);
};
const [a, b] = [weights(n), weights(m)];
const T = (data: Float64Array, ...shape: number[]): Tensor => tensor(data, shape, 'float64');
const [x, y, ta, tb] = [T(xs, n, d), T(ys, m, d), T(a, n), T(b, m)];

/** Directional derivatives of first and second order by central differences of a function of one flat vector, against those of the graph. */
function differences(f: (x: Tensor) => Tensor, at: Float64Array, direction: Float64Array): void {
  const [h, g] = [1e-4, 1e-5];
  const along = (t: number): number => f(T(at.map((v, k) => v + t * direction[k]!), at.length)).item();
  const gradient = grad(f)(T(at, at.length)).dataSync() as Float64Array;
  const first = gradient.reduce((s, v, k) => s + v * direction[k]!, 0);
  const H = hessian(f)(T(at, at.length)).dataSync();
  let second = 0;
  for (let i = 0; i < at.length; i++) for (let j = 0; j < at.length; j++) second += H[i * at.length + j]! * direction[i]! * direction[j]!;
  const scale = 1 + Math.abs(first) + Math.abs(second);
  expect(Math.abs((along(g) - along(-g)) / (2 * g) - first) / scale).toBeLessThan(1e-6);
  expect(Math.abs((along(h) - 2 * along(0) + along(-h)) / (h * h) - second) / scale).toBeLessThan(1e-5);
}

/** All arguments in one vector; the masses move within one total. */
function everything(cost: (x: Tensor, y: Tensor, a: Tensor, b: Tensor) => Tensor): void {
  const at = Float64Array.of(...xs, ...ys, ...a, ...b);
  const direction = at.map(() => draw.normal());
  for (const [from, size] of [[n * d + m * d, n], [n * d + m * d + n, m]] as const) {
    const part = direction.subarray(from, from + size);
    const mean = part.reduce((s, v) => s + v, 0) / size;
    part.forEach((v, k) => (part[k] = 0.1 * (v - mean)));
  }
  const split = (v: Tensor): [Tensor, Tensor, Tensor, Tensor] => [
    v.slice([0], [n * d]).reshape([n, d]), v.slice([n * d], [(n + m) * d]).reshape([m, d]), v.slice([(n + m) * d], [(n + m) * d + n]), v.slice([(n + m) * d + n]),
  ];
  differences((v) => cost(...split(v)), at, direction);
}

describe('values', () => {
  it('are those of the solvers', () => {
    const [X, Y] = [{ rows: n, columns: d, data: xs }, { rows: m, columns: d, data: ys }];
    expect(wassersteinCost(x, y, { a: ta, b: tb, p: 2 }).item()).toBeCloseTo(wassersteinDistance(X, Y, { a, b, p: 2 }) ** 2, 13);
    expect(wassersteinCost(x, y, { p: 1 }).item()).toBeCloseTo(wassersteinDistance(X, Y), 13);
    const lines = sphereDirections(6, d, 0);
    expect(slicedWassersteinCost(x, y, T(lines.data, 6, d), { a: ta, b: tb }).item()).toBeCloseTo(slicedWasserstein(X, Y, { a, b, directions: 6 }).distance ** 2, 13);
    expect(maxSlicedWassersteinCost(x, y, { a: ta, b: tb }).item()).toBeCloseTo(maxSlicedWasserstein(X, Y, { a, b }).distance ** 2, 13);
    for (const p of [1, 2, 3]) expect(wasserstein1dCost(T(xs, n * d), T(ys, m * d), { p }).item()).toBeCloseTo(wasserstein1d(xs, ys, { p }) ** p, 13);
  });

  it('work in float32, in batches, compiled, with the plan as gradient', async () => {
    const x32 = tensor(Float32Array.from(xs), [n, d]);
    expect(wassersteinCost(x32, tensor(Float32Array.from(ys), [m, d])).item()).toBeCloseTo(wassersteinCost(x, y).item(), 5);
    const cost = list(n * m, () => draw.normal());
    const run = compile((c: Tensor) => grad((k: Tensor) => exactTransportCost(k, ta, tb))(c), { engine: cpu });
    const plan = (await run(T(cost, n, m)).data()) as Float64Array;
    const expected = new Float64Array(n * m);
    const { plan: sparse } = exactTransport({ rows: n, columns: m, data: cost }, a, b);
    for (let i = 0; i < n; i++) for (let t = sparse.pointers[i]!; t < sparse.pointers[i + 1]!; t++) expected[i * m + sparse.indices[t]!] = sparse.values[t]!;
    plan.forEach((value, k) => expect(value).toBeCloseTo(expected[k]!, 14));
    const both = vmap((c: Tensor) => exactTransportCost(c, ta, tb))(T(Float64Array.of(...cost, ...cost.map((c) => 2 * c)), 2, n, m)) as Tensor;
    const [one, two] = both.dataSync();
    expect(two).toBeCloseTo(2 * one!, 12);
  });
});

describe('derivatives of first and second order against differences', () => {
  it.each([1, 1.5, 2, 3])('of point clouds, p = %f', (p) => everything((u, v, s, t) => wassersteinCost(u, v, { a: s, b: t, p })));
  it('of a cost of the user’s own', () => everything((u, v, s, t) => exactTransportCost(u.expandDims(1).sub(v.expandDims(0)).square().sum(-1).add(0.1).sqrt(), s, t)));
  it.each([2, 3])('of slices, p = %f', (p) => everything((u, v, s, t) => slicedWassersteinCost(u, v, T(sphereDirections(4, d, 1).data, 4, d), { a: s, b: t, p })));

  it('of first order on the worst slice, where it is smooth', () => {
    // One plan stays optimal near the worst slice of two clouds that are far apart.
    const far = T(ys.map((v, k) => v + 9 * ((k % d) + 1)), m, d);
    const f = (v: Tensor): Tensor => maxSlicedWassersteinCost(v.reshape([n, d]), far, { tolerance: 0 });
    const g = grad(f)(T(xs, n * d)).dataSync();
    for (let k = 0; k < n * d; k++) {
      const at = (h: number): number => f(T(xs.map((v, i) => (i === k ? v + h : v)), n * d)).item();
      expect(Math.abs((at(1e-4) - at(-1e-4)) / 2e-4 - g[k]!)).toBeLessThan(1e-6 * Math.abs(g[k]!) + 1e-6);
    }
  });

  it('is 0, not NaN, where points meet', () => {
    expect([...grad((v: Tensor) => wassersteinCost(v, x, { p: 1 }))(x).dataSync()].every((v) => v === 0)).toBe(true);
    expect([...grad((v: Tensor) => wasserstein1dCost(v, T(xs, n * d), { p: 1 }))(T(xs, n * d)).dataSync()].every((v) => v === 0)).toBe(true);
  });
});

it('names what is wrong', () => {
  expect(() => wassersteinCost(x, T(xs, n * d, 1))).toThrow(/one dimension, got 2 and 1/);
  expect(() => exactTransportCost(ta)).toThrow(/cost must have rank 2/);
  expect(() => exactTransportCost(T(xs, n, d), tb)).toThrow(/a must be float64 of shape \[7\], got float64 of shape \[5\]/);
  expect(() => exactTransportCost(T(xs, n, d), ta, T(Float64Array.of(1, 1), 2))).toThrow(/one sum/);
  expect(() => wasserstein1dCost(x, ta)).toThrow(/same leading axes/);
  expect(() => slicedWassersteinCost(x, y, T(xs, n * d, 1))).toThrow(/one dimension, got 2, 2, 1/);
  expect(() => wassersteinCost('x' as never, y)).toThrow(TypeError);
});
