/** Loops over strided operands: what fused elementwise groups, reductions and copies all become. */
import type { DType, Shape, TypedArray } from '../../api.js';
import type { Formula } from './elementwise.js';
import type { View } from './view.js';

/** One value of a loop body. `args` point to earlier values. */
export type Value =
  | { readonly kind: 'load'; readonly slot: number; readonly dtype: DType; readonly view: View }
  | { readonly kind: 'iota'; readonly view: View } // the address itself
  | { readonly kind: 'const'; readonly value: number }
  | { readonly kind: 'op'; readonly formula: Formula; readonly args: readonly number[] };

export type Reduction = 'reduceSum' | 'reduceMax' | 'reduceMin';

/** For every index of `shape`: compute `values`, store (or accumulate) the last one through `out.view`. */
export interface Loop {
  readonly shape: Shape;
  readonly values: readonly Value[];
  readonly out: { readonly slot: number; readonly dtype: DType; readonly view: View; readonly size: number };
  readonly reduce: Reduction | null;
}

/** Arrays by slot. */
export type Slots = TypedArray[];

export type Step = (slots: Slots) => void;

/** What a reduction starts from. */
export const INITIAL: Record<Reduction, number> = { reduceSum: 0, reduceMax: -Infinity, reduceMin: Infinity };
