export type {
  Checkpoint, Draw, Likelihood, Need, Optimizer, OptimizerState, Oracles, Params, Phase, Problem, SampledGradient, Schedule, Step, StepContext, StepReport, TrainOptions, TrainProgress,
  TrainResult, Transform, Transformed,
} from './api.js';
export { optimizer } from './optimizer.js';
export { adaHessian, type AdaHessianOptions } from './methods/ada-hessian.js';
export { adagrad, type AdagradOptions } from './methods/adagrad.js';
export { adam, type AdamOptions } from './methods/adam.js';
export { adamw, type AdamwOptions } from './methods/adamw.js';
export { lion, type LionOptions } from './methods/lion.js';
export { rmsprop, type RmspropOptions } from './methods/rmsprop.js';
export { sgd, type SgdOptions } from './methods/sgd.js';
export { sophia, sophiaG, sophiaH, type SophiaOptions } from './methods/sophia.js';
export type { DiagonalEstimator } from './estimators/diagonal-estimator.js';
export { gaussNewtonBartlett } from './estimators/gauss-newton-bartlett.js';
export { hutchinsonDiagonal, type HutchinsonDiagonalOptions } from './estimators/hutchinson-diagonal.js';
export { accumulate } from './transforms/accumulate.js';
export { addDecayedWeights, type Mask, matricesOnly } from './transforms/add-decayed-weights.js';
export { blockAverage, type Blocks } from './transforms/block-average.js';
export { chain } from './transforms/chain.js';
export { clip } from './transforms/clip.js';
export { clipByGlobalNorm } from './transforms/clip-by-global-norm.js';
export { momentum, type MomentumOptions } from './transforms/momentum.js';
export { parameterAverage } from './transforms/parameter-average.js';
export { freeze, partition } from './transforms/partition.js';
export { scale } from './transforms/scale.js';
export { scaleByAdaHessian, type AdaHessianMomentOptions } from './transforms/scale-by-ada-hessian.js';
export { scaleByAdagrad, type AdagradMomentOptions } from './transforms/scale-by-adagrad.js';
export { scaleByAdam, type AdamMomentOptions } from './transforms/scale-by-adam.js';
export { scaleByLearningRate } from './transforms/scale-by-learning-rate.js';
export { scaleByLion, type LionMomentOptions } from './transforms/scale-by-lion.js';
export { scaleBySophia, type SophiaMomentOptions } from './transforms/scale-by-sophia.js';
export { scaleByRms, type RmsOptions } from './transforms/scale-by-rms.js';
export { constant } from './schedules/constant.js';
export { cosine } from './schedules/cosine.js';
export { exponential } from './schedules/exponential.js';
export { inverseSquareRoot } from './schedules/inverse-square-root.js';
export { oneCycle, type OneCycleOptions } from './schedules/one-cycle.js';
export { piecewise } from './schedules/piecewise.js';
export { warmUp } from './schedules/warm-up.js';
export { loadCheckpoint, saveCheckpoint } from './train/checkpoint.js';
export { train } from './train/train.js';
export type {
  Along, Descent, Evaluations, Iterated, IterationReport, LineSearch, Minimizable, MinimizeOptions, Minimizer, Minimum, Oracle, Point, Stuck,
} from './minimize/api.js';
export { minimize } from './minimize/minimize.js';
export { lineSearchMethod } from './minimize/line-search-method.js';
export { conjugateDirections, type ConjugateOptions } from './minimize/descents/nonlinear-cg.js';
export { limitedBfgs, type BfgsOptions } from './minimize/descents/limited-bfgs.js';
export { newtonDirection, type NewtonOptions } from './minimize/descents/newton-direction.js';
export { steepestDescent } from './minimize/descents/steepest-descent.js';
export { gns, type GnsOptions, type LowRank } from './minimize/methods/gns.js';
export { lbfgs } from './minimize/methods/lbfgs.js';
export { newtonCg } from './minimize/methods/newton-cg.js';
export { nonlinearCg } from './minimize/methods/nonlinear-cg.js';
export { trustRegion, type TrustRegionOptions } from './minimize/methods/trust-region.js';
export { backtracking, type BacktrackingOptions } from './minimize/searches/backtracking.js';
export { hagerZhang, type HagerZhangOptions } from './minimize/searches/hager-zhang.js';
export { moreThuente, type WolfeOptions } from './minimize/searches/more-thuente.js';
