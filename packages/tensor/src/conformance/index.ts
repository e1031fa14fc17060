export { evaluateReference } from './reference.js';
export { aspectsOf, type Aspect, type ConformanceOptions, type ConformanceResult, graphOf, runConformance, TOLERANCE } from './run.js';
export { type Kind, type Program, type ProgramLine, showProgram } from './programs.js';
export { type ProgramAspect, type ProgramOptions, type ProgramResult, ROUNDING, runPrograms } from './run-programs.js';
export { type Domain, draw, type Sample, type SampleInput, samples } from './samples.js';
