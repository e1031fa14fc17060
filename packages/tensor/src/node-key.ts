/** When two applications of a primitive are the same. */
import type { Node, Params } from './api.js';

/** Primitives of two operands that may be swapped. */
export const COMMUTATIVE: ReadonlySet<string> = new Set(['add', 'mul', 'max', 'min']);

let functionIds = 0;
const functionId = new WeakMap<object, number>();

/** Objects with behaviour (sub-functions of `call`) are equal only to themselves; everything else by its JSON. */
function paramsKey(_: string, value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (Object.is(value, -0)) return '-0';
  if (typeof value !== 'function') return value;
  let id = functionId.get(value);
  if (id === undefined) functionId.set(value, (id = functionIds++));
  return `function ${id}`;
}

/** A text that is equal for equal applications. */
export function nodeKey(op: string, inputs: readonly Node[], params: Params): string {
  let key = op;
  for (const input of inputs) key += ` ${input.id}`;
  for (const _ in params) return key + JSON.stringify(params, paramsKey);
  return key;
}
