/** Walking through shapes one index at a time: slow, and plainly right. */
import type { Shape } from '../api.js';

export const count = (shape: Shape): number => shape.reduce((a, b) => a * b, 1);

/** All multi-indices of a shape, in row-major order. */
export function* indices(shape: Shape): Generator<number[]> {
  const total = count(shape);
  for (let flat = 0; flat < total; flat++) {
    const index = new Array<number>(shape.length);
    let rest = flat;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = rest % shape[axis]!;
      rest = Math.floor(rest / shape[axis]!);
    }
    yield index;
  }
}

/** Row-major position of a multi-index. */
export const position = (shape: Shape, index: readonly number[]): number => index.reduce((at, i, axis) => at * shape[axis]! + i, 0);

/** Where an output index reads an operand that broadcasts. */
export function broadcastIndex(shape: Shape, index: readonly number[]): number[] {
  return shape.map((n, axis) => (n === 1 ? 0 : index[index.length - shape.length + axis]!));
}
