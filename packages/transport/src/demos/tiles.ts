/** Square pictures side by side in one grid, about half as wide again as tall, with a line of nothing between them. */

/** A grid of pictures of side × side. */
export interface Tiles {
  readonly z: Float64Array;
  readonly width: number;
  readonly height: number;
  readonly x: readonly [number, number];
  /** The first row is on top. */
  readonly y: readonly [number, number];
}

/** Puts pictures in rows, from left to right and from the top down. */
export function tiles(pictures: readonly Float64Array[], side: number): Tiles {
  const across = Math.min(pictures.length, Math.ceil(Math.sqrt(1.5 * pictures.length)));
  const [width, height] = [across * (side + 1) - 1, Math.ceil(pictures.length / across) * (side + 1) - 1];
  const z = new Float64Array(width * height);
  pictures.forEach((picture, k) => {
    const [top, left] = [Math.floor(k / across) * (side + 1), (k % across) * (side + 1)];
    for (let row = 0; row < side; row++) z.set(picture.subarray(row * side, (row + 1) * side), (top + row) * width + left);
  });
  return { z, width, height, x: [1, width], y: [height, 1] };
}
