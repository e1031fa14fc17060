/** Patches of images as the rows of a matrix ("im2col"). */
import type { Geometry } from './convolution.js';

/**
 * Plans the filling of [kh · kw · channels, batch · oh · ow]: row (i, j, c) holds what filter tap (i, j) sees of channel c at each output position;
 * padding is zero.
 */
export function unfold(
  shape: readonly number[],
  [kh, kw]: readonly [number, number],
  [oh, ow]: readonly [number, number],
  { strides, padding, dilation }: Geometry,
): (x: Float32Array, out: Float32Array) => void {
  const [n, height, width, channels] = shape as [number, number, number, number];
  return (x, out) => {
    let at = 0;
    for (let i = 0; i < kh; i++) {
      for (let j = 0; j < kw; j++) {
        for (let c = 0; c < channels; c++) {
          for (let b = 0; b < n; b++) {
            for (let p = 0; p < oh; p++) {
              const row = p * strides[0] + i * dilation[0] - padding[0][0];
              const inside = row >= 0 && row < height;
              const base = ((b * height + row) * width - padding[1][0] + j * dilation[1]) * channels + c;
              const first = j * dilation[1] - padding[1][0];
              const step = strides[1];
              for (let q = 0; q < ow; q++) {
                const column = first + q * step;
                out[at++] = inside && column >= 0 && column < width ? x[base + q * step * channels]! : 0;
              }
            }
          }
        }
      }
    }
  };
}
