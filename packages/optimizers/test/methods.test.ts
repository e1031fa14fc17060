import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { adagrad, adam, adamw, lion, type Optimizer, rmsprop, sgd } from '../src/index.js';
import { distance, follow, numbers, vector } from './helpers.js';

const golden = JSON.parse(readFileSync(new URL('golden/torch.json', import.meta.url), 'utf8')) as { trajectories: Record<string, number[]> };

const methods: Record<string, Optimizer> = {
  sgd: sgd({ learningRate: 0.01 }),
  'sgd momentum': sgd({ learningRate: 0.01, momentum: 0.9 }),
  'sgd nesterov': sgd({ learningRate: 0.01, momentum: 0.9, nesterov: true, weightDecay: 0.05 }),
  adam: adam({ learningRate: 0.01 }),
  'adam amsgrad': adam({ learningRate: 0.01, amsgrad: true }),
  adamw: adamw({ learningRate: 0.01, beta1: 0.8, beta2: 0.95, epsilon: 1e-6, weightDecay: 0.1 }),
  rmsprop: rmsprop(),
  'rmsprop centered': rmsprop({ decay: 0.9, centered: true, momentum: 0.5 }),
  adagrad: adagrad({ learningRate: 0.1, initialAccumulator: 0.1 }),
};

describe('a hundred steps are those of torch.optim in float64', () => {
  it.each(Object.keys(golden.trajectories))('%s', (name) => {
    expect(distance(numbers(follow(methods[name]!).params), golden.trajectories[name]!)).toBeLessThan(1e-12);
  });
});

it('lion moves by the sign of the interpolated momentum', () => {
  // By hand (Chen et al. 2023, program 1): the momentum after g₁ = (1, −2) is (0.01, −0.02); c₂ = 0.9 m + 0.1 g₂.
  const method = lion({ learningRate: 0.1, weightDecay: 0.5 });
  const params = { x: vector(1, 1) };
  const first = method.update({ x: vector(1, -2) }, method.init(params), params);
  expect(distance(numbers(first.params), [1 - 0.1 * 1.5, 1 + 0.1 * 0.5])).toBeLessThan(1e-15);
  const second = method.update({ x: vector(-0.08, 0.2) }, first.state, first.params);
  const [a, b] = numbers(first.params) as [number, number];
  // c = (0.009 − 0.008, −0.018 + 0.02)
  expect(distance(numbers(second.params), [a - 0.1 * (1 + 0.5 * a), b - 0.1 * (1 + 0.5 * b)])).toBeLessThan(1e-15);
});

describe('bad hyper-parameters are refused by name', () => {
  it.each([
    ['learningRate', () => sgd({ learningRate: -1 })],
    ['learningRate', () => adam({ learningRate: NaN })],
    ['beta1', () => adam({ beta1: 1 })],
    ['epsilon', () => adamw({ epsilon: -1e-8 })],
    ['weightDecay', () => adamw({ weightDecay: Infinity })],
    ['decay', () => sgd({ learningRate: 1, momentum: 1.5 })],
    ['nesterov', () => sgd({ learningRate: 1, nesterov: true })],
  ])('%s', (name, make) => {
    expect(make).toThrow(RangeError);
    expect(make).toThrow(new RegExp(`^${name}`));
  });
  it('a schedule that gives nonsense is refused at its step', () => {
    const method = sgd({ learningRate: (step) => (step < 2 ? 0.1 : NaN) });
    expect(() => follow(method, 2)).toThrow(/learningRate\(2\): expected a number of at least 0, got NaN/);
  });
});

describe('update', () => {
  const method = adam();
  const params = { x: vector(1, 2) };
  it('refuses a gradient of another shape', () => {
    expect(() => method.update({ x: vector(1) }, method.init(params), params)).toThrow(/gradient: expected a tree like the parameters \(\[2\] float64\), got \[1\] float64/);
    expect(() => method.update({ y: vector(1, 2) }, method.init(params), params)).toThrow(RangeError);
  });
  it("refuses another method's state", () => {
    expect(() => method.update({ x: vector(1, 1) }, lion().init(params), params)).toThrow(/state: expected a state of chain\(scaleByAdam, scaleByLearningRate\), got one of chain\(scaleByLion/);
  });
  it('changes neither parameters nor state', () => {
    const state = method.init(params);
    method.update({ x: vector(1, 1) }, state, params);
    expect(numbers(params)).toEqual([1, 2]);
    expect(state.step).toBe(0);
    expect(numbers(state.slots)).toEqual([0, 0, 0, 0]);
  });
});
