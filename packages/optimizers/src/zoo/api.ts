/** A problem of the zoo. */
import type { Tensor } from '@curv/tensor';

/** A smooth function with a known minimum. */
export interface ZooProblem {
  readonly name: string;
  /** [d] → scalar. */
  readonly f: (x: Tensor) => Tensor;
  readonly start: readonly number[];
  /** The minimum that a descent method reaches from the start. */
  readonly minimum: number;
  readonly reference: string;
}
