/** Values as colours. */

/** Anchors of the viridis map (Smith & van der Walt 2015), evenly spaced. */
const VIRIDIS = [
  [68, 1, 84], [72, 40, 120], [62, 74, 137], [49, 104, 142], [38, 130, 142], [31, 158, 137], [53, 183, 121], [110, 206, 88], [181, 222, 43], [253, 231, 37],
] as const;

/** Red, green and blue, 0 to 255, of a value from 0 to 1. */
export function viridis(t: number): [number, number, number] {
  const at = Math.min(1, Math.max(0, t)) * (VIRIDIS.length - 1);
  const i = Math.min(VIRIDIS.length - 2, Math.floor(at));
  const [a, b] = [VIRIDIS[i]!, VIRIDIS[i + 1]!];
  return [0, 1, 2].map((c) => Math.round(a[c]! + (at - i) * (b[c]! - a[c]!))) as [number, number, number];
}

export const rgbText = ([r, g, b]: readonly number[]): string => `rgb(${r},${g},${b})`;
