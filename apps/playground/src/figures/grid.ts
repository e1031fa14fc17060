/** Grids as the page draws them. */
import type { GridFrame, ImageFrame } from '@curv/plugin';
import { viridis } from './colours.js';
import type { Theme } from './theme.js';

/** A grid of at most a given size, cells averaged. */
export interface Cells {
  readonly width: number;
  readonly height: number;
  readonly z: Float64Array;
  readonly low: number;
  readonly high: number;
  /** Distinct values, when they are few. */
  readonly levels: readonly number[] | null;
}

const FEW = 8;

/** Averages blocks of cells until no side is longer than `most`. */
export function shrink({ width, height, z }: Pick<GridFrame, 'width' | 'height' | 'z'>, most: number): Cells {
  const step = Math.max(1, Math.ceil(Math.max(width, height) / most));
  const [w, h] = [Math.ceil(width / step), Math.ceil(height / step)];
  const out = new Float64Array(w * h);
  const count = new Uint32Array(w * h);
  const seen = new Set<number>();
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j++) {
      const at = Math.floor(i / step) * w + Math.floor(j / step);
      const value = z[i * width + j]!;
      out[at]! += value;
      count[at]!++;
      if (seen.size <= FEW) seen.add(value);
    }
  }
  let [low, high] = [Infinity, -Infinity];
  for (let k = 0; k < out.length; k++) {
    out[k]! /= count[k]!;
    if (!Number.isFinite(out[k]!)) continue;
    low = Math.min(low, out[k]!);
    high = Math.max(high, out[k]!);
  }
  const levels = seen.size <= FEW && step === 1 ? [...seen].sort((a, b) => a - b) : null;
  return { width: w, height: h, z: out, low, high, levels };
}

/** The colour of a value. */
export function colourOf({ low, high, levels }: Cells, theme: Theme): (value: number) => readonly number[] {
  const hex = (text: string): number[] => [1, 3, 5].map((at) => Number.parseInt(text.slice(at, at + 2), 16));
  if (levels !== null && levels.length <= 2) {
    const [ground, mark] = [hex(theme.dark ? '#222937' : '#eef1f6'), hex(theme.palette[0]!)];
    return (value) => (value === levels.at(-1) && levels.length === 2 ? mark : ground);
  }
  const span = high - low || 1;
  return (value) => viridis((value - low) / span);
}

/** Pictures of grids that were painted: a figure is drawn again whenever something is added to it. */
const painted = new WeakMap<GridFrame, { readonly key: string; readonly cells: Cells; readonly address: string }>();

/** A grid as the address of a picture, of at most `most` cells a side, with what was painted. */
export function pictureOf(grid: GridFrame, most: number, theme: Theme): { readonly cells: Cells; readonly address: string } {
  const upward = grid.y !== undefined && grid.y[1] > grid.y[0];
  const key = `${most} ${theme.dark}`;
  const before = painted.get(grid);
  if (before?.key === key) return before;
  const cells = shrink(grid, most);
  const picture = { key, cells, address: paint(cells, theme, upward) };
  painted.set(grid, picture);
  return picture;
}

/** Cells as a picture, the first row on top or below. */
function paint(cells: Cells, theme: Theme, upward: boolean): string {
  const { width, height, z } = cells;
  const colour = colourOf(cells, theme);
  const pixels = new ImageData(width, height);
  for (let i = 0; i < height; i++) {
    const row = upward ? height - 1 - i : i;
    for (let j = 0; j < width; j++) {
      const [r, g, b] = colour(z[row * width + j]!);
      const at = 4 * (i * width + j);
      pixels.data[at] = r!;
      pixels.data[at + 1] = g!;
      pixels.data[at + 2] = b!;
      pixels.data[at + 3] = 255;
    }
  }
  return addressOf(pixels);
}

/** An image frame as the address of a picture. */
export function paintImage({ width, height, rgb }: ImageFrame): string {
  const pixels = new ImageData(width, height);
  for (let k = 0; k < width * height; k++) for (let c = 0; c < 4; c++) pixels.data[4 * k + c] = c === 3 ? 255 : Math.round(255 * Math.min(1, Math.max(0, rgb[3 * k + c]!)));
  return addressOf(pixels);
}

function addressOf(pixels: ImageData): string {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [pixels.width, pixels.height];
  // Kept in memory: its picture is read out at once, which a graphics card makes slow.
  canvas.getContext('2d', { willReadFrequently: true })!.putImageData(pixels, 0, 0);
  return canvas.toDataURL();
}
