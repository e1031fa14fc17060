/** Transport as differentiable functions of tensors. */
export { exactTransportCost } from '../exact/exact-transport-cost.js';
export { maxSlicedWassersteinCost, slicedWassersteinCost } from '../exact/sliced-wasserstein-cost.js';
export { wasserstein1dCost } from '../exact/wasserstein-1d-cost.js';
export { wassersteinCost, type WassersteinCostOptions } from '../exact/wasserstein-cost.js';
