/** Layers models on disk: `model.json` beside the shards of its weights. */
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { io } from '@tensorflow/tfjs-core';
import type { WeightEntry } from '../models/dequantize.js';
import { joined, type ModelJson, readArtifacts } from '../models/read-artifacts.js';

/** An `IOHandler` for `tf.loadLayersModel` and `model.save`, whose `load` also feeds `fromLayersModel`. */
export interface ModelFiles extends io.IOHandler {
  load(): Promise<io.ModelArtifacts>;
  save(artifacts: io.ModelArtifacts): Promise<io.SaveResult>;
}

/** Size of a shard, as TensorFlow.js's converter makes them. */
const SHARD = 4 * 1024 * 1024;

/**
 * A model's files. Weights stay as they are stored (quantized ones too); `tf.loadLayersModel` and `fromLayersModel` decode them.
 * @param path a `model.json`, or the folder that holds one
 * @throws TypeError on a file that is no layers model; RangeError on a shard that is missing or truncated; all name the file
 */
export function modelFiles(path: string): ModelFiles {
  const file = path.endsWith('.json') ? path : join(path, 'model.json');
  return {
    load: () => load(file),
    save: (artifacts) => save(file, artifacts),
  };
}

async function load(file: string): Promise<io.ModelArtifacts> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new TypeError(`${file}: no model.json can be read there (${(cause as Error).message})`, { cause });
  }
  return readArtifacts(file, text, async (path) => new Uint8Array(await readFile(join(dirname(file), path))));
}

/** Files are written beside their places and then moved, `model.json` last: what is there is whole. */
async function save(file: string, artifacts: io.ModelArtifacts): Promise<io.SaveResult> {
  const { weightData, weightSpecs = [], modelTopology } = artifacts;
  if (modelTopology === undefined || modelTopology instanceof ArrayBuffer) throw new TypeError(`${file}: a layers model to save must have a JSON topology`);
  const bytes = new Uint8Array(joined([weightData ?? []].flat().map((part) => new Uint8Array(part as ArrayBuffer))));
  const folder = dirname(file);
  await mkdir(folder, { recursive: true });
  const count = Math.max(1, Math.ceil(bytes.length / SHARD));
  const paths = Array.from({ length: count }, (_, i) => `${basename(file, '.json') === 'model' ? '' : `${basename(file, '.json')}.`}group1-shard${i + 1}of${count}.bin`);
  for (const [i, path] of paths.entries()) await writeWhole(join(folder, path), bytes.subarray(i * SHARD, (i + 1) * SHARD));
  const json: ModelJson = {
    modelTopology,
    format: 'layers-model',
    generatedBy: artifacts.generatedBy ?? '@curv/tfjs',
    convertedBy: artifacts.convertedBy ?? null,
    ...(artifacts.trainingConfig && { trainingConfig: artifacts.trainingConfig }),
    ...(artifacts.userDefinedMetadata && { userDefinedMetadata: artifacts.userDefinedMetadata }),
    weightsManifest: [{ paths, weights: weightSpecs as readonly WeightEntry[] }],
  };
  await writeWhole(file, JSON.stringify(json));
  const { size } = await stat(file);
  return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON', modelTopologyBytes: size, weightDataBytes: bytes.length } };
}

async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const part = `${path}.part`;
  await writeFile(part, content);
  await rename(part, path);
}
