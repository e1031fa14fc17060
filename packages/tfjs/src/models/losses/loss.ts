/** What a loss is. */
import { cast, type Tensor } from '@curv/tensor';

/** A loss as TensorFlow.js defines it: one value for each example (and each further axis but the last). */
export interface Loss {
  /** Targets in the form that the loss needs. @throws RangeError when they do not fit the output */
  target(y: Tensor, output: Tensor, name: string): Tensor;
  values(y: Tensor, output: Tensor): Tensor;
  /** The activation that the loss can be taken together with, from `fromLogits`. */
  readonly activation?: 'softmax' | 'sigmoid';
  fromLogits?(y: Tensor, logits: Tensor): Tensor;
}

/** TensorFlow.js's `epsilon()`. */
export const EPSILON = 1e-7;

const show = (shape: readonly number[]): string => `[${shape.join(', ')}]`;

/** Targets of the output's shape; [batch] stands for [batch, 1]. */
export function sameShape(y: Tensor, output: Tensor, name: string): Tensor {
  const wide = y.rank === 1 && output.rank === 2 ? y.reshape([y.shape[0]!, 1]) : y;
  if (String(wide.shape) !== String(output.shape)) throw new RangeError(`y: expected targets ${show(output.shape)} for output "${name}", got ${show(y.shape)}`);
  return cast(wide, output.dtype);
}

/** Class numbers [batch, ...], with or without a last axis of size 1. */
export function classNumbers(y: Tensor, output: Tensor, name: string): Tensor {
  const leading = output.shape.slice(0, -1);
  const size = leading.reduce((a, b) => a * b, 1);
  if (y.size !== size) throw new RangeError(`y: expected class numbers ${show(leading)} for output "${name}" of ${show(output.shape)}, got ${show(y.shape)}`);
  return cast(y.reshape(leading), 'int32');
}
