/** Our functions as functions of numbers. */
import * as special from '@curv/special-fns';
import type { AccuracyTable } from './tables.js';

export type Call = (...args: number[]) => number;

const exported = special as unknown as Readonly<Record<string, (...args: unknown[]) => any>>; // looked up by the tables' names

export function callOf({ function: full, call }: AccuracyTable): Call {
  const [, name, part] = /^(\w+)(?:\.(\w+)|\[0\])?$/.exec(full)!;
  const f = exported[name!]!;
  if (call === 'list') return full.endsWith('[0]') ? (...x) => f(x)[0] : (...x) => f(x);
  if (call === 'rule') return ruleCall(f, part!);
  return part === undefined ? f : (...args) => f(...args)[part];
}

/** One rule is made for all of its indices. */
function ruleCall(f: (...args: unknown[]) => any, part: string): Call {
  const made = new Map<string, Float64Array>();
  return (...args) => {
    const parameters = args.slice(0, -1);
    const key = parameters.join();
    let values = made.get(key);
    if (values === undefined) made.set(key, (values = f(...parameters)[part] as Float64Array));
    return values[args.at(-1)!]!;
  };
}
