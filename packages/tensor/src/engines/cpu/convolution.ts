/**
 * Convolutions (NHWC × HWIO) as matrix products whose left factor, the matrix of image patches, is only addressed and never written. The
 * gradient in the input is the same product over the windows that reach a pixel: pixels are taken in classes of equal remainder modulo the
 * stride, for which these windows lie on a grid again, so that no multiplication by an inserted zero takes place.
 */
import type { DType, Node, TypedArray } from '../../api.js';
import type { Kernel } from '../../primitive.js';
import { specialized, gemm, blockCopier, stridedPacker } from './gemm.js';
import type { Pack, Place, Store } from './gemm.js';
import { microkernel } from './microkernel.js';
import type { Floats, Microkernel } from './microkernel.js';
import { patches } from './patches.js';
import type { Windows } from './window.js';
import { windowsOf } from './window.js';

/** Packs filters: row k starts at `starts[k]`, its elements are `step` apart, all `shift` further. */
const filterPacker = /* @__PURE__ */ specialized(function pack(
  panel: Floats, width: number, from: number, to: number, k0: number, k1: number, w: TypedArray, starts: Int32Array, step: number, shift: number,
): void {
  for (let r = from; r < to; r++) {
    const lane = (r - from) % width;
    let q = (r - from - lane) * (k1 - k0) + lane;
    for (let k = k0; k < k1; k++, q += width) panel[q] = w[starts[k]! + r * step + shift]!;
  }
});

/** Adds elements that are next to each other. */
const runAdder = /* @__PURE__ */ specialized(function sum(x: TypedArray, from: number, out: TypedArray, at: number, count: number): void {
  for (let j = 0; j < count; j++) out[at + j]! += x[from + j]!;
});

const NOTHING: TypedArray = new Uint8Array(0);

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** Convolution of grouped channels: filters are read at `starts[k] + r·step + g·nextGroup`, the results of window r go to `targets(r)`. */
interface Correlation {
  readonly dtype: DType;
  readonly windows: Windows;
  readonly groups: number;
  /** Channels of a group of the image and of the result. */
  readonly channels: number;
  readonly filters: number;
  readonly starts: Int32Array;
  readonly step: number;
  readonly nextGroup: number;
  target(window: number): number;
  /** Whether the results of neighbouring windows are neighbours. */
  readonly inOrder: boolean;
}

function correlate(kernel: Microkernel, c: Correlation): Kernel {
  const { dtype, groups, channels, filters } = c;
  const { blocks, windows, elements, load } = patches(dtype, kernel, c.windows, groups * channels, channels);
  const [packFilters, copy] = [filterPacker(dtype), blockCopier(dtype)];
  let [out, w, g, first] = [NOTHING, NOTHING, 0, 0];
  const place: Place = (i, rows, k, depth) => kernel.address(g * channels, windows, i, rows, elements, k, depth);
  const pack: Pack = (panel, width, from, to, k0, k1) => packFilters(panel, width, from, to, k0, k1, w, c.starts, c.step, g * c.nextGroup);
  const store: Store = (tile, stride, i0, i1, j0, j1) => {
    const at = g * filters + j0;
    if (c.inOrder) copy(tile, 0, stride, 1, out, c.target(first + i0) + at, groups * filters, 1, i1 - i0, j1 - j0);
    else for (let i = i0; i < i1; i++) copy(tile, (i - i0) * stride, 0, 1, out, c.target(first + i) + at, 0, 1, 1, j1 - j0);
  };
  return (result, image, filter) => {
    [out, w] = [result, filter];
    for (const block of blocks) {
      load(block, image);
      first = block.first;
      for (g = 0; g < groups; g++) gemm(kernel, block.count, filters, elements.length, place, pack, store);
    }
    out = w = NOTHING;
  };
}

/** `conv2d`. Cost 2·windows·taps·(channels in)·(channels out)/groups. */
export function conv2d(node: Node): Kernel {
  const [x, w] = node.inputs as [Node, Node];
  const [kh, kw, channels, cout] = w.shape as [number, number, number, number];
  const groups: number = node.params['groups'] ?? 1;
  const windows = windowsOf(node, x.shape, node.shape, [kh, kw]);
  const filters = cout / groups;
  const starts = Int32Array.from(range(kh * kw * channels), (k) => k * cout);
  const target = (window: number): number => window * cout;
  return correlate(microkernel(node.dtype), { dtype: node.dtype, windows, groups, channels, filters, starts, step: 1, nextGroup: filters, target, inOrder: true });
}

