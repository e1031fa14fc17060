/** Layers models on disk: `model.json` beside the shards of its weights. */
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { io } from '@tensorflow/tfjs-core';
import { bytesOf, type WeightEntry } from '../models/dequantize.js';
import { CONVERT, isGraph } from '../models/topology.js';

/** An `IOHandler` for `tf.loadLayersModel` and `model.save`, whose `load` also feeds `fromLayersModel`. */
export interface ModelFiles extends io.IOHandler {
  load(): Promise<io.ModelArtifacts>;
  save(artifacts: io.ModelArtifacts): Promise<io.SaveResult>;
}

interface Group {
  readonly paths: readonly string[];
  readonly weights: readonly WeightEntry[];
}

interface ModelJson {
  readonly modelTopology?: unknown;
  readonly weightsManifest?: readonly Group[];
  readonly format?: string;
  readonly generatedBy?: string;
  readonly convertedBy?: string | null;
  readonly trainingConfig?: io.TrainingConfig;
  readonly userDefinedMetadata?: Record<string, object>;
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
  const json = await readJson(file);
  const manifest = checkJson(file, json);
  const parts: Uint8Array[] = [];
  for (const group of manifest) parts.push(await readGroup(file, group));
  const weightData = joined(parts);
  const { format, generatedBy, convertedBy, trainingConfig, userDefinedMetadata } = json;
  return {
    modelTopology: json.modelTopology as object,
    weightSpecs: manifest.flatMap(({ weights }) => weights) as io.WeightsManifestEntry[],
    weightData,
    ...(format !== undefined && { format }),
    ...(generatedBy !== undefined && { generatedBy }),
    ...(convertedBy != null && { convertedBy }),
    ...(trainingConfig !== undefined && { trainingConfig }),
    ...(userDefinedMetadata !== undefined && { userDefinedMetadata }),
  };
}

async function readJson(file: string): Promise<ModelJson> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new TypeError(`${file}: no model.json can be read there (${(cause as Error).message})`, { cause });
  }
  try {
    return JSON.parse(text) as ModelJson;
  } catch (cause) {
    throw new TypeError(`${file}: expected JSON, found something else (${(cause as Error).message})`, { cause });
  }
}

function checkJson(file: string, json: ModelJson): readonly Group[] {
  if (typeof json !== 'object' || json === null || json.modelTopology == null) throw new TypeError(`${file}: expected modelTopology and weightsManifest, found ${describe(json)}`);
  if (json.format === 'graph-model' || isGraph(json.modelTopology)) throw new TypeError(`${file}: expected a layers model, found a graph model; ${CONVERT}`);
  if (json.format != null && json.format !== 'layers-model') throw new TypeError(`${file}: expected format layers-model, found ${JSON.stringify(json.format)}`);
  const { weightsManifest } = json;
  if (!Array.isArray(weightsManifest) || !weightsManifest.every((group: Partial<Group>) => Array.isArray(group.paths) && Array.isArray(group.weights))) {
    throw new TypeError(`${file}: expected weightsManifest to be a list of groups with paths and weights`);
  }
  return weightsManifest as readonly Group[];
}

const describe = (value: unknown): string => (typeof value === 'object' && value !== null ? `an object with ${Object.keys(value).slice(0, 8).join(', ') || 'no fields'}` : String(value));

/** The bytes of a group's shards. @throws RangeError naming the shard that is missing, or the one that is shorter than it should be */
async function readGroup(file: string, { paths, weights }: Group): Promise<Uint8Array> {
  const folder = dirname(file);
  const shards = await Promise.all(
    paths.map(async (path) => {
      try {
        return new Uint8Array(await readFile(join(folder, path)));
      } catch (cause) {
        throw new RangeError(`${file}: weight shard ${path} is missing (${paths.length} shard(s), ${weights.length} weights: ${weights[0]?.name ?? 'none'} and so on)`, { cause });
      }
    }),
  );
  const needed = weights.reduce((sum, entry) => sum + bytesOf(entry), 0);
  const found = shards.reduce((sum, shard) => sum + shard.length, 0);
  if (found !== needed) {
    const full = Math.max(0, ...shards.map((shard) => shard.length));
    // All shards but the last are of one size.
    const short = shards.findIndex((shard, i) => i < shards.length - 1 && shard.length < full);
    const culprit = paths[short >= 0 ? short : shards.length - 1];
    throw new RangeError(`${file}: weight shard ${culprit} is ${found < needed ? 'truncated' : 'too long'}: ${weights.length} weights need ${needed} bytes, found ${found} in ${paths.join(', ')}`);
  }
  return new Uint8Array(joined(shards));
}

function joined(parts: readonly Uint8Array[]): ArrayBuffer {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out.buffer;
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
