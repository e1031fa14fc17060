/**
 * The gradient of a convolution in its filter, as a convolution: images as filters, batch and channels exchanged, strides become dilations.
 */
import type { NamedAttrMap, Tensor4D } from '@tensorflow/tfjs-core';
import type { KernelRule, TensorFlow } from '../api.js';

interface Attributes {
  readonly strides: [number, number] | number;
  readonly pad: 'valid' | 'same' | number;
  readonly dataFormat: 'NHWC' | 'NCHW';
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
  readonly filterShape: [number, number, number, number];
}

function filterGradient(tf: TensorFlow, given: Tensor4D, outer: Tensor4D, attrs: Attributes): Tensor4D {
  const { filterShape, strides, pad, dimRoundingMode, dataFormat } = attrs;
  const [x, dy] = dataFormat === 'NCHW' ? [tf.transpose(given, [0, 2, 3, 1]), tf.transpose(outer, [0, 2, 3, 1])] : [given, outer];
  const info = tf.backend_util.computeConv2DInfo(x.shape, filterShape, strides, 1, pad, dimRoundingMode);
  const { top, left } = info.padInfo;
  const [kh, kw, cin, cout] = filterShape;
  // The convolution must come out exactly as large as the filter: the image is padded or cut to what the windows see.
  const rows = kh + (info.outHeight - 1) * info.strideHeight;
  const columns = kw + (info.outWidth - 1) * info.strideWidth;
  const seen = tf.slice(x, [0, 0, 0, 0], [-1, Math.min(info.inHeight, rows - top), Math.min(info.inWidth, columns - left), -1]);
  const padded = tf.pad(seen, [[0, 0], [top, rows - top - seen.shape[1]], [left, columns - left - seen.shape[2]], [0, 0]]);
  const images = tf.transpose(padded, [3, 1, 2, 0]) as Tensor4D;
  const filter = tf.transpose(dy, [1, 2, 0, 3]) as Tensor4D;
  const out = tf.conv2d(images, filter, 1, 'valid', 'NHWC', [info.strideHeight, info.strideWidth]);
  return tf.reshape(tf.transpose(out, [1, 2, 0, 3]), [kh, kw, cin, cout]);
}

export const conv2dBackpropFilter: KernelRule = {
  kernelName: 'Conv2DBackpropFilter',
  needs: ['Conv2D', 'Transpose', 'PadV2', 'Slice'],
  make: (tf) => ({ inputs, attrs }) => tf.tidy(() => filterGradient(tf, inputs['x'] as Tensor4D, inputs['dy'] as Tensor4D, attrs as NamedAttrMap as unknown as Attributes)),
};
