/** The spatial axes of TensorFlow.js's pooling kernels. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { TensorFlow } from '../api.js';
import type { SpatialAxis } from './windows.js';

export interface PoolAttributes {
  readonly filterSize: [number, number, number] | [number, number] | number;
  readonly strides: [number, number, number] | [number, number] | number;
  readonly pad: 'valid' | 'same' | number;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

export function poolAxes(tf: TensorFlow, x: Tensor, { filterSize, strides, pad, dimRoundingMode }: PoolAttributes): SpatialAxis[] {
  const { computePool2DInfo, computePool3DInfo } = tf.backend_util;
  if (x.rank === 4) {
    const info = computePool2DInfo(x.shape as [number, number, number, number], filterSize as [number, number], strides as [number, number], 1, pad, dimRoundingMode);
    const { padInfo } = info;
    return [
      { taps: info.filterHeight, dilation: 1, stride: info.strideHeight, before: padInfo.top, after: padInfo.bottom, size: info.inHeight, outputs: info.outHeight },
      { taps: info.filterWidth, dilation: 1, stride: info.strideWidth, before: padInfo.left, after: padInfo.right, size: info.inWidth, outputs: info.outWidth },
    ];
  }
  const info = computePool3DInfo(x.shape as [number, number, number, number, number], filterSize as [number, number, number], strides as [number, number, number], 1, pad, dimRoundingMode);
  const { padInfo } = info;
  return [
    { taps: info.filterDepth, dilation: 1, stride: info.strideDepth, before: padInfo.front, after: padInfo.back, size: info.inDepth, outputs: info.outDepth },
    { taps: info.filterHeight, dilation: 1, stride: info.strideHeight, before: padInfo.top, after: padInfo.bottom, size: info.inHeight, outputs: info.outHeight },
    { taps: info.filterWidth, dilation: 1, stride: info.strideWidth, before: padInfo.left, after: padInfo.right, size: info.inWidth, outputs: info.outWidth },
  ];
}

/** Whether sizes are rounded in a way that TensorFlow.js's gradient kernels do not know: windows may reach over the edge, or be more than they count. */
export const roundsUp = ({ dimRoundingMode }: PoolAttributes): boolean => dimRoundingMode === 'round' || dimRoundingMode === 'ceil';
