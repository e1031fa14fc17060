/** Hinge losses; targets −1 and 1, for the categorical one 0 and 1. */
import { add, max, maximum, mul, sub } from '@curv/tensor';
import { type Loss, sameShape } from './loss.js';

/** mean max(0, 1 − y p). */
export const hinge: Loss = { target: sameShape, values: (y, p) => maximum(sub(1, mul(y, p)), 0).mean(-1) };
/** mean max(0, 1 − y p)². */
export const squaredHinge: Loss = { target: sameShape, values: (y, p) => maximum(sub(1, mul(y, p)), 0).square().mean(-1) };
/** max(0, 1 + max((1 − y) p) − Σ y p). */
export const categoricalHinge: Loss = {
  target: sameShape,
  values: (y, p) => maximum(add(sub(max(mul(sub(1, y), p), -1), mul(y, p).sum(-1)), 1), 0),
};
