/** Images in the size and the channels that a model takes. */
import type { Image } from './decode.js';

/** Weights of input positions for each output position: a triangle as wide as the larger of the two pixel sizes, so that shrinking averages. */
function filter(from: number, to: number): { readonly first: number; readonly weights: Float64Array }[] {
  const scale = from / to;
  const reach = Math.max(1, scale);
  return Array.from({ length: to }, (_, i) => {
    const centre = (i + 0.5) * scale - 0.5;
    const first = Math.max(0, Math.ceil(centre - reach));
    const last = Math.min(from - 1, Math.floor(centre + reach));
    const weights = Float64Array.from({ length: last - first + 1 }, (__, k) => Math.max(0, 1 - Math.abs(first + k - centre) / reach));
    const total = weights.reduce((a, b) => a + b, 0);
    return { first, weights: weights.map((w) => w / total) };
  });
}

/** What is taken of a pixel. */
const CHANNELS: Readonly<Record<number, (r: number, g: number, b: number, a: number) => readonly number[]>> = {
  // Luma of ITU-R BT.601.
  1: (r, g, b) => [0.299 * r + 0.587 * g + 0.114 * b],
  3: (r, g, b) => [r, g, b],
  4: (r, g, b, a) => [r, g, b, a],
};

/** Whether images can be given with so many channels. */
export const hasChannels = (channels: number): boolean => channels in CHANNELS;

/** [height, width, channels] with values from 0 to 255, row after row; first along rows, then along columns. */
export function resize(image: Image, height: number, width: number, channels: number): Float32Array {
  const take = CHANNELS[channels]!;
  const wide = filter(image.width, width);
  const rows = new Float32Array(image.height * width * channels);
  for (let y = 0; y < image.height; y++) {
    wide.forEach(({ first, weights }, x) => {
      weights.forEach((weight, k) => {
        const at = 4 * (y * image.width + first + k);
        const { pixels } = image;
        take(pixels[at]!, pixels[at + 1]!, pixels[at + 2]!, pixels[at + 3]!).forEach((value, c) => (rows[(y * width + x) * channels + c]! += weight * value));
      });
    });
  }
  const out = new Float32Array(height * width * channels);
  filter(image.height, height).forEach(({ first, weights }, y) => {
    weights.forEach((weight, k) => {
      const from = (first + k) * width * channels;
      const to = y * width * channels;
      for (let i = 0; i < width * channels; i++) out[to + i]! += weight * rows[from + i]!;
    });
  });
  return out;
}
