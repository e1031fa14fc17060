/** Transport as differentiable functions of tensors. */
export { costTensor } from './costs.js';
export { type DivergenceTensorOptions, sinkhornDivergence } from './divergence.js';
export { entropicCost, entropicPlan, entropicPotentials, type EntropicTensorOptions, entropicTransportCost } from './entropic.js';
export { unrolledPlan } from './unrolled.js';
