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

/** Cells as a picture, the first row on top or below. */
export function paint(cells: Cells, theme: Theme, upward: boolean): HTMLCanvasElement {
  const { width, height, z } = cells;
  const colour = colourOf(cells, theme);
  const pixels = new ImageData(width, height);
  for (let i = 0; i < height; i++) {
    const row = upward ? height - 1 - i : i;
    for (let j = 0; j < width; j++) pixels.data.set([...colour(z[row * width + j]!), 255], 4 * (i * width + j));
  }
  return canvasOf(pixels);
}

/** An image frame as a picture. */
export function paintImage({ width, height, rgb }: ImageFrame): HTMLCanvasElement {
  const pixels = new ImageData(width, height);
  for (let k = 0; k < width * height; k++) for (let c = 0; c < 4; c++) pixels.data[4 * k + c] = c === 3 ? 255 : Math.round(255 * Math.min(1, Math.max(0, rgb[3 * k + c]!)));
  return canvasOf(pixels);
}

function canvasOf(pixels: ImageData): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [pixels.width, pixels.height];
  canvas.getContext('2d')!.putImageData(pixels, 0, 0);
  return canvas;
}
