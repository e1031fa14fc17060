/** What recurrent layers share: unrolling over time. */
import { matmul, stack, type Tensor, zeros } from '@curv/tensor';
import { checkActivation } from '../activations.js';
import type { Config, Layer, LayerRule, Run } from '../api.js';
import { optionalWeight, weightOf } from '../weights-of.js';
import { dropped } from './dropout.js';

/** One time step: the input's projection [batch, gates · units] and the states give the new states, of which the first is the output. */
export type Step = (projected: Tensor, states: readonly Tensor[], cell: Cell) => readonly Tensor[];

/** What a step needs beside states. */
interface Cell {
  readonly units: number;
  readonly config: Config;
  readonly recurrentKernel: Tensor;
  readonly run: Run;
  /** Drops from the previous output, with one mask for all steps. */
  drop(h: Tensor): Tensor;
}

function checkRecurrent(config: Config): void {
  checkActivation(config['activation']);
  checkActivation(config['recurrentActivation']);
  if (config['stateful']) throw new Error('stateful is not supported: an imported model is a pure function');
  if (config['resetAfter']) throw new Error('resetAfter is not supported (TensorFlow.js refuses it too)');
}

/** x_t · kernel + bias for all steps in one product: [batch, steps, in] → steps of [batch, gates · units]. */
function project(x: Tensor, layer: Layer, run: Run): Tensor[] {
  const [batch, steps, width] = x.shape as [number, number, number];
  const kernel = weightOf(layer, run, 'kernel');
  const rate = (layer.config['dropout'] as number | undefined) ?? 0;
  const input = rate === 0 ? x : dropped(x, `${layer.name}/dropout`, rate, [batch, 1, width], run);
  const bias = optionalWeight(layer, run, 'bias');
  const flat = matmul(input.reshape([batch * steps, width]), kernel);
  const all = (bias === null ? flat : flat.add(bias)).reshape([batch, steps, kernel.shape[1]!]);
  const order = Array.from({ length: steps }, (_, t) => (layer.config['goBackwards'] ? steps - 1 - t : t));
  return order.map((t) => all.slice([0, t, 0], [batch, t + 1, kernel.shape[1]!]).reshape([batch, kernel.shape[1]!]));
}

/** A recurrent layer whose cell has `gates` blocks in its kernels and `states` states, each [batch, units]. */
export function recurrent(gates: number, states: number, step: Step): LayerRule {
  return {
    // TensorFlow.js's training loss leaves out the penalties of recurrent layers (they stay with the cell, which nobody asks), so they are no penalties here.
    weights: ({ units, useBias = true }) => [
      { short: 'kernel', shape: [null, gates * units] },
      { short: 'recurrent_kernel', shape: [units, gates * units] },
      ...(useBias ? [{ short: 'bias', shape: [gates * units] }] : []),
    ],
    check: checkRecurrent,
    apply([x, ...initial], layer, run) {
      const { config } = layer;
      const units = config['units'] as number;
      const batch = x!.shape[0]!;
      if (initial.length !== 0 && initial.length !== states) throw new RangeError(`expected ${states} initial state(s), got ${initial.length}`);
      const rate = (config['recurrentDropout'] as number | undefined) ?? 0;
      const drop = (h: Tensor): Tensor => (rate === 0 ? h : dropped(h, `${layer.name}/recurrent_dropout`, rate, [batch, units], run));
      const cell: Cell = { units, config, recurrentKernel: weightOf(layer, run, 'recurrent_kernel'), run, drop };
      let now: readonly Tensor[] = initial.length > 0 ? initial : Array.from({ length: states }, () => zeros([batch, units], cell.recurrentKernel.dtype));
      const outputs: Tensor[] = [];
      for (const projected of project(x!, layer, run)) {
        now = step(projected, now, cell);
        outputs.push(now[0]!);
      }
      const output = config['returnSequences'] ? stack(outputs, 1) : outputs[outputs.length - 1]!;
      return config['returnState'] ? [output, ...now] : output;
    },
  };
}

/** Block `i` to `j` of the last axis, in units. */
export const block = (x: Tensor, units: number, i: number, j: number = i + 1): Tensor => x.slice([0, i * units], [x.shape[0]!, j * units]);
