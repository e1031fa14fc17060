/** Updates of slices by index: the cpu kernel writes into its operand, so it gets a copy. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { KernelRule } from '../api.js';

export const tensorScatterUpdate: KernelRule = {
  kernelName: 'TensorScatterUpdate',
  needs: ['TensorScatterUpdate', 'Add'],
  wrongOn: ['cpu'],
  make: (tf, own) => (params) =>
    tf.tidy(() => {
      const tensor = params.inputs['tensor'] as Tensor;
      const numeric = tensor.dtype === 'float32' || tensor.dtype === 'int32';
      const out = own!({ ...params, inputs: { ...params.inputs, ...(numeric && { tensor: tf.add(tensor, tf.zerosLike(tensor)) }) } });
      // Tracked, or the tidied copy would take the data with it where a kernel passes it through.
      return tf.engine().makeTensorFromTensorInfo(out as Parameters<ReturnType<typeof tf.engine>['makeTensorFromTensorInfo']>[0]);
    }),
};
