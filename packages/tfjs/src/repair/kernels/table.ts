/** Kernels that training needs and that some backend lacks or has wrong. */
import type { KernelRule } from '../api.js';
import { conv2dBackpropFilter } from './conv2d-backprop-filter.js';
import { conv3dBackpropFilter } from './conv3d-backprop-filter.js';
import { conv3dBackpropInput } from './conv3d-backprop-input.js';
import { depthwiseBackpropFilter, depthwiseBackpropInput } from './depthwise-backprop.js';
import { dilation2d } from './dilation2d.js';
import { einsum } from './einsum.js';
import { floorDiv } from './floor-div.js';
import { maxPool3d, maxPool3dGrad, maxPoolGrad } from './max-pool.js';
import { tensorScatterUpdate } from './tensor-scatter-update.js';
import { unsortedSegmentSum } from './unsorted-segment-sum.js';

export const KERNELS: readonly KernelRule[] = [
  conv2dBackpropFilter, depthwiseBackpropFilter, depthwiseBackpropInput, unsortedSegmentSum, conv3dBackpropInput, conv3dBackpropFilter,
  maxPoolGrad, maxPool3d, maxPool3dGrad, dilation2d, einsum, floorDiv, tensorScatterUpdate,
];
