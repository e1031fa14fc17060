/** What a training method has to be for TensorFlow.js to train with it. The optimizers of `@curv/optimizers` are; no code runs here. */
import type * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tree } from '@curv/tensor';

/** A transformation of gradients with explicit state, traced: see the contract in docs/optimizers.md. */
export interface TransformLike {
  phase?(step: number): unknown;
  hyper?(step: number): Tree<number>;
  init(params: any): any;
  update(updates: any, state: any, at: any): readonly [updates: any, state: any, info?: Readonly<Record<string, Tensor>>];
}

/** An optimizer by what is used of it. */
export interface OptimizerLike {
  readonly name: string;
  readonly needs: readonly string[];
  readonly transform: TransformLike;
}

/** Options of `toTfOptimizer`. */
export interface TfOptimizerOptions {
  /** The namespace of `@tensorflow/tfjs` or `@tensorflow/tfjs-core` whose `Optimizer` it becomes; by default the installed tfjs-core. */
  readonly tf?: typeof tf;
  /** Of all random numbers; default 0. */
  readonly seed?: number;
  /** What happens at a gradient that is not finite: `skip` leaves variables and state as they were and counts it. Default `skip`. */
  readonly onNonFinite?: 'skip' | 'throw';
}

/** The distribution whose negative log-likelihood a loss is, and what the model gives. */
export interface LabelOptions {
  /** `categorical` over the last axis, `bernoulli` elementwise, or `gaussian` of unit variance around the outputs. */
  readonly likelihood: 'categorical' | 'bernoulli' | 'gaussian';
  /** Whether outputs are logits or, after a softmax or sigmoid, probabilities. Default `logits`. */
  readonly outputs?: 'logits' | 'probabilities';
}

/** A `tf.Optimizer` around a method. */
export interface TfOptimizer extends tf.Optimizer {
  /** The method's name: everything that fixes the layout of the state. */
  readonly method: string;
  /** Steps that were skipped since their gradient was not finite. */
  readonly skipped: number;
  /** What the method reported at the last step that reported something, such as `winRate`. */
  readonly info: Readonly<Record<string, number>>;
  /**
   * The targets; or, where the method takes the gradient of sampled labels (Sophia-G), labels drawn from the outputs, in the targets' form: one-hot for `categorical` outputs of the targets' shape, class
   * numbers else. Use it in the loss, which must be a mean over the labels.
   */
  labels(targets: tf.Tensor, outputs: tf.Tensor, options: LabelOptions): tf.Tensor;
}
