export type {
  ApiVersion, Bench, BenchFrame, Capability, Claim, Contributes, Ctx, CurvPlugin, Demo, Frame, Json, Manifest, Measurement, Method, Param, Params,
  ParamValues, Rng, Threshold,
} from './api.js';
export { defineDemo } from './define.js';
export { breathe, claim, measured, progress } from './frames.js';
export { readParams } from './params.js';
export { judge, type Verdict } from './claims.js';
export { checkPlugin, type CheckHost, type Finding, wellFormed } from './check.js';
