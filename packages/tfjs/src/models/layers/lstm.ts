/** LSTM. */
import { matmul } from '@curv/tensor';
import { activate } from '../activations.js';
import type { Config, LayerRule } from '../api.js';
import { block, recurrent } from './recurrent.js';

/** Hochreiter & Schmidhuber 1997, gates in the order input, forget, cell, output; the recurrent activation is the hard sigmoid unless named. */
export const lstm: LayerRule = recurrent(4, 2, (projected, [h, c], { units, config, recurrentKernel, run, drop }) => {
  const z = projected.add(matmul(drop(h!), recurrentKernel));
  const gate = (i: number): typeof z => activate(recurrentActivation(config), block(z, units, i), run);
  const act = (x: typeof z): typeof z => activate(innerActivation(config), x, run);
  const cell = gate(1).mul(c!).add(gate(0).mul(act(block(z, units, 2))));
  return [gate(3).mul(act(cell)), cell];
});

/** An activation that is not named has its default; null is linear. */
export const innerActivation = ({ activation }: Config): unknown => (activation === undefined ? 'tanh' : activation);
export const recurrentActivation = ({ recurrentActivation: named }: Config): unknown => (named === undefined ? 'hardSigmoid' : named);
