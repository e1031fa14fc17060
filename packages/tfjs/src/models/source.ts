/** Where a model comes from: a live TensorFlow.js model, or saved artifacts. */
import * as tf from '@tensorflow/tfjs-core';
import type { LayerJson } from './api.js';
import { decodeWeights, type WeightData, type WeightEntry } from './dequantize.js';
import { CONVERT, isGraph, parseTopology } from './topology.js';

/** What is used of a `tf.LayersModel`; any object that has it will do. */
export interface LayersModelLike {
  getClassName(): string;
  getConfig(): unknown;
  readonly weights: readonly LayerVariableLike[];
  readonly loss?: unknown;
}

interface LayerVariableLike {
  readonly originalName: string;
  readonly shape: readonly (number | null)[];
  read(): { dataSync(): ArrayLike<number>; readonly shape: readonly number[] };
  write(value: any): unknown; // takes a tensor of whatever copy of TensorFlow.js the model belongs to
}

/** What is used of a `tf.io.ModelArtifacts`. */
export interface ModelArtifactsLike {
  readonly modelTopology?: unknown;
  readonly weightSpecs?: readonly WeightEntry[];
  readonly weightData?: ArrayBuffer | readonly ArrayBuffer[];
  readonly trainingConfig?: unknown;
  readonly format?: string;
}

/** A model's parts. */
export interface ModelSource<T> {
  readonly topology: LayerJson;
  readonly weights: ReadonlyMap<string, WeightData>;
  /** As `model.compile` was given it, or a file's training configuration says. */
  readonly loss: unknown;
  /** The model with other values of its weights. */
  write(values: ReadonlyMap<string, WeightData>): T;
}

type Anything = Readonly<Record<string, unknown>>;

/** @throws TypeError on anything else, saying what it is and what to do */
export function sourceOf<T>(model: T): ModelSource<T> {
  const given = model as unknown as Anything | null;
  if (typeof given !== 'object' || given === null) throw new TypeError(`fromLayersModel: expected a tf.LayersModel or model artifacts, got ${given === null ? 'null' : typeof given}`);
  if (typeof given['getConfig'] === 'function' && Array.isArray(given['weights'])) return fromLive(model as unknown as LayersModelLike) as unknown as ModelSource<T>;
  if ('modelTopology' in given) return fromArtifacts(model as unknown as ModelArtifactsLike) as unknown as ModelSource<T>;
  if (typeof given['executeAsync'] === 'function' || isGraph(given)) throw new TypeError(`fromLayersModel: expected a layers model, got a graph model; ${CONVERT}`);
  throw new TypeError('fromLayersModel: expected a tf.LayersModel or model artifacts (an object with modelTopology)');
}

function fromLive(model: LayersModelLike): ModelSource<LayersModelLike> {
  const weights = new Map<string, WeightData>();
  const variables = new Map<string, LayerVariableLike>();
  for (const variable of model.weights) {
    if (variables.has(variable.originalName)) throw new TypeError(`fromLayersModel: two weights are named ${variable.originalName}; give the layers names of their own`);
    const value = variable.read();
    variables.set(variable.originalName, variable);
    weights.set(variable.originalName, { shape: [...value.shape], data: Float32Array.from(value.dataSync()) });
  }
  return {
    topology: { className: model.getClassName(), config: model.getConfig() as LayerJson['config'] },
    weights,
    loss: model.loss,
    write(values) {
      for (const [name, { shape, data }] of values) {
        const value = tf.tensor(data, [...shape], 'float32');
        variables.get(name)!.write(value);
        value.dispose();
      }
      return model;
    },
  };
}

function fromArtifacts(artifacts: ModelArtifactsLike): ModelSource<ModelArtifactsLike> {
  const { format, modelTopology, weightSpecs, weightData, trainingConfig } = artifacts;
  if (format === 'graph-model') throw new TypeError(`fromLayersModel: expected format layers-model, found graph-model; ${CONVERT}`);
  if (format !== undefined && format !== null && format !== 'layers-model') throw new TypeError(`fromLayersModel: expected format layers-model, found ${JSON.stringify(format)}`);
  const topology = parseTopology(modelTopology, 'modelTopology');
  if (weightSpecs === undefined || weightData === undefined) throw new TypeError('fromLayersModel: the artifacts have no weights (weightSpecs and weightData)');
  const training = (trainingConfig ?? (modelTopology as Anything)['training_config']) as { loss?: unknown } | undefined;
  return {
    topology,
    weights: decodeWeights(weightSpecs, weightData, 'weightData'),
    loss: training?.loss,
    write: (values) => withWeights(artifacts, values),
  };
}

/** The same artifacts with these weights in float32, and without an optimizer's. */
function withWeights(artifacts: ModelArtifactsLike, values: ReadonlyMap<string, WeightData>): ModelArtifactsLike {
  const entries = [...values];
  const data = new Float32Array(entries.reduce((sum, [, value]) => sum + value.data.length, 0));
  let at = 0;
  for (const [, value] of entries) {
    data.set(value.data, at);
    at += value.data.length;
  }
  return { ...artifacts, weightSpecs: entries.map(([name, { shape }]) => ({ name, shape: [...shape], dtype: 'float32' })), weightData: data.buffer };
}
