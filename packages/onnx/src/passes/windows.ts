/** Which element of an image each tap of a window sees, as index tables over flattened rows and columns. */
import type { Params } from '@curv/tensor';

/** Windows of one image size. */
export interface Windows {
  /** Size of the image, of the grid of windows, and of a window. */
  readonly image: readonly [number, number];
  readonly grid: readonly [number, number];
  readonly window: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly low: readonly [number, number];
  readonly dilation: readonly [number, number];
}

/** An index table [rows, columns]; `outside` says whether any entry lies outside of what is indexed. */
export interface Table {
  readonly key: string;
  readonly rows: number;
  readonly columns: number;
  readonly data: Int32Array;
  readonly outside: boolean;
}

export const taps = ({ window }: Windows): number => window[0] * window[1];
export const pixels = ({ image }: Windows): number => image[0] * image[1];
export const places = ({ grid }: Windows): number => grid[0] * grid[1];

/** Geometry from a primitive's parameters. */
export function windowsOf(params: Params, image: readonly number[], grid: readonly number[], window: readonly number[]): Windows {
  const padding = params['padding'] as readonly [readonly number[], readonly number[]];
  const pair = (list: readonly number[]): [number, number] => [list[0]!, list[1]!];
  return {
    image: pair(image),
    grid: pair(grid),
    window: pair(window),
    strides: pair(params['strides'] as number[]),
    low: [padding[0][0]!, padding[1][0]!],
    dilation: pair((params['dilation'] as number[] | undefined) ?? [1, 1]),
  };
}

const keyOf = (name: string, w: Windows): string => `${name} ${JSON.stringify(w)}`;

/** Pixel that each tap of each window sees, [places, taps]; one past the last pixel where it is outside. */
export function seenPixels(w: Windows): Table {
  const [count, none] = [taps(w), pixels(w)];
  const data = new Int32Array(count * places(w)).fill(none);
  eachSight(w, (tap, place, pixel) => (data[place * count + tap] = pixel));
  return { key: keyOf('seen', w), rows: places(w), columns: count, data, outside: data.includes(none) };
}

/** Place whose tap sees each pixel, [pixels, taps]; one past the last place where there is none. */
export function seeingPlaces(w: Windows): Table {
  const [count, none] = [taps(w), places(w)];
  const data = new Int32Array(count * pixels(w)).fill(none);
  eachSight(w, (tap, place, pixel) => (data[pixel * count + tap] = place));
  return { key: keyOf('seeing', w), rows: pixels(w), columns: count, data, outside: data.includes(none) };
}

/**
 * All sights of each pixel: [most, pixels], where `most` is the largest number of them. Entries index [places, width], width being the number of taps or
 * 1; where some pixel is seen less often (`outside`), a place of zeros follows, which fills the gaps.
 */
export function contributions(w: Windows, width: number): Table {
  const [n, none] = [pixels(w), places(w) * width];
  const found: number[][] = Array.from({ length: n }, () => []);
  eachSight(w, (tap, place, pixel) => found[pixel]!.push(width === 1 ? place : place * width + tap));
  const rows = found.reduce((most, list) => Math.max(most, list.length), 1);
  const data = new Int32Array(rows * n).fill(none);
  found.forEach((list, pixel) => list.forEach((entry, row) => (data[row * n + pixel] = entry)));
  return { key: keyOf(`contributions ${width}`, w), rows, columns: n, data, outside: data.includes(none) };
}

/** Rows of an image with its padding, all that windows with stride 1 see. */
export const shiftedRows = ({ grid, window, dilation }: Windows): number => grid[0] + (window[0] - 1) * dilation[0];

/** Entries (row, column, shift) of an index table over an image; what lies outside of it is one past its last element. */
function shifts(name: string, w: Windows, count: number, [height, width]: readonly [number, number], at: (row: number, column: number, shift: number) => readonly [number, number]): Table {
  const [rows, columns, none] = [shiftedRows(w), w.grid[1], height * width];
  const data = new Int32Array(rows * columns * count).fill(none);
  for (let i = 0; i < data.length; i++) {
    const place = Math.floor(i / count);
    const [row, column] = at(Math.floor(place / columns), place % columns, i % count);
    if (row >= 0 && row < height && column >= 0 && column < width) data[i] = row * width + column;
  }
  return { key: keyOf(name, w), rows: rows * columns, columns: count, data, outside: data.includes(none) };
}

/** Pixels that windows with stride 1 see in each row of the padded image, [rows·grid width, kw]. */
export const shiftedWidths = (w: Windows): Table =>
  shifts('widths', w, w.window[1], w.image, (row, column, s) => [row - w.low[0], column + s * w.dilation[1] - w.low[1]]);

/** Places whose windows see each row of the padded image, [rows·grid width, kh]. */
export const shiftedHeights = (w: Windows): Table =>
  shifts('heights', w, w.window[0], w.grid, (row, column, r) => [row - r * w.dilation[0], column]);

/** Visits every pair of a window's tap and the pixel that it sees. */
function eachSight(w: Windows, visit: (tap: number, place: number, pixel: number) => void): void {
  for (let p = 0; p < w.grid[0]; p++) {
    for (let q = 0; q < w.grid[1]; q++) {
      for (let tap = 0; tap < taps(w); tap++) {
        const row = p * w.strides[0] + Math.floor(tap / w.window[1]) * w.dilation[0] - w.low[0];
        const column = q * w.strides[1] + (tap % w.window[1]) * w.dilation[1] - w.low[1];
        const inside = row >= 0 && row < w.image[0] && column >= 0 && column < w.image[1];
        if (inside) visit(tap, p * w.grid[1] + q, row * w.image[1] + column);
      }
    }
  }
}
