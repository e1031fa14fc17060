import { hvp, scalar, tensor, type Tensor } from '@curv/tensor';
import { describe, expect, it } from 'vitest';
import { accumulate, addDecayedWeights, chain, clip, clipByGlobalNorm, freeze, matricesOnly, momentum, optimizer, parameterAverage, type Params, partition, scale, scaleByLearningRate, type Transform } from '../src/index.js';
import { distance, numbers, vector } from './helpers.js';

const once = (transform: Transform<any>, gradient: Params, params: Params, steps = 1): ReturnType<ReturnType<typeof optimizer>['update']> => {
  const method = optimizer(transform);
  let out = method.update(gradient, method.init(params), params);
  for (let k = 1; k < steps; k++) out = method.update(gradient, out.state, out.params);
  return out;
};

describe('clipping', () => {
  it('by global norm scales all leaves alike, and reports the norm', () => {
    const out = once(clipByGlobalNorm(1), { a: vector(3), b: vector(0, 4) }, { a: vector(0), b: vector(0, 0) });
    expect(distance(numbers(out.params), [0.6, 0, 0.8])).toBeLessThan(1e-15);
    expect(out.info['gradientNorm']!.item()).toBe(5);
  });
  it('leaves a gradient inside the ball, and a zero gradient, as they are', () => {
    expect(numbers(once(clipByGlobalNorm(10), { a: vector(3, 4) }, { a: vector(0, 0) }).params)).toEqual([3, 4]);
    expect(numbers(once(clipByGlobalNorm(10), { a: vector(0, 0) }, { a: vector(1, 1) }).params)).toEqual([1, 1]);
  });
  it('by value', () => {
    expect(numbers(once(clip(0.5), { a: vector(3, -0.25, -9) }, { a: vector(0, 0, 0) }).params)).toEqual([0.5, -0.25, -0.5]);
  });
});

it('weight decay spares what its mask leaves out', () => {
  const params = { w: tensor([[2]], [1, 1], 'float64'), b: vector(2) };
  const still = { w: tensor([[0]], [1, 1], 'float64'), b: vector(0) };
  expect(numbers(once(addDecayedWeights(0.5, matricesOnly), still, params).params)).toEqual([3, 2]);
});

describe('accumulate', () => {
  it('moves once in k steps, by the mean, and inner counts its own steps', () => {
    const rates: number[] = [];
    const inner = scaleByLearningRate((step) => (rates.push(step), 0.1 * step));
    const method = optimizer(accumulate(3, inner));
    let [params, state] = [{ x: vector(0) } as Params, method.init({ x: vector(0) })];
    const seen: number[] = [];
    for (const g of [1, 2, 3, 4, 5, 6]) {
      ({ params, state } = method.update({ x: vector(g) }, state, params));
      seen.push(numbers(params)[0]!);
    }
    expect(distance(seen, [0, 0, -0.2, -0.2, -0.2, -0.2 - 0.2 * 5])).toBeLessThan(1e-15);
    expect([...new Set(rates)]).toEqual([1, 2]);
  });
});

it('parameter average follows the parameters', () => {
  const out = once(chain(scale(-1), parameterAverage(0.5)), { x: vector(1) }, { x: vector(0) }, 2);
  // p = −1, −2; a = 0 → −½ → −1¼
  expect(numbers(out.params)).toEqual([-2]);
  expect(numbers(out.state.slots)).toEqual([-1.25]);
});

describe('partition', () => {
  const params = { w: tensor([[1, 1]], [1, 2], 'float64'), b: vector(1) };
  const gradient = { w: tensor([[1, 2]], [1, 2], 'float64'), b: vector(3) };
  it('sends each parameter to its group', () => {
    const out = once(partition({ matrices: chain(momentum(), scale(-1)), rest: scale(-0.1) }, (_, shape) => (shape.length > 1 ? 'matrices' : 'rest')), gradient, params, 2);
    expect(distance(numbers(out.params), [1 - 1 - 1.9, 1 - 2 - 3.8, 1 - 0.6])).toBeLessThan(1e-15);
  });
  it('freezes', () => {
    expect(numbers(once(partition({ still: freeze(), move: scale(-1) }, (name) => (name === 'b' ? 'still' : 'move')), gradient, params).params)).toEqual([0, -1, 1]);
  });
  it('refuses a group that is not there', () => {
    expect(() => once(partition({ a: scale(1) }, () => 'z'), gradient, params)).toThrow(/parameter w was put into group z; there are a/);
  });
  it('gives a group the diagonal block of the Hessian', () => {
    const loss = ({ w, b }: { w: Tensor; b: Tensor }): Tensor => w.sum().mul(b.sum()).add(w.square().sum());
    const ask: Transform = { name: 'ask', needs: ['hvp'], init: () => ({}), update: (updates, state, at) => [at.hvp!(updates), state] };
    const method = optimizer(partition({ w: ask, b: scale(0) }, (name) => name));
    const out = method.update(gradient, method.init(params), params, { hvp: (v) => hvp(loss)(params, v) as Params });
    expect(numbers(out.params)).toEqual([1 + 2, 1 + 4, 1]);
  });
});

it('an optimizer says which oracle is missing', () => {
  const ask: Transform = { name: 'ask', needs: ['hvp'], init: () => ({}), update: (updates, state) => [updates, state] };
  const method = optimizer(chain(scale(1), ask));
  expect(() => method.update({ x: vector(1) }, method.init({ x: vector(1) }), { x: vector(1) }, { value: scalar(1) })).toThrow(/needs hvp; got value/);
});
