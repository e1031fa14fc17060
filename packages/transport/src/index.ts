export type {
  ConvergenceReport, Plan, Potentials, TransportCounts, TransportOptions, TransportProgress, TransportResult, TransportStatus,
} from './api.js';
export { costMatrix, type CostBlocks, type Metric, pointCloudCost } from './costs.js';
export { type Marginals, marginals, planCost, sparsePlan } from './plan.js';
export { rosenbrock } from './rosenbrock.js';
export { exactTransport, type ExactTransportOptions } from './exact/exact-transport.js';
export { exactTransportCost } from './exact/exact-transport-cost.js';
export { type AssignmentResult, linearAssignment, type LinearAssignmentOptions } from './exact/linear-assignment.js';
export { maxSlicedWasserstein, type MaxSlicedOptions, type MaxSlicedResult } from './exact/max-sliced.js';
export { slicedWasserstein, type SlicedOptions, type SlicedResult, sphereDirections } from './exact/sliced.js';
export { maxSlicedWassersteinCost, slicedWassersteinCost } from './exact/sliced-wasserstein-cost.js';
export { transport1d, type Transport1dOptions, wasserstein1d } from './exact/transport-1d.js';
export { wasserstein1dCost } from './exact/wasserstein-1d-cost.js';
export { wassersteinCircle, type WassersteinCircleOptions } from './exact/wasserstein-circle.js';
export { wassersteinCost, type WassersteinCostOptions } from './exact/wasserstein-cost.js';
export { wassersteinDistance, type WassersteinOptions } from './exact/wasserstein-distance.js';
