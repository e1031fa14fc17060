/** A folder of images, labels by sub-folder. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelData, Wanted } from '@curv-internal/model-data';
import { UsageError } from '../../errors.js';
import { isImage, readImage } from './decode.js';
import { hasChannels, resize } from './resize.js';

/** Ranges of pixel values, as models were trained on them. */
export const PIXELS: Readonly<Record<string, (v: number) => number>> = {
  '0..1': (v) => v / 255,
  '-1..1': (v) => v / 127.5 - 1,
  '0..255': (v) => v,
};

/**
 * Classes are the sub-folders in the order of their names; examples take turns between them, so that the first few hold every class. Images are
 * decoded when a batch asks for them, so memory does not grow with the folder.
 */
export async function openFolder(folder: string, { shape, classes }: Wanted, pixels: string): Promise<ModelData> {
  const [height, width, channels] = imageShape(folder, shape);
  const names = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map(({ name }) => name).sort();
  if (names.length === 0) throw new UsageError(`--data: ${folder} has no sub-folders; expected one for each class, with PNG or JPEG images`);
  if (classes !== null && names.length !== classes) throw new UsageError(`--data: ${folder} has ${names.length} sub-folders (${names.join(', ')}), but the model tells ${classes} classes apart`);
  const files = await Promise.all(names.map(async (name) => (await readdir(join(folder, name))).filter(isImage).sort().map((file) => join(folder, name, file))));
  const examples = inTurns(files);
  if (examples.length === 0) throw new UsageError(`--data: the sub-folders of ${folder} (${names.join(', ')}) hold no PNG or JPEG images`);
  const range = PIXELS[pixels]!;
  return {
    name: folder,
    count: examples.length,
    shape: [height, width, channels],
    target: { kind: 'classes', at: (i) => examples[i]!.label },
    inputs(from, to) {
      const size = height * width * channels;
      const out = new Float32Array((to - from) * size);
      for (let i = from; i < to; i++) out.set(resize(readImage(examples[i]!.file), height, width, channels).map(range), (i - from) * size);
      return out;
    },
  };
}

function imageShape(folder: string, shape: readonly (number | null)[]): [number, number, number] {
  const [height, width, channels] = shape;
  if (shape.length !== 3 || !hasChannels(channels ?? 0)) throw new UsageError(`--data: ${folder} holds images, but the model takes [${shape.map((n) => n ?? 'any').join(', ')}]; expected [height, width, 1, 3 or 4 channels]`);
  if (height == null || width == null) throw new UsageError(`--data: the model leaves the size of its images open ([${shape.map((n) => n ?? 'any').join(', ')}]); save it with an input of fixed size`);
  return [height, width, channels!];
}

function inTurns(files: readonly (readonly string[])[]): { file: string; label: number }[] {
  const out: { file: string; label: number }[] = [];
  const most = Math.max(0, ...files.map((list) => list.length));
  for (let i = 0; i < most; i++) files.forEach((list, label) => void (i < list.length && out.push({ file: list[i]!, label })));
  return out;
}
