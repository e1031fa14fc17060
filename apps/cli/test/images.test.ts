import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readImage } from '../src/data/images/decode.js';
import { openFolder } from '../src/data/images/folder.js';
import { resize } from '../src/data/images/resize.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'curv images '));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** An image whose pixels are a function of their place. */
function image(width: number, height: number, pixel: (x: number, y: number) => readonly [number, number, number]): PNG {
  const png = new PNG({ width, height });
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) png.data.set([...pixel(x, y), 255], 4 * (y * width + x));
  return png;
}
const pixelsOf = (png: PNG) => ({ width: png.width, height: png.height, pixels: new Uint8Array(png.data) });

describe('resizing', () => {
  it('leaves an image of the right size as it is', () => {
    const png = image(3, 2, (x, y) => [10 * x, 20 * y, 7]);
    expect(Array.from(resize(pixelsOf(png), 2, 3, 3))).toEqual([0, 0, 7, 10, 0, 7, 20, 0, 7, 0, 20, 7, 10, 20, 7, 20, 20, 7]);
  });

  it('averages when it shrinks, and keeps a linear ramp linear inside', () => {
    const ramp = pixelsOf(image(16, 4, (x) => [8 * x, 0, 0]));
    const small = resize(ramp, 2, 4, 3);
    // Pixel i of 4 is centred at 4 i + 1.5 of 16; at the borders the triangle is cut off.
    expect([1, 2].map((i) => small[3 * i])).toEqual([44, 76]);
    const large = resize(ramp, 4, 32, 3);
    for (let i = 1; i < 31; i++) expect(large[3 * i]).toBeCloseTo(8 * ((i + 0.5) / 2 - 0.5), 4);
    expect(large[0]).toBe(0);
  });

  it('gives one channel as luma, and alpha as a fourth', () => {
    const png = pixelsOf(image(1, 1, () => [100, 200, 50]));
    expect(resize(png, 1, 1, 1)[0]).toBeCloseTo(0.299 * 100 + 0.587 * 200 + 0.114 * 50, 4);
    expect(Array.from(resize(png, 1, 1, 4))).toEqual([100, 200, 50, 255]);
  });
});

describe('a folder of images', () => {
  it('reads PNG and JPEG files by their content, classes by the names of sub-folders in turns', async () => {
    for (const name of ['cat', 'dog']) mkdirSync(join(folder, 'pets', name), { recursive: true });
    const grey = (v: number): PNG => image(8, 8, () => [v, v, v]);
    writeFileSync(join(folder, 'pets/cat/a.png'), PNG.sync.write(grey(51)));
    writeFileSync(join(folder, 'pets/cat/b.png'), PNG.sync.write(grey(102)));
    const photo = grey(204);
    // Named as a PNG, as photographs often are.
    writeFileSync(join(folder, 'pets/dog/c.png'), jpeg.encode({ width: 8, height: 8, data: photo.data }, 95).data);
    writeFileSync(join(folder, 'pets/dog/notes.txt'), 'no image');
    const data = await openFolder(join(folder, 'pets'), { shape: [4, 4, 3], outputs: 2, classes: 2 }, '0..1');
    expect(data.count).toBe(3);
    const label = (i: number): number => (data.target.kind === 'classes' ? data.target.at(i) : NaN);
    expect([0, 1, 2].map(label)).toEqual([0, 1, 0]);
    const values = data.inputs(0, 3);
    expect(values).toHaveLength(3 * 48);
    expect([values[0], values[96]].map((v) => v!.toFixed(4))).toEqual(['0.2000', '0.4000']);
    // JPEG is lossy: within two levels of 255.
    expect(Math.abs(values[48]! - 0.8)).toBeLessThan(2 / 255);
    const signed = await openFolder(join(folder, 'pets'), { shape: [4, 4, 3], outputs: 2, classes: null }, '-1..1');
    expect(signed.inputs(0, 1)[0]).toBeCloseTo(51 / 127.5 - 1, 5);
  });

  it('names what is wrong', async () => {
    mkdirSync(join(folder, 'broken/one'), { recursive: true });
    writeFileSync(join(folder, 'broken/one/x.png'), 'text');
    expect(() => readImage(join(folder, 'broken/one/x.png'))).toThrow(/x\.png: no PNG or JPEG image/);
    const open = (path: string, shape: (number | null)[], classes: number | null): Promise<unknown> => openFolder(join(folder, path), { shape, outputs: null, classes }, '0..1');
    await expect(open('broken', [4, 4, 3], 5)).rejects.toThrow(/has 1 sub-folders \(one\), but the model tells 5 classes apart/);
    await expect(open('broken', [16], null)).rejects.toThrow(/holds images, but the model takes \[16\]/);
    await expect(open('broken', [null, null, 3], null)).rejects.toThrow(/leaves the size of its images open/);
    await expect(open('broken/one', [4, 4, 3], null)).rejects.toThrow(/has no sub-folders/);
  });
});
