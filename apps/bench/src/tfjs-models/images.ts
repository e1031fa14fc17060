/** Pictures for the bench: smooth waves in colour, one for each seed. */
import { random } from '@curv/tensor';

export const SIZE = 224;

/** [224, 224, 3] of values in 0 … 1, row after row. */
export function picture(seed: number): Float32Array {
  const stream = random(seed).fork('picture');
  const waves = Array.from({ length: 3 }, () => Array.from({ length: 5 }, () => stream.normal()) as [number, number, number, number, number]);
  const out = new Float32Array(SIZE * SIZE * 3);
  for (let y = 0; y < SIZE; y++) {
    for (let x = 0; x < SIZE; x++) {
      waves.forEach(([a, b, c, d, e], channel) => {
        out[(y * SIZE + x) * 3 + channel] = 0.5 + 0.25 * Math.sin((a * x) / 20 + (b * y) / 25 + c) + 0.2 * Math.cos((d * x) / 9 + (e * y) / 11);
      });
    }
  }
  return out;
}
