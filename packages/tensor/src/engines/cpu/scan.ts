/** Positions of extremes, and running sums, along one axis. */
import type { Node } from '../../api.js';
import { type Kernel, sizeOf } from '../../primitive.js';

/** A shape cut at an axis: lines of `length` elements, `inner` apart from each other in memory, in `outer` groups. */
export interface Lines {
  readonly outer: number;
  readonly length: number;
  readonly inner: number;
}

/** The lines of `shape` along `axis`. */
export const linesOf = (shape: readonly number[], axis: number): Lines => ({
  outer: sizeOf(shape.slice(0, axis)),
  length: shape[axis]!,
  inner: sizeOf(shape.slice(axis + 1)),
});

/** `argMax` and `argMin`: the first of equals; NaN counts as the extreme. */
export function argExtreme(node: Node): Kernel {
  const { outer, length, inner } = linesOf(node.inputs[0]!.shape, node.params['axis']);
  const sign = node.op === 'argMax' ? 1 : -1;
  return (out, x) => {
    for (let o = 0; o < outer; o++) {
      for (let i = 0; i < inner; i++) {
        let p = o * length * inner + i;
        let best = sign * x[p]!;
        let at = 0;
        for (let k = 1; k < length && best === best; k++) {
          p += inner;
          const value = sign * x[p]!;
          if (value <= best) continue;
          best = value;
          at = k;
        }
        out[o * inner + i] = at;
      }
    }
  };
}

/** `cumsum`: sums are kept in double precision and rounded when stored. */
export function cumsum(node: Node): Kernel {
  const { axis, reverse, exclusive } = node.params as { axis: number; reverse?: boolean; exclusive?: boolean };
  const { outer, length, inner } = linesOf(node.shape, axis);
  const step = reverse === true ? -inner : inner;
  return (out, x) => {
    for (let o = 0; o < outer; o++) {
      for (let i = 0; i < inner; i++) {
        let p = o * length * inner + i + (reverse === true ? (length - 1) * inner : 0);
        let sum = 0;
        for (let k = 0; k < length; k++) {
          const next = sum + x[p]!;
          out[p] = exclusive === true ? sum : next;
          sum = next;
          p += step;
        }
      }
    }
  };
}
