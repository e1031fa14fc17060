/**
 * Convolutions (NHWC × HWIO) as matrix products whose left factor, the matrix of image patches, is written only as far as a block of the
 * product needs it. The gradient in the input is the same product over the windows that reach a pixel: pixels are taken in classes of
 * equal remainder modulo the stride, for which these windows lie on a grid again, so that no multiplication by an inserted zero takes
 * place.
 */
import type { Node, TypedArray } from '../../api.js';
import { depthwise, depthwiseFilter, depthwiseInput } from './depthwise.js';
import { copyOut, gemm, packStrided } from './gemm.js';
import type { Pack, Store } from './gemm.js';
import type { Kernel } from './kernels.js';
import type { Windows } from './window.js';
import { windowsOf } from './window.js';
import { sizeOf } from './view.js';

/** Where patches come from: channels `from` to `from + count` of an image with `channels` of them. */
interface Channels {
  readonly channels: number;
  readonly from: number;
  readonly count: number;
}

/** For each tap, how many taps from it on lie side by side in one row of the image. */
function reaches({ tapsY, tapsX }: Windows): Int32Array {
  const reach = new Int32Array(tapsY.length).fill(1);
  for (let t = reach.length - 2; t >= 0; t--) {
    if (tapsY[t + 1] === tapsY[t] && tapsX[t + 1] === tapsX[t]! + 1) reach[t] = reach[t + 1]! + 1;
  }
  return reach;
}

/**
 * Packs patches: as rows, one a window, whose depth runs over taps, then channels; or `transposed`. What lies side by side in the image is
 * copied in one go: the channels of a pixel, and, where they are all the channels, those of neighbouring taps.
 */
function packPatches(w: Windows, { channels, from, count }: Channels, image: () => TypedArray, transposed = false): Pack {
  const { height, width, rows, columns, strideY, strideX, tapsY, tapsX } = w;
  const reach = count === channels ? reaches(w) : new Int32Array(tapsY.length).fill(1);
  return (panel, r0, r1, k0, k1) => {
    const x = image();
    const copy = transposed ? copyAcross : copyAlong;
    const [firstWindow, lastWindow, first, last] = transposed ? [k0, k1, r0, r1] : [r0, r1, k0, k1];
    for (let r = firstWindow; r < lastWindow; r++) {
      const lane = (r - r0) & 3;
      const start = transposed ? 4 * (r - k0) : (r - r0 - lane) * (k1 - k0) + lane;
      const j = r % columns;
      const line = (r - j) / columns;
      const i = line % rows;
      const plane = ((line - i) / rows) * height;
      let t = Math.floor(first / count);
      let c = first - t * count;
      for (let e = first; e < last; ) {
        const y = i * strideY + tapsY[t]!;
        const z = j * strideX + tapsX[t]!;
        const inside = y >= 0 && y < height && z >= 0 && z < width;
        const taps = inside ? Math.min(reach[t]!, width - z) : 1;
        const run = Math.min(taps * count - c, last - e);
        copy(panel, start, e - first, run, x, inside ? ((plane + y) * width + z) * channels + from + c : -1, k1 - k0);
        e += run;
        t += taps;
        c = 0;
      }
    }
  };
}

/** Copies `run` elements from `x[p]` on (zeros if p is negative) to a row of a panel, `skip` elements after its start. */
function copyAlong(panel: Float64Array, start: number, skip: number, run: number, x: TypedArray, p: number): void {
  let q = start + 4 * skip;
  const end = q + 4 * run;
  if (p < 0) for (; q < end; q += 4) panel[q] = 0;
  else for (; q < end; q += 4) panel[q] = x[p++]!;
}

/** The same for a column: every fourth element is `4·depth − 3` after the last, the others next to it. */
function copyAcross(panel: Float64Array, start: number, skip: number, run: number, x: TypedArray, p: number, depth: number): void {
  let lane = skip & 3;
  let q = start + (skip - lane) * depth + lane;
  const jump = 4 * depth - 3;
  for (let l = 0; l < run; l++) {
    panel[q] = p < 0 ? 0 : x[p + l]!;
    lane = (lane + 1) & 3;
    q += lane === 0 ? jump : 1;
  }
}

/** Packs the right factor: row k starts at `starts[k]`, its elements are `step` apart. */
function packRows(starts: Int32Array, step: number, weights: () => TypedArray): Pack {
  return (panel, from, to, k0, k1) => {
    const w = weights();
    for (let r = from; r < to; r++) {
      const lane = (r - from) & 3;
      let q = (r - from - lane) * (k1 - k0) + lane;
      for (let k = k0; k < k1; k++, q += 4) panel[q] = w[starts[k]! + r * step]!;
    }
  };
}

const NOTHING: TypedArray = new Uint8Array(0);

/** The arrays of the call under way, for the closures that were made when the plan was. */
class Call {
  out = NOTHING;
  a = NOTHING;
  b = NOTHING;
  readonly getA = (): TypedArray => this.a;
  readonly getB = (): TypedArray => this.b;

