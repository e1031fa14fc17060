/** Experiments 1 and 2: functions of two variables with exact derivatives. */
import { grad, hvp, tensor, type Tensor } from '@curv/tensor';
import type { Optimizer, Params } from '../../api.js';
import type { DiagonalEstimator } from '../../estimators/diagonal-estimator.js';
import { adam } from '../../methods/adam.js';
import { lion } from '../../methods/lion.js';
import { sgd } from '../../methods/sgd.js';
import { sophia } from '../../methods/sophia.js';

type Function2 = (x: Tensor) => Tensor;

const entry = (x: Tensor, i: number): Tensor => x.slice([i], [i + 1]);

/** The exact diagonal of a 2 × 2 Hessian, one product a column. */
const exactDiagonal: DiagonalEstimator = {
  name: 'exact',
  needs: ['hvp'],
  estimate({ hvp: product }) {
    const units = [0, 1].map((i) => tensor(Float64Array.from([0, 1], (j) => (i === j ? 1 : 0)), [2]));
    const columns = units.map((e) => (product!({ x: e }) as { x: Tensor }).x.mul(e));
    return { x: columns[0]!.add(columns[1]!) };
  },
};

/** Sophia without memory: the current gradient and the current diagonal. */
const plainSophia = (clip: number): Optimizer => sophia({ estimator: exactDiagonal, learningRate: 0.5, beta1: 0, beta2: 0, gamma: 1, interval: 1, clip, weightDecay: 0 });

/** Steps until f is at most `target`, or infinity. */
function stepsTo(f: Function2, start: readonly [number, number], method: Optimizer, target: number, most: number): { steps: number; value: number } {
  const loss = ({ x }: { x: Tensor }): Tensor => f(x);
  let params: Params = { x: tensor([...start], [2], 'float64') };
  let state = method.init(params);
  for (let step = 1; step <= most; step++) {
    const here = params;
    ({ params, state } = method.update(grad(loss)(here) as Params, state, here, { hvp: (v) => hvp(loss)(here, v) as Params }));
    if (f((params as { x: Tensor }).x).item() <= target) return { steps: step, value: target };
  }
  return { steps: Infinity, value: f((params as { x: Tensor }).x).item() };
}

/** ½ (x₁² + κ x₂²) from (1, 1): steps of Sophia and of gradient descent with rate 1/κ to 1e-8 of the start. */
export function conditionNumbers(conditions: readonly number[], most: number): { condition: number; sophia: number; gradient: number }[] {
  return conditions.map((condition) => {
    const f: Function2 = (x) => entry(x, 0).square().add(entry(x, 1).square().mul(condition)).mul(0.5).sum();
    const target = (1e-8 * (1 + condition)) / 2;
    const sophiaSteps = stepsTo(f, [1, 1], plainSophia(0.2), target, 1000).steps;
    return { condition, sophia: sophiaSteps, gradient: gradientSteps(condition, target, most) };
  });
}

/** Gradient descent on the same function in closed form: x₁ = (1 − 1/κ)ᵗ, x₂ = 0 after one step. */
function gradientSteps(condition: number, target: number, most: number): number {
  const steps = condition === 1 ? 1 : Math.ceil(Math.log(2 * target) / (2 * Math.log1p(-1 / condition)));
  return steps > most ? Infinity : Math.max(1, steps);
}

/** 8 (a − 1)² (1.3 a² + 2 a + 1) + ½ (b − 4)². */
const toy: Function2 = (x) => {
  const a = entry(x, 0);
  return a.sub(1).square().mul(a.square().mul(1.3).add(a.mul(2)).add(1)).mul(8).add(entry(x, 1).sub(4).square().mul(0.5)).sum();
};

/** Steps to 1e-2 from (0.2, 0), and where damped Newton ends. */
export function toyFunction(): { sophia: number; sign: number; adam: number; gradient: number; newton: number } {
  const start = [0.2, 0] as const;
  const steps = (method: Optimizer): number => stepsTo(toy, start, method, 1e-2, 1000).steps;
  return { sophia: steps(plainSophia(0.3)), sign: steps(lion({ learningRate: 0.1, beta1: 0, beta2: 0 })), adam: steps(adam({ learningRate: 0.1 })), gradient: steps(sgd({ learningRate: 0.01 })), newton: newtonEnd(start) };
}

/** ½ of each Newton step, by hand: the Hessian is diagonal. */
function newtonEnd(start: readonly [number, number]): number {
  let x = tensor([...start], [2], 'float64');
  const ones = tensor([1, 1], [2], 'float64');
  for (let step = 0; step < 200; step++) x = x.sub((grad(toy)(x) as Tensor).div(hvp(toy)(x, ones) as Tensor).mul(0.5));
  return toy(x).item();
}
