/** One function whose derivatives are looked at. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { TensorFlow } from '../api.js';
import type { InputSpec } from './inputs.js';

export interface TapeCase {
  readonly name: string;
  readonly group: string;
  readonly inputs: readonly InputSpec[];
  /** Any output shape. */
  apply(tf: TensorFlow, inputs: readonly Tensor[]): Tensor;
}

type Apply = (tf: TensorFlow, ...inputs: never[]) => Tensor;
type Shapes = readonly (InputSpec | readonly number[])[];

/** A case; an input is its shape, or a shape with a range. */
export function tapeCase(group: string, name: string, inputs: Shapes, apply: Apply): TapeCase {
  return {
    name,
    group,
    inputs: inputs.map((input) => (Array.isArray(input) ? { shape: input as number[] } : (input as InputSpec))),
    apply: (tf, xs) => (apply as (tf: TensorFlow, ...inputs: readonly Tensor[]) => Tensor)(tf, ...xs),
  };
}

export const within = (shape: readonly number[], from: number, to: number): InputSpec => ({ shape, from, to });
