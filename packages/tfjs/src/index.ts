export { tfjsEngine, type TfjsEngineOptions } from './engine.js';
export type { Handle } from './device.js';
export { type ApplyOptions, fromLayersModel, type ImportedModel, type ModelInputs, type NamedTensors } from './models/from-layers-model.js';
export type { Heads, ModelObjective, ObjectiveData, ObjectiveOptions } from './models/objective.js';
export type { LayersModelLike, ModelArtifactsLike } from './models/source.js';
export type { WeightEntry } from './models/dequantize.js';
export { type ReadShard, readArtifacts } from './models/read-artifacts.js';
export { supportedLayers } from './models/make-layer.js';
export { supportedLosses } from './models/losses/table.js';
