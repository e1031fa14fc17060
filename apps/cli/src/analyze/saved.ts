/** A saved TensorFlow.js model and its data as a problem. */
import { type SavedProblem as Joined, savedProblem, type SavedProblemOptions } from '@curv-internal/model-data';
import type { ImportedModel } from '@curv/tfjs';
import { type ModelDataOptions, openData } from '../data/model-data.js';

/** What the command line says of it. */
export type SavedOptions = ModelDataOptions & Omit<SavedProblemOptions, 'path'>;

/** What is analysed. */
export interface SavedProblem extends Joined {
  readonly net: ImportedModel;
}

/** Loads a model and opens its data. @throws what the importer and the data's readers throw, naming what does not fit */
export async function openSaved(path: string, source: string, options: SavedOptions): Promise<SavedProblem> {
  const [{ fromLayersModel }, { modelFiles }] = await Promise.all([import('@curv/tfjs'), import('@curv/tfjs/node')]);
  const net = fromLayersModel(await modelFiles(path).load()) as ImportedModel;
  return { net, ...(await savedProblem(net, (wanted) => openData(source, wanted, options), { ...options, path })) };
}
