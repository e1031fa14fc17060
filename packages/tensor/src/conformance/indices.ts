/** Walking through shapes one index at a time: slow, and plainly right. */
import type { Shape } from '../api.js';

export const count = (shape: Shape): number => shape.reduce((a, b) => a * b, 1);

/** All multi-indices of a shape, in row-major order: one array, which changes from one to the next. */
export function* indices(shape: Shape): Generator<number[]> {
  const index = shape.map(() => 0);
  for (let left = count(shape); left > 0; left--) {
    yield index;
    for (let axis = shape.length - 1; axis >= 0 && ++index[axis]! === shape[axis]; axis--) index[axis] = 0;
  }
}

/** Row-major position of a multi-index. */
export function position(shape: Shape, index: readonly number[]): number {
  let at = 0;
  for (let axis = 0; axis < index.length; axis++) at = at * shape[axis]! + index[axis]!;
  return at;
}

/** Where an output index reads an operand that broadcasts. */
export function broadcastIndex(shape: Shape, index: readonly number[]): number[] {
  return shape.map((n, axis) => (n === 1 ? 0 : index[index.length - shape.length + axis]!));
}
