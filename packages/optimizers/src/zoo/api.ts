/** A problem of the zoo. */
import type { Tensor, Tree } from '@curv/tensor';
import type { Params, Problem } from '../api.js';

/** A smooth function with a known minimum. */
export interface ZooProblem {
  readonly name: string;
  /** [d] → scalar. */
  readonly f: (x: Tensor) => Tensor;
  readonly start: readonly number[];
  /** The minimum that a descent method reaches from the start. */
  readonly minimum: number;
  readonly reference: string;
}

/** A least-squares problem: the value is ½ ‖r‖². */
export interface ResidualZooProblem {
  readonly name: string;
  /** [d] → [m]. */
  readonly residuals: (x: Tensor) => Tensor;
  readonly start: readonly number[];
  /** ½ ‖r‖² at the solution. */
  readonly minimum: number;
  readonly reference: string;
  /** Where JᵀJ is banded: how many neighbours a parameter is coupled with. */
  readonly bandwidth?: number;
}

/** A model on data, as a training problem; the whole data set is one batch. */
export interface DataZooProblem {
  readonly name: string;
  readonly problem: Problem;
  /** float64. */
  readonly params: Params;
  readonly batch: Tree<Tensor>;
  /** The same loss for methods that draw labels: a model that gives logits alone, with their likelihood. Default `problem`. */
  readonly training?: Problem;
  /** Parameters that are neither kernels of affine layers nor their biases. Default none. */
  readonly unlayered?: readonly string[];
  /** The minimum where the loss is convex. */
  readonly minimum?: number;
  /** A loss that a good method reaches, where it is not. */
  readonly target?: number;
  readonly reference: string;
}
