/** Optional inputs that a gradient wants saved and that were not given, such as the scale of a batch normalization: an empty tensor stands for them. */
import type { TensorFlow } from '../api.js';
import type { TapeEngine } from './state.js';
import { replaceMethod, type Undo } from './patch.js';

export function repairOptionalInputs(engine: TapeEngine, tf: TensorFlow): Undo {
  return replaceMethod(engine, 'getTensorsForGradient', (original) => (name, inputs, outputs) => {
    const tensors = original(name, inputs, outputs);
    return tensors?.some((tensor) => tensor == null) ? tensors.map((tensor) => tensor ?? tf.tensor1d([], 'float32')) : tensors;
  });
}
