/** Applying layers and graphs of layers. */
import type { Tensor } from '@curv/tensor';
import type { Layer, LayerRule, Plan, Run } from './api.js';

/** The same error, with the layer that it came from in front. */
export function located(error: unknown, { name, className }: Pick<Layer, 'name' | 'className'>): unknown {
  if (!(error instanceof Error) || error.message.startsWith('layer "')) return error;
  const message = `layer "${name}" (${className}): ${error.message}`;
  return error instanceof RangeError ? new RangeError(message, { cause: error }) : new TypeError(message, { cause: error });
}

/** Outputs of one application of a layer. @throws what the layer throws, with its name in front */
export function callLayer(layer: Layer, inputs: readonly Tensor[], run: Run): readonly Tensor[] {
  try {
    const out = layer.rule.apply(inputs, layer, run);
    return Array.isArray(out) ? (out as readonly Tensor[]) : [out as Tensor];
  } catch (error) {
    throw located(error, layer);
  }
}

/** Outputs of a graph. */
export function runPlan({ inputs, calls, outputs }: Plan, given: readonly Tensor[], run: Run): readonly Tensor[] {
  if (given.length !== inputs.length) throw new RangeError(`expected ${inputs.length} input(s), got ${given.length}`);
  const values = new Map<string, readonly Tensor[]>(inputs.map(({ key }, i) => [key, [given[i]!]]));
  for (const { key, layer, inputs: sources } of calls) {
    values.set(key, callLayer(layer, sources.map((source) => values.get(source.key)![source.index]!), run));
  }
  return outputs.map(({ key, index }) => values.get(key)![index]!);
}

/** A model as a layer of another one. */
export const modelRule: LayerRule = { apply: (inputs, layer, run) => runPlan(layer.plan!, inputs, run) };
