import { compile, grad, hessian, hvp, jacobian, jvp, type Tensor, tensor, trace } from '@curv/tensor';
import { expect, it } from 'vitest';
import { costTensor, entropicCost, entropicPlan, entropicPotentials, entropicTransportCost, sinkhornDivergence, unrolledPlan } from '../../src/gradients/index.js';
import { sns } from '../../src/index.js';
import { mulberry32, randomCost, randomWeights, worst } from '../problems.js';

const [n, m, eta] = [5, 4, 12];
const cost = tensor(randomCost(n, m, 1).data, [n, m], 'float64');
const a = tensor(randomWeights(n, 2), [n], 'float64');
const b = tensor(randomWeights(m, 3), [m], 'float64');
const options = { eta };

/** A direction of sum 0. */
function balanced(size: number, seed: number): Float64Array {
  const v = Float64Array.from({ length: size }, mulberry32(seed));
  const mean = v.reduce((s, x) => s + x, 0) / size;
  return v.map((x) => x - mean);
}

/** Central differences of order 4 along a direction. */
function difference(f: (x: Tensor) => Tensor, x: Tensor, v: Float64Array, h = 1e-3): Float64Array {
  const at = (t: number): Float64Array => Float64Array.from(f(tensor((x.dataSync() as Float64Array).map((value, k) => value + t * v[k]!), x.shape, 'float64')).dataSync());
  const [p2, p1, m1, m2] = [2 * h, h, -h, -2 * h].map(at) as [Float64Array, Float64Array, Float64Array, Float64Array];
  return p1.map((_, k) => (8 * (p1[k]! - m1[k]!) - (p2[k]! - m2[k]!)) / (12 * h));
}

const PROBLEM = { cost, a, b };
type Name = keyof typeof PROBLEM;
const SIZES: Record<Name, number> = { cost: n * m, a: n, b: m };
const withOne = (name: Name, f: (c: Tensor, w: Tensor, v: Tensor) => Tensor) => (x: Tensor): Tensor => {
  const p = { ...PROBLEM, [name]: x };
  return f(p.cost, p.a, p.b);
};

const FUNCTIONS: Record<string, (c: Tensor, w: Tensor, v: Tensor) => Tensor> = {
  value: (c, w, v) => entropicCost(c, w, v, options),
  plan: (c, w, v) => entropicPlan(c, w, v, options),
  x: (c, w, v) => entropicPotentials(c, w, v, options).x,
  y: (c, w, v) => entropicPotentials(c, w, v, options).y,
  sharp: (c, w, v) => entropicTransportCost(c, w, v, options),
};

it.each(Object.keys(FUNCTIONS).flatMap((f) => (['cost', 'a', 'b'] as const).map((name) => [f, name] as const)))('first derivative of %s in %s against differences', (f, name) => {
  const of = withOne(name, FUNCTIONS[f]!);
  const v = balanced(SIZES[name], 7);
  const x = PROBLEM[name];
  const [, found] = jvp(of)(x, tensor(v, x.shape, 'float64')) as [Tensor, Tensor];
  expect(worst(found.dataSync(), difference(of, x, v))).toBeLessThan(1e-8);
});

it.each(Object.keys(FUNCTIONS).flatMap((f) => (['cost', 'a', 'b'] as const).map((name) => [f, name] as const)))('second derivative of %s in %s against differences', (f, name) => {
  const weight = tensor(Float64Array.from({ length: 20 }, mulberry32(9)), [20], 'float64');
  // a scalar of any result
  const of = withOne(name, (c, w, v) => {
    const y = FUNCTIONS[f]!(c, w, v);
    return y.reshape([y.size]).mul(weight.slice([0], [y.size])).sum();
  });
  const v = balanced(SIZES[name], 8);
  const x = PROBLEM[name];
  const found = hvp(of)(x, tensor(v, x.shape, 'float64')) as Tensor;
  const expected = difference((y) => grad(of)(y) as Tensor, x, v);
  // of masses up to a constant: only changes of sum 0 mean something
  const shift = name === 'cost' ? 0 : expected.reduce((s, e, k) => s + (e - found.dataSync()[k]!), 0) / expected.length;
  expect(worst(found.dataSync(), expected.map((e) => e - shift))).toBeLessThan(1e-6);
});

it('envelope: the gradients are the plan and the potentials', () => {
  const result = sns({ rows: n, columns: m, data: cost.dataSync() as Float64Array }, a.dataSync(), b.dataSync(), { eta, tolerance: 1e-14 });
  const [dc, da, db] = (['cost', 'a', 'b'] as const).map((name) => (grad(withOne(name, FUNCTIONS['value']!))(PROBLEM[name]) as Tensor).dataSync());
  expect(worst(dc!, result.plan.data)).toBeLessThan(1e-13);
  expect(worst([da![1]! - da![0]!, db![2]! - db![0]!], [result.x[1]! - result.x[0]!, result.y[2]! - result.y[0]!])).toBeLessThan(1e-13);
  expect(entropicCost(cost, a, b, options).item()).toBeCloseTo(result.dual, 13);
});

