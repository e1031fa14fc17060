/** SimpleRNN. */
import { matmul } from '@curv/tensor';
import { activate } from '../activations.js';
import type { LayerRule } from '../api.js';
import { recurrent } from './recurrent.js';

/** h ← act(x W + b + h U). */
export const simpleRnn: LayerRule = recurrent(1, 1, (projected, [h], { config, recurrentKernel, run, drop }) => [
  activate(config['activation'] ?? 'tanh', projected.add(matmul(drop(h!), recurrentKernel)), run),
]);
