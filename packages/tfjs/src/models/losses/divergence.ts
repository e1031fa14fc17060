/** Losses that compare distributions and directions. */
import { clip, div, log, mul, neg, select, sub, type Tensor } from '@curv/tensor';
import { EPSILON, type Loss, sameShape } from './loss.js';

/** Σ y log(clip y / clip p), limits ε and 1. */
export const kullbackLeiblerDivergence: Loss = {
  target: sameShape,
  values: (y, p) => mul(y, log(div(clip(y, EPSILON, 1), clip(p, EPSILON, 1)))).sum(-1),
};

/** mean (p − y log(p + ε)). */
export const poisson: Loss = { target: sameShape, values: (y, p) => sub(p, mul(y, log(p.add(EPSILON)))).mean(-1) };

/** x / √max(Σ x², ε). */
function unit(x: Tensor): Tensor {
  const total = x.square().sum(-1, { keepDims: true });
  return div(x, select(total.less(EPSILON), EPSILON, total).sqrt());
}

/** −Σ of the products of unit vectors. */
export const cosineProximity: Loss = { target: sameShape, values: (y, p) => neg(mul(unit(y), unit(p)).sum(-1)) };
