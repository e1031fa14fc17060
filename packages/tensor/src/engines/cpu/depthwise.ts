/** Depthwise convolutions: each output channel reads one input channel, so plain loops over channels do. */
import type { TypedArray } from '../../api.js';
import type { Kernel } from './kernels.js';
import type { Windows } from './window.js';
import { eachTap } from './window.js';

const NOTHING: TypedArray = new Uint8Array(0);

/** `c` below is a channel of the windows, `source[c]` the channel of the image that belongs to it. */
function channelMap(groups: number, cout: number): Int32Array {
  return Int32Array.from({ length: cout }, (_, c) => Math.floor((c * groups) / cout));
}

/** Forward. */
export function depthwise(windows: Windows, groups: number, cout: number): Kernel {
  const source = channelMap(groups, cout);
  let [out, x, w] = [NOTHING, NOTHING, NOTHING];
  const visit = (pixel: number, window: number, tap: number): void => {
    const p = pixel * groups;
    const q = tap * cout;
    const o = window * cout;
    for (let c = 0; c < cout; c++) out[o + c]! += x[p + source[c]!]! * w[q + c]!;
  };
  return (...arrays) => {
    [out, x, w] = arrays;
    out.fill(0);
    eachTap(windows, visit);
    out = x = w = NOTHING;
  };
}

/** Gradient in the input. */
export function depthwiseInput(windows: Windows, groups: number, cout: number): Kernel {
  const source = channelMap(groups, cout);
  let [out, dy, w] = [NOTHING, NOTHING, NOTHING];
  const visit = (pixel: number, window: number, tap: number): void => {
    const p = pixel * groups;
    const q = tap * cout;
    const o = window * cout;
    for (let c = 0; c < cout; c++) out[p + source[c]!]! += dy[o + c]! * w[q + c]!;
  };
  return (...arrays) => {
    [out, dy, w] = arrays;
    out.fill(0);
    eachTap(windows, visit);
    out = dy = w = NOTHING;
  };
}

/** Gradient in the filter, summed in double precision. */
export function depthwiseFilter(windows: Windows, groups: number, cout: number): Kernel {
  const source = channelMap(groups, cout);
  const sums = new Float64Array(windows.tapsY.length * cout);
  let [x, dy] = [NOTHING, NOTHING];
  const visit = (pixel: number, window: number, tap: number): void => {
    const p = pixel * groups;
    const q = tap * cout;
    const o = window * cout;
    for (let c = 0; c < cout; c++) sums[q + c]! += x[p + source[c]!]! * dy[o + c]!;
  };
  return (out, image, gradient) => {
    [x, dy] = [image, gradient];
    sums.fill(0);
    eachTap(windows, visit);
    x = dy = NOTHING;
    out.set(sums);
  };
}
