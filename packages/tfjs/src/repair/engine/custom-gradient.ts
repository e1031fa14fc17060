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
  const needed = ancestors(node, inside);
  const kept = inside.filter((inner) => needed.has(inner)).map((inner) => withoutOutput(inner, value));
  for (const inner of inside) if (!needed.has(inner)) free(inner);
  // Value first where something inside depends on it.
  const fromValue = new Set([value.id]);
  const [before, after]: [TapeNode[], TapeNode[]] = [[], []];
  for (const inner of kept) {
    const depends = Object.values(inner.inputs).some(({ id }) => fromValue.has(id));
    if (depends) inner.outputs.forEach(({ id }) => fromValue.add(id));
    (depends ? after : before).push(inner);
  }
  return [...before, node, ...after];
}

/** What the saved tensors of a function come from, and what the gradients of those nodes saved in turn; the value counts as given. */
function ancestors({ outputs, inputs, saved }: TapeNode, inside: readonly TapeNode[]): Set<TapeNode> {
  const given = new Set([...outputs, ...Object.values(inputs)].map(({ id }) => id));
  const producers = new Map(inside.flatMap((inner) => inner.outputs.map(({ id }) => [id, inner] as const)));
  const found = new Set<TapeNode>();
  const queue = [...saved];
  for (let tensor = queue.pop(); tensor !== undefined; tensor = queue.pop()) {
    const producer = given.has(tensor.id) ? undefined : producers.get(tensor.id);
    if (producer === undefined || found.has(producer)) continue;
    found.add(producer);
    queue.push(...Object.values(producer.inputs), ...producer.saved);
  }
  return found;
}

/** A node whose value output, if it has it among others, is nobody's. */
function withoutOutput(inner: TapeNode, value: Tensor): TapeNode {
  if (inner.outputs.every(({ id }) => id !== value.id)) return inner;
  return { ...inner, outputs: inner.outputs.map((output) => (output.id === value.id ? (Object.create(output, { id: { value: -1 } }) as Tensor) : output)) };
}
