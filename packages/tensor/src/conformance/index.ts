export { evaluateReference } from './reference.js';
export { aspectsOf, type Aspect, type ConformanceOptions, type ConformanceResult, graphOf, runConformance, TOLERANCE } from './run.js';
export { type Domain, draw, type Sample, type SampleInput, samples } from './samples.js';
