/** Trading time for memory in reverse mode. */
import { barrier, call, type CallJvp } from '../primitives/call.js';
import type { Tensor } from '../tensor.js';
import type { Traced } from '../trace.js';
import { flatten, type TreeDef, unflatten } from '../tree.js';
import { pushForward } from './jvp.js';
import type { TreeFunction } from './stage.js';

/**
 * The same function, whose intermediate values are computed again in the backward pass instead of being kept (Griewank & Walther 2000). Values
 * and derivatives of any order are those of `f`; memory between forward and backward pass is that of its arguments.
 */
export function checkpoint<F extends TreeFunction>(f: F): F {
  const run = (...args: unknown[]): unknown => {
    const { leaves, def } = flatten(args);
    let result: TreeDef | null = null;
    const body = (inputs: readonly Tensor[]): Tensor[] => {
      const out = flatten(f(...(unflatten(def, inputs) as unknown as unknown[])));
      result = out.def;
      return out.leaves;
    };
    const outputs = call(body, leaves, recompute);
    return unflatten(result!, outputs);
  };
  return run as F;
}

function recompute(body: Traced): CallJvp {
  return (primals, tangents) => {
    // Where values and tangents share a trace this is plain forward mode, which keeps nothing: no barrier is needed.
    const linearizing = tangents.some((t) => t?.trace?.linear);
    return pushForward(body, linearizing ? primals.map(barrier) : primals, tangents).tangents;
  };
}
