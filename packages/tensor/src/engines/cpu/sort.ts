/** Sorting along one axis. */
import type { Node } from '../../api.js';
import type { Kernel } from '../../primitive.js';
import { linesOf } from './scan.js';

/** `argsort`: ascending, stable, NaN last. Cost n·log n per line (merge sort of positions). */
export function argsort(node: Node): Kernel {
  const { outer, length, inner } = linesOf(node.shape, node.params['axis']);
  const keys = new Float64Array(length);
  const order = new Int32Array(length);
  const other = new Int32Array(length);
  return (out, x) => {
    for (let o = 0; o < outer; o++) {
      for (let i = 0; i < inner; i++) {
        const start = o * length * inner + i;
        for (let k = 0; k < length; k++) {
          keys[k] = x[start + k * inner]!;
          order[k] = k;
        }
        const sorted = mergeSort(keys, order, other);
        for (let k = 0; k < length; k++) out[start + k * inner] = sorted[k]!;
      }
    }
  };
}

/** Bottom-up merge sort of `order` by `keys`; the result is in one of the two arrays. */
function mergeSort(keys: Float64Array, order: Int32Array, other: Int32Array): Int32Array {
  let from = order;
  let to = other;
  const n = order.length;
  for (let width = 1; width < n; width *= 2) {
    for (let low = 0; low < n; low += 2 * width) merge(keys, from, to, low, Math.min(low + width, n), Math.min(low + 2 * width, n));
    [from, to] = [to, from];
  }
  return from;
}

function merge(keys: Float64Array, from: Int32Array, to: Int32Array, low: number, middle: number, high: number): void {
  let i = low;
  let j = middle;
  for (let k = low; k < high; k++) {
    // the right one goes first only if it is smaller, or the left one is NaN and it is not
    const left = i < middle ? keys[from[i]!]! : NaN;
    const right = j < high ? keys[from[j]!]! : NaN;
    const takeRight = i >= middle || (j < high && (right < left || (left !== left && right === right)));
    to[k] = takeRight ? from[j++]! : from[i++]!;
  }
}
