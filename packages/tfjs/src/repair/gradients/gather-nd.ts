/** Slices taken by index tuples, added back by scattering; and scattering, taken back by gathering. */
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import type { GradientRule } from '../api.js';
import { sumTo, zerosOf } from './shared.js';

const gatherNd: GradientRule = (tf) => ({
  kernelName: 'GatherNd',
  inputsToSave: ['params', 'indices'],
  gradFunc: (dy, saved) => {
    const [params, indices] = saved as [Tensor, Tensor];
    const depth = indices.shape[indices.rank - 1]!;
    const rest = params.shape.slice(depth);
    return {
      params: () => tf.scatterND(tf.reshape(indices, [-1, depth]), tf.reshape(dy as Tensor, [indices.size / depth, ...rest]), params.shape),
      indices: () => zerosOf(tf, indices),
    };
  },
});

const scatterNd: GradientRule = (tf) => ({
  kernelName: 'ScatterNd',
  inputsToSave: ['indices'],
  gradFunc: (dy, saved) => {
    const [indices] = saved as [Tensor];
    return { indices: () => zerosOf(tf, indices), updates: () => tf.gatherND(dy as Tensor, indices) };
  },
});

const tensorScatterUpdate: GradientRule = (tf) => ({
  kernelName: 'TensorScatterUpdate',
  inputsToSave: ['indices', 'updates'],
  gradFunc: (dy, saved) => {
    const [indices, updates] = saved as [Tensor, Tensor];
    return {
      tensor: () => tf.tensorScatterUpdate(dy as Tensor, indices, tf.zerosLike(updates)),
      indices: () => zerosOf(tf, indices),
      updates: () => tf.gatherND(dy as Tensor, indices),
    };
  },
});

const sparseToDense: GradientRule = (tf) => ({
  kernelName: 'SparseToDense',
  inputsToSave: ['sparseIndices', 'sparseValues', 'defaultValue'],
  gradFunc: (outer, saved) => {
    const [indices, values, fallback] = saved as [Tensor, Tensor, Tensor];
    const dy = outer as Tensor;
    const taken = (): Tensor => tf.gatherND(dy, tf.reshape(indices, [-1, dy.rank]) as Tensor2D);
    return {
      sparseIndices: () => zerosOf(tf, indices),
      sparseValues: () => sumTo(tf, taken(), values.shape),
      defaultValue: () => tf.reshape(tf.sub(tf.sum(dy), tf.sum(taken())), fallback.shape),
    };
  },
});

export const byIndexTuple: readonly GradientRule[] = [gatherNd, scatterNd, tensorScatterUpdate, sparseToDense];
