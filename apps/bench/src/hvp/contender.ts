/** Somebody who can compute derivatives of the bench's models. */
import type { BenchModel } from './models/index.js';

/** A gradient, a Hessian-vector product, a generalized Gauss-Newton product, the gradients of all examples. */
export type Task = 'gradient' | 'hvp' | 'ggnvp' | 'examples';
export type FloatType = 'float32' | 'float64';

export const TASKS: readonly Task[] = ['gradient', 'hvp', 'ggnvp', 'examples'];

/** One model in one dtype, ready to run. A task that cannot be done throws an Error with the reason. */
export interface Prepared {
  /** Runs the task once, results read back; milliseconds. */
  time(task: Task): Promise<number>;
  /** The task's result, parameter after parameter. */
  values(task: Task): Promise<Float64Array>;
  dispose(): Promise<void> | void;
}

export interface Contender {
  readonly name: string;
  readonly dtypes: readonly FloatType[];
  /** @throws Error with a reason when the model cannot be run */
  prepare(model: BenchModel, dtype: FloatType): Promise<Prepared>;
  dispose?(): Promise<void> | void;
}

/** Parameter arrays as one vector. */
export function joined(parts: readonly ArrayLike<number>[]): Float64Array {
  const out = new Float64Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** ‖a − b‖ / ‖b‖. */
export function relativeError(a: Float64Array, b: Float64Array): number {
  let top = 0;
  let bottom = 0;
  b.forEach((x, i) => {
    top += (a[i]! - x) ** 2;
    bottom += x * x;
  });
  return Math.sqrt(top / bottom);
}
