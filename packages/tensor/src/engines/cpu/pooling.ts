/** Pools over windows, channel by channel (NHWC). */
import type { Node, TypedArray } from '../../api.js';
import type { Kernel } from './kernels.js';
import type { Windows } from './window.js';
import { eachTap, windowsOf } from './window.js';

/** What is done for one element of one window: `p`, `o` are where the channels of the pixel and of the window start. */
type Visit = (out: TypedArray, a: TypedArray, b: TypedArray, p: number, o: number, tap: number) => void;

/** A kernel that zeroes its output, then visits. */
function pool(windows: Windows, channels: number, visit: Visit): Kernel {
  let out: TypedArray;
  let a: TypedArray;
  let b: TypedArray;
  const each = (pixel: number, window: number, tap: number): void => visit(out, a, b, pixel * channels, window * channels, tap);
  return (target, x, y) => {
    [out, a, b] = [target, x, y];
    out.fill(0);
    eachTap(windows, each);
    out = a = b = NOTHING;
  };
}

const NOTHING = new Uint8Array(0);

/** Windows from the image (first operand) to the output. */
const forward = (node: Node): Windows => windowsOf(node, node.inputs[0]!.shape, node.shape, node.params['window']);

/** Windows from the first operand back to the image (output). */
const backward = (node: Node): Windows => windowsOf(node, node.shape, node.inputs[0]!.shape, node.params['window']);

/** `poolArgMax`: offset of the largest element in its window; the first of equals, the first NaN; padding never wins. */
export function poolArgMax(node: Node): Kernel {
  const channels = node.shape[3]!;
  const best = new Float64Array(channels);
  let current = -1;
  const kernel = pool(forward(node), channels, (out, x, _, p, o, tap) => {
    const first = o !== current;
    current = o;
    for (let c = 0; c < channels; c++) {
      const value = x[p + c]!;
      if (first || value > best[c]! || (value !== value && best[c] === best[c])) {
        best[c] = value;
        out[o + c] = tap;
      }
    }
  });
  return (out, x) => {
    current = -1;
    kernel(out, x, x);
  };
}

/** `poolGather`: the window's element at the given offset; 0 where that is padding. */
export function poolGather(node: Node): Kernel {
  const channels = node.shape[3]!;
  return pool(forward(node), channels, (out, x, k, p, o, tap) => {
    for (let c = 0; c < channels; c++) if (k[o + c] === tap) out[o + c] = x[p + c]!;
  });
}

/** `poolScatter`: adds each window's value to the pixel at the given offset. */
export function poolScatter(node: Node): Kernel {
  const channels = node.shape[3]!;
  return pool(backward(node), channels, (out, dy, k, p, o, tap) => {
    for (let c = 0; c < channels; c++) if (k[o + c] === tap) out[p + c]! += dy[o + c]!;
  });
}

/** `windowSum`: sums over windows. */
export function windowSum(node: Node): Kernel {
  const channels = node.shape[3]!;
  return pool(forward(node), channels, (out, x, _, p, o) => {
    for (let c = 0; c < channels; c++) out[o + c]! += x[p + c]!;
  });
}

/** `windowSpread`: adds each window's value to all its pixels. */
export function windowSpread(node: Node): Kernel {
  const channels = node.shape[3]!;
  return pool(backward(node), channels, (out, dy, _, p, o) => {
    for (let c = 0; c < channels; c++) out[p + c]! += dy[o + c]!;
  });
}
