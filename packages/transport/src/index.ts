export type {
  ConvergenceReport, Plan, Potentials, TransportCounts, TransportOptions, TransportProgress, TransportResult, TransportStatus,
} from './api.js';
export { costMatrix, type CostBlocks, type Metric, pointCloudCost } from './costs.js';
export { type Marginals, marginals, planCost, sparsePlan } from './plan.js';
export { rosenbrock } from './rosenbrock.js';
export { fitGaussian, type Gaussian, gaussianBarycenter, type GaussianBarycenter, gaussianDistance2, gaussianGeodesic, gaussianMap } from './gaussian/gaussian.js';
export type { Normalized, NormParams, NormState, SpdBatchNorm, SpdMetric } from './spd/api.js';
export { affineInvariant } from './spd/affine-invariant.js';
export { affineInvariantBatchNorm, type CenteringOptions } from './spd/affine-invariant-batch-norm.js';
export { bures, buresMap, buresTransport } from './spd/bures.js';
export { buresBatchNorm, type BuresBatchNormOptions } from './spd/bures-batch-norm.js';
export { buresMean, type BuresMeanOptions } from './spd/bures-mean.js';
export { requireSpd } from './spd/checks.js';
export { fitSpdNet, predictSpdNet, type SpdData, type SpdFit, type SpdFitOptions, type SpdFitProgress, type SpdModel } from './spd/fit-spd-net.js';
export { frechetMean, type FrechetMean, type FrechetMeanOptions } from './spd/frechet-mean.js';
export { generalizedBures, type GeneralizedBuresOptions } from './spd/generalized-bures.js';
export { bilinearMap, covariancePooling, logEigenvalues, rectifyEigenvalues, symmetricVector } from './spd/layers.js';
export { logEuclidean } from './spd/log-euclidean.js';
export { logEuclideanBatchNorm } from './spd/log-euclidean-batch-norm.js';
export { matrixExp, matrixInverseSqrt, matrixLog, matrixPower, matrixSqrt, solveLyapunov } from './spd/matrix-functions.js';
export { spdNet, type SpdNet, type SpdNetOptions, type SpdNetOutput, type SpdNetParams } from './spd/spd-net.js';
export { spdStep } from './spd/spd-step.js';
export { orthonormalColumns, randomOrthonormal, stiefelStep } from './spd/stiefel.js';
