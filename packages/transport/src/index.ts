export type {
  ConvergenceReport, Plan, Potentials, TransportCounts, TransportOptions, TransportProgress, TransportResult, TransportStatus,
} from './api.js';
export { costMatrix, type CostBlocks, type Metric, pointCloudCost } from './costs.js';
export { type Marginals, marginals, planCost, sparsePlan } from './plan.js';
export { rosenbrock } from './rosenbrock.js';
