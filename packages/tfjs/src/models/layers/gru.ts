/** GRU. */
import { matmul, sub } from '@curv/tensor';
import { activate } from '../activations.js';
import type { LayerRule } from '../api.js';
import { innerActivation, recurrentActivation } from './lstm.js';
import { block, recurrent } from './recurrent.js';

/** Cho et al. 2014, arXiv:1406.1078, gates in the order update, reset, candidate; the reset gate is applied before the recurrent product. */
export const gru: LayerRule = recurrent(3, 1, (projected, [previous], { units, config, recurrentKernel, run, drop }) => {
  const h = drop(previous!);
  const inner = matmul(h, block(recurrentKernel, units, 0, 2));
  const gate = (i: number): typeof h => activate(recurrentActivation(config), block(projected, units, i).add(block(inner, units, i)), run);
  const [z, r] = [gate(0), gate(1)];
  const candidate = block(projected, units, 2).add(matmul(r.mul(h), block(recurrentKernel, units, 2)));
  return [z.mul(h).add(sub(1, z).mul(activate(innerActivation(config), candidate, run)))];
});
