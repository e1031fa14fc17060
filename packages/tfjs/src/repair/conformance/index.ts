export { type Order, runTapeConformance, type TapeConformanceOptions, type TapeResult } from './run.js';
export { tapeCases } from './cases.js';
export type { TapeCase } from './case.js';
export type { InputSpec } from './inputs.js';
export { type Derivatives, type Objective, objectiveOf } from './objective.js';
export { type SecondDerivative, secondDerivatives } from './second-derivatives.js';
