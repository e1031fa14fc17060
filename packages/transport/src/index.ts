export type {
  ConvergenceReport, Plan, Potentials, TransportCounts, TransportOptions, TransportProgress, TransportResult, TransportStatus,
} from './api.js';
export { costMatrix, type CostBlocks, type Metric, pointCloudCost } from './costs.js';
export { type BarycenterOptions, type BarycenterResult, sinkhornBarycenter } from './entropic/barycenter.js';
export { type DivergenceOptions, type DivergenceResult, sinkhornDivergence } from './entropic/divergence.js';
export { freeSupportBarycenter, type FreeSupportOptions, type FreeSupportResult, type PointMeasure } from './entropic/free-support-barycenter.js';
export { entropicGromov, type GromovOptions, type GromovResult } from './entropic/gromov.js';
export type { TemperatureScaling } from './entropic/levels.js';
export type { EntropicOptions, Regularization } from './entropic/problem.js';
export { lowRankSinkhorn, type LowRankOptions, type LowRankResult } from './entropic/low-rank.js';
export { multiMarginalSinkhorn, type MultiMarginalOptions, type MultiMarginalResult } from './entropic/multi-marginal.js';
export { type PointCloudOptions, type PointCloudResult, sinkhornPointClouds } from './entropic/point-clouds.js';
export { sinkhorn, type SinkhornOptions } from './entropic/sinkhorn.js';
export { type BatchResult, sinkhornBatch } from './entropic/sinkhorn-batch.js';
export { sns, type SnsOptions } from './entropic/sns.js';
export { unbalancedSinkhorn, type UnbalancedOptions } from './entropic/unbalanced.js';
export { type Marginals, marginals, planCost, sparsePlan } from './plan.js';
