/** A saved layers model: `model.json` and the shards of its weights, wherever they lie. */
import type { io } from '@tensorflow/tfjs-core';
import { bytesOf, type WeightEntry } from './dequantize.js';
import { CONVERT, isGraph } from './topology.js';

interface Group {
  readonly paths: readonly string[];
  readonly weights: readonly WeightEntry[];
}

/** What a `model.json` holds. */
export interface ModelJson {
  readonly modelTopology?: unknown;
  readonly weightsManifest?: readonly Group[];
  readonly format?: string;
  readonly generatedBy?: string;
  readonly convertedBy?: string | null;
  readonly trainingConfig?: io.TrainingConfig;
  readonly userDefinedMetadata?: Record<string, object>;
}

/** The bytes of a shard, by the path that `model.json` names. */
export type ReadShard = (path: string) => Promise<Uint8Array>;

/**
 * The artifacts of a saved model, for `fromLayersModel`. Weights stay as they are stored (quantized ones too).
 * @param file what errors call the model.json
 * @param text of the model.json
 * @throws TypeError on a file that is no layers model; RangeError on a shard that is missing or truncated; all name the file
 */
export async function readArtifacts(file: string, text: string, shard: ReadShard): Promise<io.ModelArtifacts> {
  const json = parseJson(file, text);
  const manifest = checkJson(file, json);
  const parts: Uint8Array[] = [];
  for (const group of manifest) parts.push(await readGroup(file, group, shard));
  const { format, generatedBy, convertedBy, trainingConfig, userDefinedMetadata } = json;
  return {
    modelTopology: json.modelTopology as object,
    weightSpecs: manifest.flatMap(({ weights }) => weights) as io.WeightsManifestEntry[],
    weightData: joined(parts),
    ...(format !== undefined && { format }),
    ...(generatedBy !== undefined && { generatedBy }),
    ...(convertedBy != null && { convertedBy }),
    ...(trainingConfig !== undefined && { trainingConfig }),
    ...(userDefinedMetadata !== undefined && { userDefinedMetadata }),
  };
}

function parseJson(file: string, text: string): ModelJson {
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
async function readGroup(file: string, { paths, weights }: Group, shard: ReadShard): Promise<Uint8Array> {
  const shards = await Promise.all(
    paths.map(async (path) => {
      try {
        return await shard(path);
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

/** Bytes one after the other. */
export function joined(parts: readonly Uint8Array[]): ArrayBuffer {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out.buffer;
}
