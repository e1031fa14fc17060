/** Activation functions and small elementwise composites. Those with a kink state the derivative there. */
import { abs, add, div, erf, expm1, greater, less, mul, neg, select, sigmoid, softplus } from '../primitives/elementwise.js';
import type { Tensor } from '../tensor.js';

export const square = (x: Tensor): Tensor => mul(x, x);
export const reciprocal = (x: Tensor): Tensor => div(1, x);
/** max(x, 0); derivative 0 at 0. */
export const relu = (x: Tensor): Tensor => select(greater(x, 0), x, 0);
/** min(max(x, 0), 6); derivative 0 at 0, 1 at 6. */
export const relu6 = (x: Tensor): Tensor => select(greater(x, 6), 6, relu(x));
/** x for x > 0, otherwise α x; derivative α at 0. */
export const leakyRelu = (x: Tensor, alpha = 0.01): Tensor => select(greater(x, 0), x, mul(x, alpha));
/** x for x > 0, otherwise α (exp(x) − 1); derivative α at 0. */
export function elu(x: Tensor, alpha = 1): Tensor {
  const positive = greater(x, 0);
  // Positive arguments are replaced before the exponential, so that it cannot overflow into the unused branch.
  return select(positive, x, mul(expm1(select(positive, 0, x)), alpha));
}
/** Scaled exponential linear unit (Klambauer et al. 2017, arXiv:1706.02515). */
export const selu = (x: Tensor): Tensor => mul(elu(x, 1.6732632423543772), 1.0507009873554805);
/** x Φ(x), with the exact normal distribution function. */
export const gelu = (x: Tensor): Tensor => mul(mul(x, 0.5), add(erf(mul(x, Math.SQRT1_2)), 1));
/** x sigmoid(x). */
export const silu = (x: Tensor): Tensor => mul(x, sigmoid(x));
/** log sigmoid(x), without overflow. */
export const logSigmoid = (x: Tensor): Tensor => neg(softplus(neg(x)));
/** Limits to [low, high]; derivative 1 at the limits, 0 beyond. */
export function clip(x: Tensor, low: number, high: number): Tensor {
  if (!(low <= high)) throw new RangeError(`clip: low must not exceed high, got ${low} and ${high}`);
  return select(less(x, low), low, select(greater(x, high), high, x));
}

/** Whether an element is finite, as bool. */
export const isFinite = (x: Tensor): Tensor => less(abs(x), Infinity);
