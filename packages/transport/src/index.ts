export type {
  ConvergenceReport, Plan, Potentials, TransportCounts, TransportOptions, TransportProgress, TransportResult, TransportStatus,
} from './api.js';
export { costMatrix, type CostBlocks, type Metric, pointCloudCost } from './costs.js';
export type { TemperatureScaling } from './entropic/levels.js';
export type { EntropicOptions, Regularization } from './entropic/problem.js';
export { type PointCloudOptions, type PointCloudResult, sinkhornPointClouds } from './entropic/point-clouds.js';
export { sinkhorn, type SinkhornOptions } from './entropic/sinkhorn.js';
export { sns, type SnsOptions } from './entropic/sns.js';
export { type Marginals, marginals, planCost, sparsePlan } from './plan.js';