  /** A kernel that runs `jobs` on its arrays. */
  kernel(jobs: readonly (() => void)[]): Kernel {
    return (out, a, b) => {
      [this.out, this.a, this.b] = [out, a, b];
      for (const job of jobs) job();
      this.out = this.a = this.b = NOTHING;
    };
  }
}

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** `conv2d`. Cost 2·windows·taps·(channels in)·(channels out)/groups; products are accumulated in double precision. */
export function conv2d(node: Node): Kernel {
  const [x, w] = node.inputs as [Node, Node];
  const [kh, kw, cin, cout] = w.shape as [number, number, number, number];
  const groups: number = node.params['groups'] ?? 1;
  const windows = windowsOf(node, x.shape, node.shape, [kh, kw]);
  if (isDepthwise(cin, groups, cout)) return depthwise(windows, groups, cout, narrowSize(node));
  const call = new Call();
  const n = cout / groups;
  const depth = kh * kw * cin;
  const count = windows.batch * windows.rows * windows.columns;
  return call.kernel(
    range(groups).map((g) => {
      const packA = packPatches(windows, { channels: cin * groups, from: g * cin, count: cin }, call.getA);
      const packB = packRows(Int32Array.from(range(depth), (k) => k * cout + g * n), 1, call.getB);
      const store: Store = (tile, stride, i0, i1, j0, j1) => {
        for (let i = i0; i < i1; i++) copyOut(tile, (i - i0) * stride, call.out, i * cout + g * n + j0, j1 - j0);
      };
      return () => gemm(count, n, depth, packA, packB, store);
    }),
  );
}

/** `conv2dFilter`: the same cost; the batch is summed in double precision. */
export function conv2dFilter(node: Node): Kernel {
  const [x, dy] = node.inputs as [Node, Node];
  const [kh, kw, cin, cout] = node.shape as [number, number, number, number];
  const groups: number = node.params['groups'] ?? 1;
  const windows = windowsOf(node, x.shape, dy.shape, [kh, kw]);
  if (isDepthwise(cin, groups, cout)) return depthwiseFilter(windows, groups, cout, narrowSize(node));
  const call = new Call();
  const n = cout / groups;
  const count = windows.batch * windows.rows * windows.columns;
  return call.kernel(
    range(groups).map((g) => {
      const packA = packPatches(windows, { channels: cin * groups, from: g * cin, count: cin }, call.getA, true);
      const packB: Pack = (panel, from, to, k0, k1) => packStrided(panel, from, to, k0, k1, call.b, g * n, 1, cout);
      const store: Store = (tile, stride, i0, i1, j0, j1) => {
        for (let i = i0; i < i1; i++) copyOut(tile, (i - i0) * stride, call.out, i * cout + g * n + j0, j1 - j0);
      };
      return () => gemm(kh * kw * cin, n, count, packA, packB, store);
    }),
  );
}

/** `conv2dInput`: the same cost. */
export function conv2dInput(node: Node): Kernel {
  const [dy, w] = node.inputs as [Node, Node];
  const [kh, kw, cin, cout] = w.shape as [number, number, number, number];
  const groups: number = node.params['groups'] ?? 1;
  const windows = windowsOf(node, node.shape, dy.shape, [kh, kw]);
  if (isDepthwise(cin, groups, cout)) return depthwiseInput(windows, groups, cout, narrowSize(node));
  const call = new Call();
  const jobs = range(groups).flatMap((g) =>
    range(windows.strideY).flatMap((y) => range(windows.strideX).map((x) => inputJob(call, windows, y, x, cin, cout, groups, g))),
  );
  return call.kernel(jobs);
}

/** The gradient at the pixels whose row and column leave remainders `y0` and `x0` modulo the strides. */
function inputJob(
  call: Call, windows: Windows, y0: number, x0: number, cin: number, cout: number, groups: number, g: number,
): () => void {
  const { batch, height, width, strideY, strideX, tapsY, tapsX } = windows;
  const rows = Math.ceil((height - y0) / strideY);
  const columns = Math.ceil((width - x0) / strideX);
  // pixel y0 + i·stride is element t of window i + (y0 − tapsY[t]) / stride, where that is an integer
  const taps = range(tapsY.length).filter((t) => (y0 - tapsY[t]!) % strideY === 0 && (x0 - tapsX[t]!) % strideX === 0);
  const grid: Windows = {
    batch, rows, columns, height: windows.rows, width: windows.columns, strideY: 1, strideX: 1,
    tapsY: Int32Array.from(taps, (t) => (y0 - tapsY[t]!) / strideY),
    tapsX: Int32Array.from(taps, (t) => (x0 - tapsX[t]!) / strideX),
  };
  const n = cout / groups;
  const starts = Int32Array.from(taps.flatMap((t) => range(n).map((c) => t * cin * cout + g * n + c)));
  const packA = packPatches(grid, { channels: cout, from: g * n, count: n }, call.getA);
  const packB = packRows(starts, cout, call.getB);
  const store: Store = (tile, stride, i0, i1, j0, j1) => {
    for (let i = i0; i < i1; i++) {
      const j = i % columns;
      const line = (i - j) / columns;
      const row = line % rows;
      const pixel = ((line - row) / rows * height + y0 + row * strideY) * width + x0 + j * strideX;
      copyOut(tile, (i - i0) * stride, call.out, (pixel * groups + g) * cin + j0, j1 - j0);
    }
  };
  return () => gemm(batch * rows * columns, cin, starts.length, packA, packB, store);
}

/** One input channel and few output channels a group leave a matrix product nothing to do. */
const isDepthwise = (cin: number, groups: number, cout: number): boolean => cin === 1 && groups > 1 && cout < 4 * groups;

const narrowSize = (node: Node): number => (node.dtype === 'float32' ? sizeOf(node.shape) : 0);
