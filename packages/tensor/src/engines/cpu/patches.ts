/**
 * Image patches without writing them out: a block of windows is a part of the image, copied with the zeros around it, and two tables of
 * offsets, one of each window and one of each element inside a window.
 */
import type { DType, TypedArray } from '../../api.js';
import { blockCopier } from './gemm.js';
import type { Microkernel } from './microkernel.js';
import type { Windows } from './window.js';

/** Elements of the image that a block should hold at most: they stay in the second cache. */
const BLOCK = 1 << 17;

/** Windows `first` to `first + count` of all, whose part of the image begins at image `image`, row `top`. */
interface Block {
  readonly first: number;
  readonly count: number;
  readonly image: number;
  readonly images: number;
  readonly top: number;
  /** Rows of the image. */
  readonly height: number;
}

/** All windows in blocks. */
export interface Patches {
  readonly blocks: readonly Block[];
  /** Offset of each window of a block. */
  readonly windows: Int32Array;
  /** Offset of each element of a window: taps, then `count` channels. */
  readonly elements: Int32Array;
  /** Copies a block of the image into the kernel's memory. */
  load(block: Block, x: TypedArray): void;
}

/** Smallest of the offsets, and how far they reach. */
function span(taps: Int32Array): [number, number] {
  let [low, high] = [taps[0] ?? 0, taps[0] ?? 0];
  for (const t of taps) [low, high] = [Math.min(low, t), Math.max(high, t)];
  return [low, high - low + 1];
}

/** Patches of images with so many channels, of which a window takes `count`. */
export function patches(dtype: DType, kernel: Microkernel, w: Windows, channels: number, count: number): Patches {
  const { batch, rows, columns, strideY, strideX, tapsY, tapsX } = w;
  const [y0, spanY] = span(tapsY);
  const [x0, spanX] = span(tapsX);
  const width = ((columns - 1) * strideX + spanX) * channels;
  const heightOf = (lines: number): number => (lines - 1) * strideY + spanY;
  const whole = heightOf(rows) * width;
  const images = Math.max(1, Math.min(batch, Math.floor(BLOCK / whole)));
  const lines = whole <= BLOCK ? rows : Math.max(1, Math.floor((BLOCK / width - spanY) / strideY) + 1);
  const blocks: Block[] = [];
  for (let image = 0; image < batch; image += images) {
    for (let line = 0; line < rows; line += lines) {
      const some = Math.min(images, batch - image);
      const part = Math.min(lines, rows - line);
      const [first, windows] = [(image * rows + line) * columns, some * part * columns];
      blocks.push({ first, count: windows, image, images: some, top: line * strideY + y0, height: heightOf(part) });
    }
  }
  const size = images * heightOf(Math.min(lines, rows)) * width;
  const largest = blocks.reduce((n, block) => Math.max(n, block.count), 0);
  const windows = Int32Array.from({ length: largest }, (_, i) => {
    const j = i % columns;
    const line = (i - j) / columns;
    const row = line % lines;
    return ((line - row) / lines) * whole + row * strideY * width + j * strideX * channels;
  });
  const elements = Int32Array.from({ length: tapsY.length * count }, (_, e) => {
    const t = Math.floor(e / count);
    return (tapsY[t]! - y0) * width + (tapsX[t]! - x0) * channels + (e % count);
  });
  const copy = blockCopier(dtype);
  const load = (block: Block, x: TypedArray): void => {
    kernel.reserve(size);
    loadBlock(kernel, copy, w, block, x, x0, width, channels);
  };
  return { blocks, windows, elements, load };
}

/** Rows of the image, cut or widened with zeros to `width` elements from column `x0` on. */
function loadBlock(
  { a }: Microkernel, copy: ReturnType<typeof blockCopier>, { height, width: columns }: Windows, block: Block, x: TypedArray, x0: number, width: number, channels: number,
): void {
  const from = Math.max(0, x0);
  const skip = (from - x0) * channels;
  const run = Math.min(columns - from, width / channels - (from - x0)) * channels;
  let at = 0;
  for (let i = block.image; i < block.image + block.images; i++) {
    for (let y = block.top; y < block.top + block.height; y++, at += width) {
      const inside = y >= 0 && y < height && run > 0;
      const end = inside ? skip + run : 0;
      if (inside) {
        if (skip > 0) a.fill(0, at, at + skip);
        copy(x, ((i * height + y) * columns + from) * channels, 0, 1, a, at + skip, 0, 1, 1, run);
      }
      if (end < width) a.fill(0, at + end, at + width);
    }
  }
}
