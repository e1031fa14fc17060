/** Files that a visitor drops. */
import { csvData, fitted, type ModelData, npzData, parseCsv, parseNpz, type Wanted } from '@curv-internal/model-data';
import { fromLayersModel, type ImportedModel, readArtifacts } from '@curv/tfjs';

/** @throws TypeError or RangeError naming the file that is missing, cut short or no model */
export async function readModel(files: readonly File[]): Promise<ImportedModel> {
  const json = files.find(({ name }) => /\.json$/i.test(name));
  if (json === undefined) throw new TypeError(`model: expected a model.json and its weight shards, got ${files.map(({ name }) => name).join(', ')}`);
  const shard = async (path: string): Promise<Uint8Array> => {
    const file = files.find(({ name }) => name === path.split('/').at(-1));
    if (file === undefined) throw new RangeError(`${path} is not among the files`);
    return new Uint8Array(await file.arrayBuffer());
  };
  return fromLayersModel(await readArtifacts(json.name, await json.text(), shard)) as ImportedModel;
}

/** @throws RangeError naming what in the file is wrong */
export async function readData(file: File, wanted: Wanted): Promise<ModelData> {
  if (/\.npz$/i.test(file.name)) return fitted(npzData(file.name, parseNpz(file.name, new Uint8Array(await file.arrayBuffer()))), wanted);
  if (/\.csv$/i.test(file.name)) return fitted(csvData(file.name, parseCsv(file.name, await file.text()), wanted), wanted);
  throw new RangeError(`data: expected a .npz (arrays x, y) or a .csv (label in the last column), got ${file.name}`);
}
