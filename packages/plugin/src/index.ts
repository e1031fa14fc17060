export type {
  ApiVersion, Axis, Bench, BenchFrame, Capability, Claim, Contributes, Ctx, CurvPlugin, Demo, Frame, GridFrame, ImageFrame, Json, Manifest, Measurement, Method, MetricFrame, Param, Params,
  ParamValues, Placement, ProgressFrame, Rng, SeriesFrame, Threshold,
} from './api.js';
export { defineDemo } from './define.js';
export { breathe, claim, during, measured, progress } from './frames.js';
export { readParams } from './params.js';
export { judge, type Verdict } from './claims.js';
export { checkPlugin, type CheckHost, type Finding, wellFormed } from './check.js';
