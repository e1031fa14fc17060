/** Depthwise convolutions: each output channel reads one input channel, so plain loops over channels do. */
import type { TypedArray } from '../../api.js';
import type { Kernel } from './kernels.js';
import type { Windows } from './window.js';
import { eachTap } from './window.js';

const NOTHING: Float64Array = new Float64Array(0);

/**
 * What is done with the channels of one pixel (from `p` on), one window (from `o` on) and one tap of the filter (from `q` on).
 * `source[c]` is the channel of the image that belongs to channel c of the window.
 */
type Visit = (out: Float64Array, a: Float64Array, b: Float64Array, p: number, o: number, q: number, source: Int32Array) => void;

/** A kernel that computes in double precision, so that its loops see one kind of array. `size` is that of a float32 output, else 0. */
function kernel(windows: Windows, groups: number, cout: number, size: number, visit: Visit): Kernel {
  const source = Int32Array.from({ length: cout }, (_, c) => Math.floor((c * groups) / cout));
  const exact = size === 0 ? NOTHING : new Float64Array(size);
  let [sums, a, b] = [NOTHING, NOTHING, NOTHING];
  const each = (pixel: number, window: number, tap: number): void => visit(sums, a, b, pixel * groups, window * cout, tap * cout, source);
  return (out, x, y) => {
    sums = size === 0 ? (out as Float64Array) : exact;
    a = widened(x, 0);
    b = widened(y, 1);
    sums.fill(0);
    eachTap(windows, each);
    if (sums !== out) out.set(sums);
    sums = a = b = NOTHING;
  };
}

const scratch = [NOTHING, NOTHING];

function widened(x: TypedArray, which: number): Float64Array {
  if (x instanceof Float64Array) return x;
  if (scratch[which]!.length < x.length) scratch[which] = new Float64Array(x.length);
  const wide = scratch[which]!;
  wide.set(x);
  return wide;
}

/** Forward: image, filter. */
export const depthwise = (windows: Windows, groups: number, cout: number, size: number): Kernel =>
  kernel(windows, groups, cout, size, (y, x, w, p, o, q, source) => {
    for (let c = 0; c < source.length; c++) y[o + c]! += x[p + source[c]!]! * w[q + c]!;
  });

/** Gradient in the input: gradient of the windows, filter. */
export const depthwiseInput = (windows: Windows, groups: number, cout: number, size: number): Kernel =>
  kernel(windows, groups, cout, size, (x, y, w, p, o, q, source) => {
    for (let c = 0; c < source.length; c++) x[p + source[c]!]! += y[o + c]! * w[q + c]!;
  });

/** Gradient in the filter: image, gradient of the windows. */
export const depthwiseFilter = (windows: Windows, groups: number, cout: number, size: number): Kernel =>
  kernel(windows, groups, cout, size, (w, x, y, p, o, q, source) => {
    for (let c = 0; c < source.length; c++) w[q + c]! += x[p + source[c]!]! * y[o + c]!;
  });
