/** Small facts about shapes and permutations. */
import type { Shape } from '@curv/tensor';

/** Integers from 0 to n − 1. */
export const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** Number of elements. */
export const sizeOf = (shape: Shape): number => shape.reduce((product, n) => product * n, 1);

export const sameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((n, i) => n === b[i]);

/** Whether a permutation moves nothing. */
export const isIdentity = (perm: readonly number[]): boolean => perm.every((axis, i) => axis === i);

export const inverse = (perm: readonly number[]): number[] => perm.map((_, i) => perm.indexOf(i));

/** NumPy's broadcasting of shapes that are known to fit. */
export function broadcastShapes(shapes: readonly Shape[]): number[] {
  const rank = Math.max(...shapes.map((s) => s.length));
  return range(rank).map((i) => {
    const sizes = shapes.map((s) => s[i - rank + s.length] ?? 1);
    return sizes.find((n) => n !== 1) ?? 1;
  });
}
