/** PNG and JPEG files as pixels. */
import { readFileSync } from 'node:fs';
import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import { messageOf, UsageError } from '../../errors.js';

/** Pixels row after row, four bytes each: red, green, blue, alpha. */
export interface Image {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/** Names of the files that can be read. */
export const isImage = (name: string): boolean => /\.(?:png|jpe?g)$/i.test(name);

/** At once, since a batch of a curvature problem is asked for at once. @throws UsageError naming the file that cannot be decoded */
export function readImage(file: string): Image {
  try {
    const bytes = readFileSync(file);
    // By content: photographs are often misnamed.
    const { width, height, data } = bytes[0] === 0x89 ? PNG.sync.read(bytes) : jpeg.decode(bytes, { useTArray: true, formatAsRGBA: true });
    return { width, height, pixels: data };
  } catch (error) {
    throw new UsageError(`${file}: no PNG or JPEG image (${messageOf(error)})`);
  }
}
