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

/** Pixel that each tap of each window sees: [taps, places]; one past the last pixel where it is outside. */
export function seenPixels(w: Windows): Table {
  const none = pixels(w);
  const data = new Int32Array(taps(w) * places(w));
  let [at, outside] = [0, false];
  eachTap(w, (i, j) => {
    for (let p = 0; p < w.grid[0]; p++) {
      const row = p * w.strides[0] + i * w.dilation[0] - w.low[0];
      for (let q = 0; q < w.grid[1]; q++) {
        const column = q * w.strides[1] + j * w.dilation[1] - w.low[1];
        const inside = row >= 0 && row < w.image[0] && column >= 0 && column < w.image[1];
        outside ||= !inside;
        data[at++] = inside ? row * w.image[1] + column : none;
      }
    }
  });
  return { key: keyOf('seen', w), rows: taps(w), columns: places(w), data, outside };
}

/** The place whose given tap sees a pixel, or −1. */
function placeOf(w: Windows, pixel: number, i: number, j: number): number {
  const p = (Math.floor(pixel / w.image[1]) + w.low[0] - i * w.dilation[0]) / w.strides[0];
  const q = ((pixel % w.image[1]) + w.low[1] - j * w.dilation[1]) / w.strides[1];
  const inside = Number.isInteger(p) && p >= 0 && p < w.grid[0] && Number.isInteger(q) && q >= 0 && q < w.grid[1];
  return inside ? p * w.grid[1] + q : -1;
}

/** Place whose tap sees each pixel: [taps, pixels]; one past the last place where there is none. */
export function seeingPlaces(w: Windows): Table {
  const [n, none] = [pixels(w), places(w)];
  const data = new Int32Array(taps(w) * n);
  let [at, outside] = [0, false];
  eachTap(w, (i, j) => {
    for (let pixel = 0; pixel < n; pixel++) {
      const place = placeOf(w, pixel, i, j);
      outside ||= place < 0;
      data[at++] = place < 0 ? none : place;
    }
  });
  return { key: keyOf('seeing', w), rows: taps(w), columns: n, data, outside };
}

/**
 * All (tap, place) that see each pixel: [most, pixels], where `most` is the largest number of them. Entries index a flattened [taps, places + 1] whose
 * last column is zero; with `byPlace`, a flattened [places + 1].
 */
export function contributions(w: Windows, byPlace: boolean): Table {
  const [n, count] = [pixels(w), places(w)];
  const found: number[][] = Array.from({ length: n }, () => []);
  let tap = 0;
  eachTap(w, (i, j) => {
    for (let pixel = 0; pixel < n; pixel++) {
      const place = placeOf(w, pixel, i, j);
      if (place >= 0) found[pixel]!.push(byPlace ? place : tap * (count + 1) + place);
    }
    tap++;
  });
  const rows = found.reduce((most, list) => Math.max(most, list.length), 1);
  const data = new Int32Array(rows * n).fill(count);
  found.forEach((list, pixel) => list.forEach((entry, row) => (data[row * n + pixel] = entry)));
  return { key: keyOf(byPlace ? 'places' : 'contributions', w), rows, columns: n, data, outside: true };
}

function eachTap({ window }: Windows, visit: (i: number, j: number) => void): void {
  for (let i = 0; i < window[0]; i++) for (let j = 0; j < window[1]; j++) visit(i, j);
}
