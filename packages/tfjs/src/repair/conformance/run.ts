/** Derivatives of the cases by TensorFlow.js's nested gradients, beside the float64 ones. */
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import type { TensorFlow } from '../api.js';
import type { TapeCase } from './case.js';
import { tapeCases } from './cases.js';
import { EXPECTED } from './expected.js';
import { objectiveOf } from './objective.js';

export type Order = 0 | 1 | 2 | 3;

/** One derivative of one case. */
export interface TapeResult {
  readonly name: string;
  readonly group: string;
  /** 0 for the value, 1 for the gradient, 2 and 3 for the derivatives of it. */
  readonly order: Order;
  /** null where it threw, for the reason given. */
  readonly value: number | null;
  readonly expected: number;
  /** Relative to the larger of the expected value and the length of the vector that was projected (for the value, 1). */
  readonly error: number;
  readonly reason?: string;
}

export interface TapeConformanceOptions {
  /** Highest order, 2 by default. */
  readonly order?: Order;
  readonly filter?: (name: string) => boolean;
  readonly signal?: AbortSignal;
  readonly onCase?: (name: string) => void;
}

type Gradient = (inputs: Tensor[]) => Tensor[];

/** Runs every case on the active backend, with whatever gradients are registered. */
export async function runTapeConformance(tf: TensorFlow, options: TapeConformanceOptions = {}): Promise<TapeResult[]> {
  const { order = 2, filter = () => true, signal, onCase } = options;
  const results: TapeResult[] = [];
  for (const tapeCase of tapeCases.filter(({ name }) => filter(name))) {
    signal?.throwIfAborted();
    onCase?.(tapeCase.name);
    for (let k = 0; k <= order; k++) results.push(await runOne(tf, tapeCase, k as Order));
  }
  return results;
}

async function runOne(tf: TensorFlow, tapeCase: TapeCase, order: Order): Promise<TapeResult> {
  const { name, group } = tapeCase;
  const expected = EXPECTED[name]?.[order] ?? Number.NaN;
  let out: Tensor | undefined;
  try {
    out = tf.tidy(() => derivative(tf, tapeCase, order));
    const [value, length] = (await out.data()) as unknown as [number, number];
    return { name, group, order, value, expected, error: Math.abs(value - expected) / Math.max(Math.abs(expected), length) };
  } catch (cause) {
    return { name, group, order, value: null, expected, error: Infinity, reason: (cause as Error).message };
  } finally {
    out?.dispose();
  }
}

/** [projection on u, length] of the derivative of that order; of the value, itself and 1. */
function derivative(tf: TensorFlow, tapeCase: TapeCase, order: number): Tensor {
  const { at, u, v, value } = objectiveOf(tapeCase);
  const make = (values: readonly (readonly number[])[]): Tensor[] => values.map((x, i) => tf.tensor(Float32Array.from(x), [...tapeCase.inputs[i]!.shape]));
  const [us, vs] = [make(u), make(v)];
  const dot = (a: readonly Tensor[], b: readonly Tensor[]): Scalar => tf.addN(a.map((x, i) => tf.sum(tf.mul(x, b[i]!)))) as Scalar;
  if (order === 0) return tf.stack([value(tf, make(at)), tf.scalar(1)]);
  const gradientOf = (f: (xs: Tensor[]) => Tensor, k: number): Gradient => {
    const gradient = tf.grads((...xs: Tensor[]) => f(xs)) as Gradient;
    return k === 1 ? gradient : gradientOf((xs) => dot(gradient(xs), vs), k - 1);
  };
  const found = gradientOf((xs) => value(tf, xs), order)(make(at));
  return tf.stack([dot(found, us), tf.sqrt(dot(found, found))]);
}
