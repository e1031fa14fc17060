/** Max-pooling: wasm's kernels for volumes search for a maximum above zero, and its gradient of images is wrong for batches and for three channels and more. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { KernelRule, TensorFlow } from '../api.js';
import { type PoolAttributes, poolAxes } from '../gradients/pool-geometry.js';
import { firstMaxima, padSpatial, tapOf, tapsOf, untap } from '../gradients/windows.js';

function tapValues(tf: TensorFlow, x: Tensor, attrs: PoolAttributes): Tensor[] {
  const axes = poolAxes(tf, x, attrs);
  const padded = padSpatial(tf, x, axes, Number.NEGATIVE_INFINITY);
  return tapsOf(axes).map((tap) => tapOf(tf, padded, axes, tap));
}

export const maxPool3d: KernelRule = {
  kernelName: 'MaxPool3D',
  needs: ['Slice', 'StridedSlice', 'PadV2', 'Maximum'],
  wrongOn: ['wasm'],
  make: (tf) => ({ inputs, attrs }) => tf.tidy(() => tapValues(tf, inputs['x'] as Tensor, attrs as unknown as PoolAttributes).reduce((a, b) => tf.maximum(a, b))),
};

const gradient = (kernelName: 'MaxPoolGrad' | 'MaxPool3DGrad'): KernelRule => ({
  kernelName,
  needs: ['Slice', 'StridedSlice', 'PadV2', 'Maximum', 'Equal', 'AddN'],
  wrongOn: ['wasm'],
  make: (tf) => ({ inputs, attrs }) =>
    tf.tidy(() => {
      const x = inputs['input'] as Tensor;
      const given = attrs as unknown as PoolAttributes;
      const axes = poolAxes(tf, x, given);
      const taps = tapsOf(axes);
      const parts = firstMaxima(tf, tapValues(tf, x, given)).map((here, i) => untap(tf, tf.mul(here, inputs['dy'] as Tensor), axes, taps[i]!));
      return parts.length === 1 ? tf.add(parts[0]!, 0) : tf.addN(parts);
    }),
});

export const maxPoolGrad: KernelRule = gradient('MaxPoolGrad');
export const maxPool3dGrad: KernelRule = gradient('MaxPool3DGrad');
