/** Transport as differentiable functions of tensors. */
export { costTensor } from './costs.js';
export { type DivergenceTensorOptions, sinkhornDivergence } from './divergence.js';
export { entropicCost, entropicPlan, entropicPotentials, type EntropicTensorOptions, entropicTransportCost } from './entropic.js';
export { unrolledPlan } from './unrolled.js';
export { exactTransportCost } from '../exact/exact-transport-cost.js';
export { maxSlicedWassersteinCost, slicedWassersteinCost } from '../exact/sliced-wasserstein-cost.js';
export { wasserstein1dCost } from '../exact/wasserstein-1d-cost.js';
export { wassersteinCost, type WassersteinCostOptions } from '../exact/wasserstein-cost.js';