/** `conv2dInput`: the same cost. */
export function conv2dInput(node: Node): Kernel {
  const [dy, w] = node.inputs as [Node, Node];
  const [kh, kw, filters, cout] = w.shape as [number, number, number, number];
  const groups: number = node.params['groups'] ?? 1;
  const windows = windowsOf(node, node.shape, dy.shape, [kh, kw]);
  const { height, width, strideY, strideX, tapsY, tapsX } = windows;
  const channels = cout / groups;
  /** The gradient at the pixels whose row and column leave remainders `y0` and `x0` modulo the strides. */
  const classOf = (y0: number, x0: number): Kernel => {
    const [rows, columns] = [Math.ceil((height - y0) / strideY), Math.ceil((width - x0) / strideX)];
    // pixel y0 + i·stride is element t of window i + (y0 − tapsY[t]) / stride, where that is an integer
    const taps = range(tapsY.length).filter((t) => (y0 - tapsY[t]!) % strideY === 0 && (x0 - tapsX[t]!) % strideX === 0);
    const grid: Windows = {
      batch: windows.batch, rows, columns, height: windows.rows, width: windows.columns, strideY: 1, strideX: 1,
      tapsY: Int32Array.from(taps, (t) => (y0 - tapsY[t]!) / strideY),
      tapsX: Int32Array.from(taps, (t) => (x0 - tapsX[t]!) / strideX),
    };
    const starts = Int32Array.from(taps.flatMap((t) => range(channels).map((c) => t * filters * cout + c)));
    const target = (pixel: number): number => {
      const j = pixel % columns;
      const line = (pixel - j) / columns;
      const row = line % rows;
      return ((((line - row) / rows) * height + y0 + row * strideY) * width + x0 + j * strideX) * groups * filters;
    };
    return correlate(microkernel(node.dtype), { dtype: node.dtype, windows: grid, groups, channels, filters, starts, step: cout, nextGroup: channels, target, inOrder: strideY * strideX === 1 });
  };
  const classes = range(strideY).flatMap((y) => range(strideX).map((x) => classOf(y, x)));
  return (out, a, b) => {
    for (const kernel of classes) kernel(out, a, b);
  };
}

/** `conv2dFilter`: the same cost. */
export function conv2dFilter(node: Node): Kernel {
  const [x, dy] = node.inputs as [Node, Node];
  const { dtype } = node;
  const [kh, kw, channels, cout] = node.shape as [number, number, number, number];
  const groups: number = node.params['groups'] ?? 1;
  const windows = windowsOf(node, x.shape, dy.shape, [kh, kw]);
  const kernel = microkernel(node.dtype);
  const filters = cout / groups;
  const { blocks, windows: depths, elements, load } = patches(dtype, kernel, windows, groups * channels, channels);
  const [packStrided, sum] = [stridedPacker(dtype), runAdder(dtype)];
  let [out, gradient, g, first] = [NOTHING, NOTHING, 0, 0];
  const place: Place = (i, rows, k, depth) => kernel.address(g * channels, elements, i, rows, depths, k, depth);
  const pack: Pack = (panel, width, from, to, k0, k1) => packStrided(panel, width, from, to, k0, k1, gradient, first * cout + g * filters, 1, cout);
  const store: Store = (tile, stride, i0, i1, j0, j1) => {
    for (let i = i0; i < i1; i++) sum(tile, (i - i0) * stride, out, i * cout + g * filters + j0, j1 - j0);
  };
  return (result, image, dOut) => {
    [out, gradient] = [result, dOut];
    out.fill(0);
    for (const block of blocks) {
      load(block, image);
      first = block.first;
      for (g = 0; g < groups; g++) gemm(kernel, elements.length, filters, block.count, place, pack, store);
    }
    out = gradient = NOTHING;
  };
}
