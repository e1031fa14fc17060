/**
 * Functions with custom gradients. TensorFlow.js does not record what happens inside of them, so an intermediate result that is saved for the backward
 * pass (the log-probabilities of `losses.softmaxCrossEntropy`) counts as a constant, and the second derivative silently lacks it. Here the inside is
 * recorded on a tape of its own; of that, what saved intermediates depend on goes to the real tape. The custom gradient stays the gradient of the value.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { CustomFunction, Save, TapeEngine, TapeNode } from './state.js';
import { replaceMethod, type Undo } from './patch.js';

/** Operations, by scope, whose custom gradient is wrong or incomplete: they are recorded as the operations that they consist of. */
const TRANSPARENT: ReadonlySet<string> = new Set([
  'softmaxCrossEntropy__op', // wrong with respect to the labels
  'fusedConv2d__op', // refuses dilations
  'fusedDepthwiseConv2d__op',
]);

export function repairCustomGradients(engine: TapeEngine): Undo {
  return replaceMethod(engine, 'customGrad', (original) => (f) => (...inputs) => {
    if (!engine.isTapeOn()) return original(f)(...inputs);
    if (TRANSPARENT.has(engine.state.activeScope?.name ?? '')) return f(...inputs, () => {}).value;
    const inside: TapeNode[] = [];
    const value = original(recordInside(engine, f, inside))(...inputs);
    const tape = engine.state.activeTape;
    const node = tape.pop()!;
    tape.push(...merge(node, inside));
    return value;
  });
}

/** The function, with its operations recorded on a tape of their own. */
function recordInside(engine: TapeEngine, f: CustomFunction, inside: TapeNode[]): CustomFunction {
  return (...args) => {
    const save = args.pop() as Save;
    const { state } = engine;
    const { activeTape, kernelDepth } = state;
    const saveUnrecorded: Save = (tensors) => {
      // The engine records copies itself, not as operations.
      state.kernelDepth++;
      try {
        save(tensors);
      } finally {
        state.kernelDepth--;
      }
    };
    state.activeTape = inside;
    state.kernelDepth = 0;
    try {
      return f(...args, saveUnrecorded);
    } catch (error) {
      for (const node of inside) free(node);
      throw error;
    } finally {
      state.activeTape = activeTape;
      state.kernelDepth = kernelDepth;
    }
  };
}

const free = (node: TapeNode): void => node.saved.forEach((tensor) => tensor.dispose());

/** The nodes to record for a function: what its saved tensors come from, and `node`, which alone gives the value. */
function merge(node: TapeNode, inside: readonly TapeNode[]): TapeNode[] {
  const value = node.outputs[0]!;
  const given = new Set(Object.values(node.inputs).map(({ id }) => id));
  const copies = new Set(node.saved.map(({ id }) => id));
  const needed = new Set(copies);
  const kept: TapeNode[] = [];
  for (const inner of [...inside].reverse()) {
    if (!inner.outputs.some(({ id }) => id !== value.id && needed.has(id))) {
      free(inner);
      continue;
    }
    for (const { id } of Object.values(inner.inputs)) if (!given.has(id)) needed.add(id);
    kept.push(withoutOutput(inner, value));
  }
  // Value first where something inside depends on it.
  const fromValue = new Set([value.id]);
  const [before, after]: [TapeNode[], TapeNode[]] = [[], []];
  for (const inner of kept.reverse()) {
    const depends = Object.values(inner.inputs).some(({ id }) => fromValue.has(id));
    if (depends) inner.outputs.forEach(({ id }) => fromValue.add(id));
    (depends ? after : before).push(inner);
  }
  return [...before, node, ...after];
}

/** A node whose value output, if it has it among others, is nobody's. */
function withoutOutput(inner: TapeNode, value: Tensor): TapeNode {
  if (inner.outputs.every(({ id }) => id !== value.id)) return inner;
  return { ...inner, outputs: inner.outputs.map((output) => (output.id === value.id ? (Object.create(output, { id: { value: -1 } }) as Tensor) : output)) };
}
