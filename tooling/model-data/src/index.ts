export { type CsvOptions, type CsvTable, parseCsv } from './csv.js';
export { layerNameOf, type LayerNames, layersOf } from './layers.js';
export { type NpzArray, type NpzOptions, parseNpz } from './npz.js';
export { csvData, fitted, inMemory, type ModelData, npzData, type Target, type Wanted } from './model-data.js';
export { type SavedProblem, savedProblem, type SavedProblemOptions } from './saved-problem.js';
