/** Losses of differences: squared, absolute, percentage, logarithmic, log cosh. */
import { abs, add, div, less, log, mul, select, softplus, sub, type Tensor } from '@curv/tensor';
import { EPSILON, type Loss, sameShape } from './loss.js';

const loss = (values: Loss['values']): Loss => ({ target: sameShape, values });
const square = (x: Tensor): Tensor => mul(x, x);
const atLeast = (x: Tensor, low: number): Tensor => select(less(x, low), low, x);

/** mean (p − y)². */
export const meanSquaredError: Loss = loss((y, p) => square(sub(p, y)).mean(-1));
/** mean |p − y|. */
export const meanAbsoluteError: Loss = loss((y, p) => abs(sub(p, y)).mean(-1));
/** 100 mean |(y − p) / max(|y|, ε)|. */
export const meanAbsolutePercentageError: Loss = loss((y, p) => abs(div(sub(y, p), atLeast(abs(y), EPSILON))).mean(-1).mul(100));
/** mean (log(1 + p) − log(1 + y))², both limited to ε from below. */
export const meanSquaredLogarithmicError: Loss = loss((y, p) => square(sub(log(add(atLeast(p, EPSILON), 1)), log(add(atLeast(y, EPSILON), 1)))).mean(-1));
/** mean log cosh(p − y), as d + softplus(−2 d) − log 2. */
export const logcosh: Loss = loss((y, p) => {
  const d = sub(p, y);
  return sub(add(d, softplus(mul(d, -2))), Math.LN2).mean(-1);
});
