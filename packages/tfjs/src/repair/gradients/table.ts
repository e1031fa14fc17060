/** Every gradient of the repair. */
import type { GradientRule } from '../api.js';
import { avgPool } from './avg-pool.js';
import { fusedBatchNorm } from './batch-norm.js';
import { conv2d } from './conv2d.js';
import { conv3d } from './conv3d.js';
import { cumprod } from './cumprod.js';
import { cumsum } from './cumsum.js';
import { depthToSpace } from './depth-to-space.js';
import { depthwiseConv2d } from './depthwise-conv2d.js';
import { diag } from './diag.js';
import { dilation2d } from './dilation2d.js';
import { einsum } from './einsum.js';
import { eluGrad } from './elu.js';
import { flipLeftRight } from './flip-left-right.js';
import { byIndexTuple } from './gather-nd.js';
import { gather } from './gather.js';
import { localResponseNormalization } from './local-response-normalization.js';
import { batchMatMul } from './matmul.js';
import { max } from './max.js';
import { maximum } from './maximum.js';
import { maxPool } from './max-pool.js';
import { mirrorPad } from './mirror-pad.js';
import { piecewiseConstant } from './piecewise-constant.js';
import { pow } from './pow.js';
import { prelu } from './prelu.js';
import { prod } from './prod.js';
import { resize } from './resize.js';
import { unsortedSegmentSum } from './segment-sum.js';
import { split } from './split.js';
import { squaredDifference } from './squared-difference.js';
import { stridedSlice } from './strided-slice.js';
import { tile } from './tile.js';
import { topK } from './top-k.js';

export const GRADIENTS: readonly GradientRule[] = [
  ...avgPool, ...conv2d, ...conv3d, ...depthwiseConv2d, ...maxPool, ...resize, dilation2d, localResponseNormalization, fusedBatchNorm,
  ...piecewiseConstant, eluGrad, pow, prelu, squaredDifference, ...maximum, ...max, batchMatMul, einsum, cumsum, cumprod, prod,
  tile, ...split, mirrorPad, diag, depthToSpace, flipLeftRight, stridedSlice, topK, gather, unsortedSegmentSum, ...byIndexTuple,
];
