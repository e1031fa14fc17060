/** Convolutions and pooling by their definitions: one visit for each pair of an element of a window and the place that it lies on. */
import type { Node, Shape } from '../api.js';
import { count, position } from './indices.js';

type Whole = (node: Node, inputs: readonly Float64Array[]) => Float64Array;

interface Window {
  readonly strides: readonly [number, number];
  readonly padding: readonly [readonly [number, number], readonly [number, number]];
  readonly dilation?: readonly [number, number];
  readonly groups: number;
  readonly window: readonly [number, number];
}

const windowOf = (node: Node): Window => node.params as unknown as Window;

/** Positions [output, tap, input] along one axis, where tap `k` of output `o` lies inside of the input. */
function seen(w: Window, axis: 0 | 1, outputs: number, taps: number, inputs: number): [number, number, number][] {
  const all: [number, number, number][] = [];
  for (let o = 0; o < outputs; o++)
    for (let k = 0; k < taps; k++) {
      const i = o * w.strides[axis] + k * (w.dilation?.[axis] ?? 1) - w.padding[axis][0];
      if (i >= 0 && i < inputs) all.push([o, k, i]);
    }
  return all;
}

/** Every product that a convolution of x with a filter adds up, by the positions of its element of y, x and the filter. */
function eachProduct(w: Window, x: Shape, filter: Shape, y: Shape, visit: (y: number, x: number, filter: number) => void): void {
  const [kh, kw, channels, filters] = filter as [number, number, number, number];
  const perGroup = filters / w.groups;
  const columns = seen(w, 1, y[2]!, kw, x[2]!);
  for (let n = 0; n < y[0]!; n++)
    for (const [p, i, row] of seen(w, 0, y[1]!, kh, x[1]!))
      for (const [q, j, column] of columns)
        for (let out = 0; out < filters; out++)
          for (let c = 0; c < channels; c++) {
            const channel = Math.floor(out / perGroup) * channels + c;
            visit(position(y, [n, p, q, out]), position(x, [n, row, column, channel]), position(filter, [i, j, c, out]));
          }
}

/** Every element of every window that lies inside of the image, window by window for each of its elements: positions in the windows' array and in the image, and the offset in the window. */
function eachCell({ strides, padding, window: [kh, kw] }: Window, image: Shape, windows: Shape, visit: (window: number, pixel: number, k: number) => void): void {
  const w = { strides, padding } as Window;
  const [rows, columns] = [seen(w, 0, windows[1]!, kh, image[1]!), seen(w, 1, windows[2]!, kw, image[2]!)];
  for (let n = 0; n < image[0]!; n++)
    for (const [p, i, row] of rows)
      for (const [q, j, column] of columns)
        for (let c = 0; c < image[3]!; c++) visit(position(windows, [n, p, q, c]), position(image, [n, row, column, c]), i * kw + j);
}

const zeros = ({ shape }: Node): Float64Array => new Float64Array(count(shape));

export const WINDOWS: Readonly<Record<string, Whole>> = {
  conv2d: (node, [a, b]) => {
    const out = zeros(node);
    eachProduct(windowOf(node), node.inputs[0]!.shape, node.inputs[1]!.shape, node.shape, (y, x, w) => (out[y]! += a![x]! * b![w]!));
    return out;
  },
  conv2dInput: (node, [a, b]) => {
    const out = zeros(node);
    eachProduct(windowOf(node), node.shape, node.inputs[1]!.shape, node.inputs[0]!.shape, (y, x, w) => (out[x]! += a![y]! * b![w]!));
    return out;
  },
  conv2dFilter: (node, [a, b]) => {
    const out = zeros(node);
    eachProduct(windowOf(node), node.inputs[0]!.shape, node.shape, node.inputs[1]!.shape, (y, x, w) => (out[w]! += a![x]! * b![y]!));
    return out;
  },
  poolArgMax: (node, [x]) => {
    const [out, best] = [zeros(node), new Map<number, number>()];
    eachCell(windowOf(node), node.inputs[0]!.shape, node.shape, (window, pixel, k) => {
      if (best.has(window) && !(x![pixel]! > best.get(window)!)) return;
      best.set(window, x![pixel]!);
      out[window] = k;
    });
    return out;
  },
  poolGather: (node, [x, offsets]) => {
    const out = zeros(node);
    eachCell(windowOf(node), node.inputs[0]!.shape, node.shape, (window, pixel, k) => {
      if (offsets![window] === k) out[window] = x![pixel]!;
    });
    return out;
  },
  poolScatter: (node, [y, offsets]) => {
    const out = zeros(node);
    eachCell(windowOf(node), node.shape, node.inputs[0]!.shape, (window, pixel, k) => {
      if (offsets![window] === k) out[pixel]! += y![window]!;
    });
    return out;
  },
  windowSum: (node, [x]) => {
    const out = zeros(node);
    eachCell(windowOf(node), node.inputs[0]!.shape, node.shape, (window, pixel) => (out[window]! += x![pixel]!));
    return out;
  },
  windowSpread: (node, [y]) => {
    const out = zeros(node);
    eachCell(windowOf(node), node.shape, node.inputs[0]!.shape, (window, pixel) => (out[pixel]! += y![window]!));
    return out;
  },
};
