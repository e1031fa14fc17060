/**
 * The number whose derivatives are compared: L = Σ w q(f(x)) with q(y) = y + y²/2 + y³/6, so that the gradient of f sees a dy that depends on x. Looked
 * at are L, ∂L/∂u, ∂²L/∂u∂v and ∂³L/∂u∂v².
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { TensorFlow } from '../api.js';
import type { TapeCase } from './case.js';
import { directionOf, sizeOf, valuesOf } from './inputs.js';

/** The value, and the derivatives of first, second and third order. */
export type Derivatives = readonly [number, number, number, number];

export interface Objective {
  /** Values of the inputs. */
  readonly at: readonly (readonly number[])[];
  readonly u: readonly (readonly number[])[];
  readonly v: readonly (readonly number[])[];
  value(tf: TensorFlow, inputs: readonly Tensor[]): Tensor;
}

export function objectiveOf({ inputs, apply, name }: TapeCase): Objective {
  const seed = [...name].reduce((s, c) => (s * 31 + c.codePointAt(0)!) % 99991, 7);
  const directions = (salt: number): number[][] => inputs.map(({ shape }, i) => directionOf(sizeOf(shape), seed + salt + i));
  return {
    at: inputs.map((input, i) => valuesOf(input, seed + i)),
    u: directions(10),
    v: directions(20),
    value(tf, xs) {
      const y = tf.cast(apply(tf, xs), 'float32');
      const weights = tf.tensor(Float32Array.from(directionOf(y.size, seed + 30)), y.shape);
      const q = tf.mul(y, tf.add(1, tf.mul(y, tf.add(0.5, tf.mul(y, 1 / 6)))));
      return tf.sum(tf.mul(weights, q));
    },
  };
}
