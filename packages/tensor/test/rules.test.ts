/** The derivative and batching rules of every primitive, judged in float64 against difference quotients, adjoints and loops. */
import { describe, expect, it } from 'vitest';
import { draw, samples } from '../src/conformance/index.js';
import { dtypeOf, isDiscrete, type Sample } from '../src/conformance/samples.js';
import { grad, hvp, jvp, random, stack, type Tensor, tensor, vjp, vmap } from '../src/index.js';

/** A sample as a function of its float inputs, with inputs drawn. */
function prepare(sample: Sample): { f: (x: Tensor[]) => Tensor; x: Tensor[] } {
  const stream = random(23).fork(sample.name);
  const inputs = sample.inputs.map((input) => tensor(draw(input, stream), input.shape, dtypeOf(input, 'float64')));
  const f = (floats: Tensor[]): Tensor => {
    let next = 0;
    return sample.f(...inputs.map((t, i) => (isDiscrete(sample.inputs[i]!) ? t : floats[next++]!)));
  };
  return { f, x: inputs.filter((_, i) => !isDiscrete(sample.inputs[i]!)) };
}

const data = (t: Tensor): Float64Array => t.dataSync() as Float64Array;
const direction = (x: readonly Tensor[], seed: number): Tensor[] => x.map((t, i) => random(seed + i).tensor('normal', t.shape, 'float64'));
const move = (x: readonly Tensor[], v: readonly Tensor[], h: number): Tensor[] => x.map((t, i) => t.add(v[i]!.mul(h)));
const inner = (a: readonly Tensor[], b: readonly Tensor[]): number => a.reduce((s, t, i) => s + data(t).reduce((u, value, k) => u + value * data(b[i]!)[k]!, 0), 0);
const size = (a: readonly Tensor[]): number => Math.sqrt(inner(a, a));
const difference = (a: readonly Tensor[], b: readonly Tensor[]): number => size(a.map((t, i) => t.sub(b[i]!)));
const weighted = (f: (x: Tensor[]) => Tensor) => (x: Tensor[]): Tensor => {
  const y = f(x);
  return y.mul(tensor(Float64Array.from({ length: y.size }, (_, i) => Math.cos(i + 1)), y.shape)).sum();
};

const differentiable = samples.filter((s) => !s.discrete && !s.inputs.every(isDiscrete) && s.inputs.every((i) => i.shape.every((n) => n > 0)));

/**
 * Central differences of a function of h against a derivative, at two steps: the error must be small, and fall about fourfold unless rounding
 * already hides it.
 */
function expectDerivative(at: (h: number) => Tensor[], derivative: readonly Tensor[]): void {
  const error = (h: number): number => difference(at(h).map((t, i) => t.sub(at(-h)[i]!).div(2 * h)), derivative);
  const scale = Math.max(size(derivative), size(at(0)), 1e-3);
  const [coarse, fine] = [error(2e-4), error(1e-4)];
  // Rounding of a difference with step 1e-4 is about 1e-16 / 1e-4 of the values, times a few for the sums inside.
  const rounding = 2e-10 * scale;
  expect(fine).toBeLessThan(1e-4 * scale);
  if (coarse > 10 * rounding) expect(coarse / fine).toBeGreaterThan(2.5);
}

describe.each(differentiable.map((s) => [s.name, s] as const))('%s', (_, sample) => {
  const { f, x } = prepare(sample);
  const v = direction(x, 41);

  it('forward and reverse derivatives are adjoint', () => {
    const [, dy] = jvp(f)(x, v) as [Tensor, Tensor];
    const [y, pull] = vjp(f)(x) as [Tensor, (c: Tensor) => Tensor[]];
    const w = direction([y], 77);
    const [left, right] = [inner(w, [dy]), inner(pull(w[0]!), v)];
    expect(Math.abs(left - right)).toBeLessThanOrEqual(1e-12 * Math.max(1e-3, size(w) * size([dy])));
  });

  if (sample.rough) return;
  it('first to third derivatives agree with difference quotients, and the Hessian is symmetric', () => {
    const g = weighted(f);
    expectDerivative((h) => [f(move(x, v, h))], [(jvp(f)(x, v) as [Tensor, Tensor])[1]]);
    expectDerivative((h) => grad(g)(move(x, v, h)) as Tensor[], hvp(g)(x, v) as Tensor[]);
    const third = (jvp((y: Tensor[]) => hvp(g)(y, v) as Tensor[])(x, v) as [Tensor[], Tensor[]])[1];
    expectDerivative((h) => hvp(g)(move(x, v, h), v) as Tensor[], third);
    const u = direction(x, 91);
    const [hv, hu] = [hvp(g)(x, v) as Tensor[], hvp(g)(x, u) as Tensor[]];
    expect(Math.abs(inner(u, hv) - inner(v, hu))).toBeLessThanOrEqual(1e-12 * Math.max(1e-3, size(u) * size(hv) + size(v) * size(hu)));
  });

  it('a batch is the loop over its examples, per-example gradients too', () => {
    const batch = [0, 1, 2].map((k) => move(x, v, 0.01 * k));
    const stacked = x.map((_t, i) => stack(batch.map((b) => b[i]!)));
    const close = (a: Tensor, b: Tensor): void => expect(difference([a], [b])).toBeLessThanOrEqual(1e-12 * Math.max(1e-3, size([b])));
    close(vmap(f)(stacked), stack(batch.map(f)));
    const gradient = grad(weighted(f));
    const looped = batch.map((b) => gradient(b) as Tensor[]);
    (vmap((y: Tensor[]) => gradient(y) as Tensor[])(stacked) as Tensor[]).forEach((t, i) => close(t, stack(looped.map((l) => l[i]!))));
  });
});
