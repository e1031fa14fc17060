/** Labels drawn from a model's outputs, in the place of the targets. */
import type * as core from '@tensorflow/tfjs-core';
import type { Random } from '@curv/tensor';
import type { TensorFlow } from '../repair/api.js';
import type { LabelOptions } from './api.js';

/** Collects the draws of one pass. */
export class LabelDraws {
  /** Labels drawn so far. */
  count = 0;

  constructor(
    private readonly tf: TensorFlow,
    private readonly stream: Random,
  ) {}

  draw(targets: core.Tensor, outputs: core.Tensor, options: LabelOptions): core.Tensor {
    const { tf } = this;
    return tf.tidy(() => {
      // Labels are constants: they are made from a copy that the tape does not know.
      const known = tf.tensor(outputs.dataSync(), outputs.shape, 'float32');
      switch (options.likelihood) {
        case 'categorical':
          return this.categorical(targets, known, options);
        case 'bernoulli': {
          this.count += outputs.size;
          const p = options.outputs === 'probabilities' ? known : tf.sigmoid(known);
          return tf.cast(tf.less(this.numbers('uniform', outputs.shape), p), targets.dtype);
        }
        case 'gaussian':
          this.count += outputs.size;
          return tf.add(known, this.numbers('normal', outputs.shape));
      }
    });
  }

  /** The inverse of the distribution function; what rounding leaves over goes to the last class. */
  private categorical(targets: core.Tensor, known: core.Tensor, { outputs = 'logits' }: LabelOptions): core.Tensor {
    const { tf } = this;
    const classes = known.shape[known.rank - 1]!;
    const p = outputs === 'probabilities' ? known : tf.softmax(known);
    const draws = [...known.shape.slice(0, -1), 1];
    this.count += known.size / classes;
    const u = this.numbers('uniform', draws);
    const label = tf.minimum(tf.sum(tf.cast(tf.lessEqual(tf.cumsum(p, p.rank - 1), u), 'int32'), -1), classes - 1);
    const oneHot = targets.rank === known.rank && targets.shape.every((n, axis) => n === known.shape[axis]);
    return oneHot ? tf.cast(tf.oneHot(tf.cast(label, 'int32'), classes), targets.dtype) : tf.cast(tf.reshape(label, targets.shape), targets.dtype);
  }

  private numbers(distribution: 'uniform' | 'normal', shape: readonly number[]): core.Tensor {
    return this.tf.tensor(this.stream.tensor(distribution, shape).dataSync(), [...shape], 'float32');
  }
}
