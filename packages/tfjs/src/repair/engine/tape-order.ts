/**
 * The order of the tape. An operation that saves one of its outputs for the backward pass clones it, and TensorFlow.js records the clone before the
 * operation itself. Its search for what depends on x runs through the tape in order, so the saved copy never counts as depending on x, and that
 * branch of the second derivative is dropped. Here the operation is recorded first.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { TapeEngine, TapeNode } from './state.js';
import { replaceMethod, type Undo } from './patch.js';

export function repairTapeOrder(engine: TapeEngine): Undo {
  return replaceMethod(engine, 'addTapeNode', (original) => (name, inputs, outputs, backward, saved, attrs) => {
    original(name, present(inputs), outputs, backward, saved, attrs);
    const tape = engine.state.activeTape;
    const node = tape.pop()!;
    tape.splice(startOfSaved(tape, saved), 0, node);
  });
}

/** Optional inputs that were not given are null, which the search through the tape does not expect. */
function present<T extends Record<string, Tensor | null | undefined>>(inputs: T): T {
  if (Array.isArray(inputs) || Object.values(inputs).every((input) => input != null)) return inputs;
  return Object.fromEntries(Object.entries(inputs).filter(([, input]) => input != null)) as T;
}

/** Where the trailing nodes begin that only copy tensors to save. */
function startOfSaved(tape: readonly TapeNode[], saved: readonly Tensor[]): number {
  if (saved.length === 0) return tape.length;
  const ids = new Set(saved.map(({ id }) => id));
  let at = tape.length;
  while (at > 0 && tape[at - 1]!.outputs.every(({ id }) => ids.has(id))) at--;
  return at;
}
