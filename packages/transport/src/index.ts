export type {
  ConvergenceReport, Plan, Potentials, TransportCounts, TransportOptions, TransportProgress, TransportResult, TransportStatus,
} from './api.js';
export { costMatrix, type CostBlocks, type Metric, pointCloudCost } from './costs.js';
export { type Marginals, marginals, planCost, sparsePlan } from './plan.js';
export { exactTransport, type ExactTransportOptions } from './exact/exact-transport.js';
export { type AssignmentResult, linearAssignment, type LinearAssignmentOptions } from './exact/linear-assignment.js';
export { maxSlicedWasserstein, type MaxSlicedOptions, type MaxSlicedResult } from './exact/max-sliced.js';
export { slicedWasserstein, type SlicedOptions, type SlicedResult, sphereDirections } from './exact/sliced.js';
export { transport1d, type Transport1dOptions, wasserstein1d } from './exact/transport-1d.js';
export { wassersteinCircle, type WassersteinCircleOptions } from './exact/wasserstein-circle.js';
export { wassersteinDistance, type WassersteinOptions } from './exact/wasserstein-distance.js';
export { barycentricMap, extendMap } from './variants/barycentric-map.js';
export { classRegularizedTransport, type ClassRegularizedOptions, type ClassRegularizedResult } from './variants/class-regularized.js';
export { colourTransfer, type ColourTransferOptions } from './variants/colour-transfer.js';
export type { ConditionalGradientOptions, StationaryPlan } from './variants/conditional-gradient.js';
export { domainAdaptation, type DomainAdaptation, type DomainAdaptationOptions } from './variants/domain-adaptation.js';
export { freeSupportBarycenter, type FreeSupportOptions, type FreeSupportResult, type Measure } from './variants/free-support-barycenter.js';
export { fusedGromovWasserstein, type FusedGromovOptions, type GromovOptions, gromovWasserstein } from './variants/gromov-wasserstein.js';
export { laplaceRegularizedTransport, type LaplaceRegularizedOptions } from './variants/laplace-regularized.js';
export { partialTransport, type PartialTransportOptions } from './variants/partial-transport.js';
export { unbalancedTransport, type UnbalancedTransportOptions, type UnbalancedTransportResult } from './variants/unbalanced-transport.js';