it('2×2 in closed form: P₀₀ = ½ σ(η c), with derivatives to third order', () => {
  const p = (c: Tensor): Tensor => entropicPlan(tensor([0, 1, 1, 0], [2, 2], 'float64').mul(c), undefined, undefined, { eta: 3 }).slice([0, 0], [1, 1]).sum();
  const c = tensor(0.7, [], 'float64');
  const closed = (t: Tensor): Tensor => t.mul(3).sigmoid().mul(0.5);
  const third = (f: (t: Tensor) => Tensor): number => (grad((s: Tensor) => grad((t: Tensor) => grad(f)(t))(s))(c) as Tensor).item();
  expect(p(c).item()).toBeCloseTo(closed(c).item(), 14);
  expect(third(p)).toBeCloseTo(third(closed), 10);
});

it('positions: divergence, gradient and Hessian', () => {
  const xs = tensor(randomCost(4, 2, 5).data, [4, 2], 'float64');
  const ys = tensor(randomCost(6, 2, 6).data, [6, 2], 'float64');
  const f = (x: Tensor): Tensor => sinkhornDivergence(x, ys, { epsilon: 0.05 });
  const v = Float64Array.from({ length: 8 }, mulberry32(3));
  const slope = [...(grad(f)(xs) as Tensor).dataSync()].reduce((s, g, k) => s + g * v[k]!, 0);
  expect(slope).toBeCloseTo(difference(f, xs, v)[0]!, 8);
  const h = (hessian(f)(xs) as Tensor).dataSync();
  const product = Array.from({ length: 8 }, (_, p) => v.reduce((s, u, q) => s + u * h[p * 8 + q]!, 0));
  expect(worst(product, difference((x) => grad(f)(x) as Tensor, xs, v))).toBeLessThan(1e-6);
  expect(sinkhornDivergence(xs, xs, { epsilon: 0.05 }).item()).toBeCloseTo(0, 14);
  expect((grad((x: Tensor) => sinkhornDivergence(x, xs, { epsilon: 0.05 }))(xs) as Tensor).dataSync().every((g) => Math.abs(g) < 1e-12)).toBe(true);
});

it('distances at coinciding points have a derivative', () => {
  const xs = tensor([0, 0, 1, 2], [2, 2], 'float64');
  for (const metric of ['euclidean', { p: 3 }] as const) {
    const g = (grad((x: Tensor) => costTensor(x, xs, metric).sum())(xs) as Tensor).dataSync();
    expect([...g].every(Number.isFinite)).toBe(true);
  }
});

it('the unrolled iteration tends to it, its graph grows, ours does not', () => {
  const size = (f: (c: Tensor) => Tensor): number => trace((c: Tensor) => grad((t: Tensor) => f(t).square().sum())(c))(cost).nodes.length;
  const unrolled = (iterations: number) => (c: Tensor): Tensor => unrolledPlan(c, a, b, { eta, iterations });
  const [expected, found] = [unrolled(400), FUNCTIONS['plan']!].map((f) => (jacobian((c: Tensor) => f(c, a, b))(cost) as Tensor).dataSync());
  expect(worst(found!, expected!)).toBeLessThan(1e-10);
  expect(size(unrolled(100))).toBeGreaterThan(5 * size(unrolled(10)));
  // easy and hard problems differ in iterations, not in the graph
  const graph = (epsilon: number): number => size((c) => entropicPlan(c, a, b, { epsilon }));
  expect(graph(1e-2)).toBe(graph(0.5));
});

it('runs compiled, in float32 too, and says what is wrong', () => {
  const f = compile((c: Tensor) => grad((t: Tensor) => entropicCost(t, undefined, undefined, { eta: 5 }))(c));
  expect(worst((f(cost) as Tensor).dataSync(), entropicPlan(cost, undefined, undefined, { eta: 5 }).dataSync())).toBeLessThan(1e-12);
  expect(entropicCost(cost.cast('float32'), undefined, undefined, { eta: 5 }).dtype).toBe('float32');
  expect(() => entropicCost(a, undefined, undefined, { eta: 5 })).toThrow(/cost must have shape \[n, m\], got \[5\]/);
  expect(() => entropicCost(cost, b, undefined, { eta: 5 })).toThrow(/a must have shape \[5\], got \[4\]/);
  expect(() => entropicCost(cost, a, b, {})).toThrow(/epsilon or eta/);
  expect(() => entropicCost(cost, tensor([0, 0.5, 0.5, 0, 0], [5], 'float64'), b, { eta: 5 })).toThrow(/mass must be above 0, got 0 at element 0 of a/);
});
