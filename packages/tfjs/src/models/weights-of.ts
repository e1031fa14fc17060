/** A layer's own weights during an evaluation. */
import type { Tensor } from '@curv/tensor';
import type { Layer, Run } from './api.js';

/** The value of a layer's weight. */
export function weightOf(layer: Layer, run: Run, short: string): Tensor {
  return run.value(layer.weights.find((weight) => weight.short === short)!.name);
}

/** The value of a weight that a layer may lack. */
export function optionalWeight(layer: Layer, run: Run, short: string): Tensor | null {
  return layer.weights.some((weight) => weight.short === short) ? weightOf(layer, run, short) : null;
}

/** Gives a layer's state a new value. */
export function updateState(layer: Layer, run: Run, short: string, value: Tensor): void {
  run.updates.set(layer.weights.find((weight) => weight.short === short)!.name, value);
}
