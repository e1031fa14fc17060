/** Composites that only rearrange. */
import { axesOf, axisOf, showShape } from '../primitive.js';
import { concat, reshape } from '../primitives/shape.js';
import type { Tensor } from '../tensor.js';

/** Inserts an axis of size 1 at `axis`. */
export function expandDims(x: Tensor, axis: number): Tensor {
  const at = axisOf('expandDims', axis, x.rank + 1);
  return reshape(x, [...x.shape.slice(0, at), 1, ...x.shape.slice(at)]);
}

/** Removes axes of size 1 (all of them by default). @throws RangeError where an axis has another size */
export function squeeze(x: Tensor, axes?: number | readonly number[]): Tensor {
  const list = axes === undefined ? x.shape.flatMap((n, i) => (n === 1 ? [i] : [])) : axesOf('squeeze', axes, x.rank);
  for (const axis of list) if (x.shape[axis] !== 1) throw new RangeError(`squeeze: axis ${axis} of shape ${showShape(x.shape)} is not of size 1`);
  return reshape(x, x.shape.filter((_, i) => !list.includes(i)));
}

/** Joins tensors of one shape along a new axis. */
export function stack(tensors: readonly Tensor[], axis = 0): Tensor {
  return concat(tensors.map((x) => expandDims(x, axis)), axis);
}
