/** Watching and changing a function's primitive operations, wherever they come from. */
import type { Params } from '../api.js';
import type { Tensor } from '../tensor.js';
import { emit, evaluate, traceFunction } from '../trace.js';
import { flatten, type TreeDef, unflatten } from '../tree.js';
import { staged, type TreeFunction } from './stage.js';

/** One primitive applied to its operands. A tensor argument of the function is seen as the same object. */
export interface Application {
  /** Name of the primitive, as in docs/primitives.md. */
  readonly op: string;
  readonly operands: readonly Tensor[];
  readonly params: Params;
  readonly result: Tensor;
}

/**
 * The same function, whose primitive operations `visit` sees one after the other, and whose results it may replace by tensors of the same shape
 * and dtype. What runs inside of custom derivatives and checkpoints is seen as one `call`.
 * @param visit returns the tensor that takes the result's place, or undefined
 */
export function intercept<F extends TreeFunction>(f: F, visit: (application: Application) => Tensor | undefined): F {
  const run = (...args: unknown[]): unknown => {
    const { leaves, def } = flatten(args);
    let result: TreeDef | null = null;
    const traced = traceFunction((inputs) => {
      const out = flatten(f(...(unflatten(def, inputs) as unknown as unknown[])));
      result = out.def;
      return out.leaves;
    }, leaves);
    const outputs = evaluate(traced, leaves, (node, operands) => {
      const value = emit(node.prim, operands, node.params);
      return visit({ op: node.op, operands, params: node.params, result: value }) ?? value;
    });
    return unflatten(result!, outputs);
  };
  return staged(run as F);
}
