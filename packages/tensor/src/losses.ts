/** Losses that are stable for all inputs and exact to any derivative order. Each gives the mean over examples unless told otherwise. */
import { showSpec } from './primitive.js';
import { abs, equal, lessEqual, mul, select, softplus, sub } from './primitives/elementwise.js';
import { iota } from './primitives/indexing.js';
import { logSumExp, mean, sum } from './ops/reductions.js';
import type { Tensor } from './tensor.js';

/** Options of the losses. */
export interface LossOptions {
  /** `mean` and `sum` run over all examples; `none` gives one value for each. Default `mean`. */
  readonly reduction?: 'mean' | 'sum' | 'none';
}

function reduce(values: Tensor, { reduction = 'mean' }: LossOptions): Tensor {
  switch (reduction) {
    case 'mean':
      return mean(values);
    case 'sum':
      return sum(values);
    case 'none':
      return values;
    default:
      throw new TypeError(`reduction must be 'mean', 'sum' or 'none', got ${String(reduction)}`);
  }
}

function requireSame(op: string, a: Tensor, b: Tensor): void {
  if (showSpec(a) !== showSpec(b)) throw new RangeError(`${op}: predictions and targets must agree, got ${showSpec(a)} and ${showSpec(b)}`);
}

/**
 * Softmax cross-entropy −Σ p log softmax(z) from logits.
 * @param logits [..., classes]
 * @param labels int32 class numbers [...], or probabilities [..., classes] of the logits' dtype. A class number outside [0, classes) counts as no class;
 *   check labels where they enter.
 */
export function softmaxCrossEntropy(logits: Tensor, labels: Tensor, options: LossOptions = {}): Tensor {
  const classes = logits.shape[logits.rank - 1];
  if (classes === undefined) throw new RangeError('softmaxCrossEntropy: logits must have a last axis of classes, got a scalar');
  if (labels.dtype === 'int32') {
    if (String(labels.shape) !== String(logits.shape.slice(0, -1))) {
      throw new RangeError(`softmaxCrossEntropy: labels must have the logits' shape ${showSpec(logits)} without its last axis, got ${showSpec(labels)}`);
    }
    const hit = equal(labels.reshape([...labels.shape, 1]), iota([classes], 0, 'int32'));
    return reduce(sub(logSumExp(logits, -1), sum(select(hit, logits, 0), -1)), options);
  }
  requireSame('softmaxCrossEntropy', logits, labels);
  return reduce(sub(mul(logSumExp(logits, -1), sum(labels, -1)), sum(mul(labels, logits), -1)), options);
}

/** Binary cross-entropy −y log σ(z) − (1 − y) log(1 − σ(z)) from logits; targets in [0, 1], of the logits' shape and dtype. */
export function sigmoidCrossEntropy(logits: Tensor, targets: Tensor, options: LossOptions = {}): Tensor {
  requireSame('sigmoidCrossEntropy', logits, targets);
  return reduce(sub(softplus(logits), mul(logits, targets)), options);
}

/** Squared error (prediction − target)². No factor ½. */
export function meanSquaredError(predictions: Tensor, targets: Tensor, options: LossOptions = {}): Tensor {
  requireSame('meanSquaredError', predictions, targets);
  const d = sub(predictions, targets);
  return reduce(mul(d, d), options);
}

/** Huber's loss: ½ d² for |d| ≤ δ, otherwise δ (|d| − δ/2). */
export function huber(predictions: Tensor, targets: Tensor, options: LossOptions & { readonly delta?: number } = {}): Tensor {
  requireSame('huber', predictions, targets);
  const { delta = 1 } = options;
  if (!(delta > 0)) throw new RangeError(`huber: delta must be positive, got ${delta}`);
  const d = sub(predictions, targets);
  const size = abs(d);
  return reduce(select(lessEqual(size, delta), mul(mul(d, d), 0.5), mul(sub(size, delta / 2), delta)), options);
}
