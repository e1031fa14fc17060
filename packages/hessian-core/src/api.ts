/** The types of `@curv/hessian-core`. */
import type { LinearOperator } from '@curv/linalg';
import type { Engine, Tensor, Tree, TreeFunction } from '@curv/tensor';

/** A part of a data set: any tree of tensors, and how many examples it holds. */
export interface Batch {
  readonly data: Tree<Tensor>;
  readonly size: number;
}

/**
 * An empirical risk: a loss over a data set in batches.
 *
 * `reduction` states what `loss` does with the examples of its batch. With `mean` the risk is the mean over all examples, so a batch counts by
 * its size, and unequal batches give the same risk as one. With `sum` the risk is the sum over all examples.
 */
export interface Problem {
  /** (params, data) → scalar. May be left out where `model` and `outputLoss` are given. */
  readonly loss?: TreeFunction;
  /** (params, data) → outputs. Needed by Gauss-Newton operators. */
  readonly model?: TreeFunction;
  /** (outputs, data) → scalar. Needed by Gauss-Newton operators. */
  readonly outputLoss?: TreeFunction;
  /** The point at which curvature is taken. */
  readonly params: Tree<Tensor>;
  readonly batches: readonly Batch[];
  readonly reduction: 'mean' | 'sum';
  /**
   * How the model normalizes. `inference` (default): the loss of a batch is the mean (sum) of the losses of its examples. `training`: batch
   * statistics couple the examples of a batch; the risk then depends on the batches, and what belongs to single examples is refused.
   */
  readonly batchNorm?: 'inference' | 'training';
  /** Where to compute; by default where the parameters live. */
  readonly engine?: Engine;
}

/** What long work reports. */
export interface Progress {
  readonly done: number;
  readonly total: number;
  readonly what: string;
}

/** A pass over the batches that is under way or complete. */
export interface PassState {
  /** Batches done. */
  readonly done: number;
  /** Their weighted sum, or the part of the result that they fill. */
  readonly sum: Float64Array;
}

/** Where passes keep their state. A `Map<string, PassState>` is one. */
export interface PassStore {
  /** The state last set under this key. */
  get(key: string): PassState | undefined | Promise<PassState | undefined>;
  set(key: string, state: PassState): unknown;
}

/** Options of the curvature operators. */
export interface OperatorOptions {
  /** Names of the parameters that take part, as a glob such as `conv*.kernel`, or several; the others stay fixed. Default: all. */
  readonly parameters?: string | readonly string[];
  /**
   * Keep each batch's linearization instead of computing it again for every product: about twice as fast, for memory. `auto` keeps what fits
   * into `memoryLimit`. Default `auto`.
   */
  readonly keep?: 'auto' | 'always' | 'never';
  /** Bytes that kept linearizations may take in all. Default 1 GiB. */
  readonly memoryLimit?: number;
  readonly signal?: AbortSignal;
  /** Called after each batch. */
  readonly onProgress?: (progress: Progress) => void;
  /**
   * Where the state of each pass over the data goes after each batch. The same pass (operator, parameters and vector) goes on from there, to
   * the same bits as if it had never stopped; a complete one costs nothing. The store must belong to one problem at one point.
   */
  readonly resume?: PassStore;
}

/** A parameter's place in the operator's vectors. */
export interface Segment {
  readonly name: string;
  readonly shape: readonly number[];
  readonly offset: number;
  readonly size: number;
}

/** A symmetric curvature matrix of a problem: a linear operator on host vectors in the order of `segments`. */
export interface CurvatureOperator extends LinearOperator {
  readonly kind: 'hessian' | 'gauss-newton' | 'fisher' | 'residual' | 'gradient-covariance';
  readonly segments: readonly Segment[];
  apply(v: Float64Array): Promise<Float64Array>;
  /** The gradient of the risk at the operator's point, in the same order. */
  gradient(): Promise<Float64Array>;
  /** The gradient at the point moved by `step`. */
  gradientAt(step: Float64Array): Promise<Float64Array>;
  /** The risk at the operator's point. */
  risk(): Promise<number>;
  /** Products computed so far. */
  readonly products: number;
  /** Frees kept linearizations and compiled graphs. */
  dispose(): void;
}
