/** The types of the geometry of symmetric positive definite (SPD) matrices. Matrices are float tensors [n, n] or batches [..., n, n]. */
import type { Tensor } from '@curv/tensor';

/**
 * A Riemannian metric on SPD matrices. All functions are pure and differentiable; two operands hold one batch, or one of them a single matrix. Values are
 * not looked at: `requireSpd` does that.
 */
export interface SpdMetric {
  readonly name: string;
  /** d²(P, Q) [...]. */
  distance2(p: Tensor, q: Tensor): Tensor;
  /** Log_P(Q): the tangent at P of the geodesic to Q. */
  log(p: Tensor, q: Tensor): Tensor;
  /** Exp_P(V), for symmetric V in its domain. */
  exp(p: Tensor, v: Tensor): Tensor;
  /** The point at t of the geodesic from P (t = 0) to Q (t = 1). */
  geodesic(p: Tensor, q: Tensor, t: number): Tensor;
  /** g_P(V, W) [...]. */
  inner(p: Tensor, v: Tensor, w: Tensor): Tensor;
}

/** Statistics that a normalization keeps from batch to batch. */
export interface NormState {
  /** [n, n] */
  readonly mean: Tensor;
  /** Dispersion about it, a scalar. */
  readonly variance: Tensor;
}

/** Learned parameters of a normalization, in coordinates without constraints: any optimizer may move them. */
export interface NormParams {
  /** A with bias B = exp(sym A) [n, n]. */
  readonly bias: Tensor;
  /** A with metric M = exp(sym A) [n, n]. */
  readonly metric?: Tensor;
  /** log s, a scalar. */
  readonly logScale?: Tensor;
}

/** What a normalized batch comes with. */
export interface Normalized {
  /** [N, n, n] */
  readonly output: Tensor;
  /** The running statistics after the batch; as they were in evaluation. */
  readonly state: NormState;
  /** How many samples were pulled back into the domain of the exponential, a scalar. */
  readonly shrunk: Tensor;
}

/** A batch normalization of SPD matrices as pure functions. */
export interface SpdBatchNorm {
  readonly name: string;
  /** Parameters that change nothing but the center and the dispersion, and running statistics I and 1. */
  init(n: number): { readonly params: NormParams; readonly state: NormState };
  /** Normalizes x [N, n, n]: by the statistics of the batch in training, by the running ones otherwise. */
  apply(params: NormParams, state: NormState, x: Tensor, training: boolean): Normalized;
}
