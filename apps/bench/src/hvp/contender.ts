/** Somebody who can compute a gradient and a Hessian-vector product of the bench's models. */
import type { BenchModel } from './models.js';

export type Task = 'gradient' | 'hvp';
export type FloatType = 'float32' | 'float64';

/** One model in one dtype, ready to run. */
export interface Prepared {
  /** Runs the task once, results read back; milliseconds. */
  time(task: Task): Promise<number>;
  /** The Hessian-vector product, parameter after parameter. */
  hvp(): Promise<Float64Array>;
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
