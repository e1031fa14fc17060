/** Windows sliding over images (NHWC): the geometry that convolutions and pools share. */
import type { Node, Shape } from '../../api.js';

type Pair = readonly [number, number];

/** Window (i, j) of an image covers rows `i·strideY − top + ky·dilationY`, columns likewise. */
export interface Windows {
  readonly batch: number;
  /** Size of the image. */
  readonly height: number;
  readonly width: number;
  /** Number of windows each way. */
  readonly rows: number;
  readonly columns: number;
  readonly strideY: number;
  readonly strideX: number;
  /** Offsets of each element of the window from the window's origin, row by row. */
  readonly tapsY: Int32Array;
  readonly tapsX: Int32Array;
}

const pairOf = (value: number | Pair = 1): Pair => (typeof value === 'number' ? [value, value] : value);

/** Geometry from a node's `strides`, `padding` and `dilation`, the shapes of image and windows, and the window's size. */
export function windowsOf(node: Node, image: Shape, windows: Shape, size: number | Pair): Windows {
  const { strides, padding, dilation } = node.params as { strides?: Pair; padding?: readonly [Pair, Pair]; dilation?: Pair };
  const [strideY, strideX] = pairOf(strides);
  const [dilationY, dilationX] = pairOf(dilation);
  const [kh, kw] = pairOf(size);
  const top = padding?.[0][0] ?? 0;
  const left = padding?.[1][0] ?? 0;
  const [batch, height, width] = image as [number, number, number];
  const [, rows, columns] = windows as [number, number, number];
  const tapsY = new Int32Array(kh * kw);
  const tapsX = new Int32Array(kh * kw);
  for (let t = 0; t < kh * kw; t++) {
    tapsY[t] = Math.floor(t / kw) * dilationY - top;
    tapsX[t] = (t % kw) * dilationX - left;
  }
  return { batch, height, width, rows, columns, strideY, strideX, tapsY, tapsX };
}
