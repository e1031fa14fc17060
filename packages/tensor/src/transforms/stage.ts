/** Running a function of trees as one graph, and the tree plumbing that the transformations share. */
import type { Tree } from '../api.js';
import { runTraced } from '../execute.js';
import { isFloat, showSpec } from '../primitive.js';
import type { Tensor } from '../tensor.js';
import { Trace, type Traced, tracing } from '../trace.js';
import { type Flat, flatten, type TreeDef, unflatten } from '../tree.js';

/** A function of trees; arguments that are no tensors are static. */
export type TreeFunction = (...args: any[]) => any;

/** A function of trees, traced. */
export interface StagedTrace {
  readonly traced: Traced;
  /** Structure of the result. */
  readonly output: TreeDef;
}

/** Traces a function of trees on symbolic tensors in place of its tensors. @throws TypeError where it returns a promise */
export function traceTree(f: TreeFunction, args: Flat): StagedTrace {
  const trace = new Trace();
  return trace.run(() => {
    const inputs = args.leaves.map((leaf) => trace.input(leaf));
    const result = flatten(f(...(unflatten(args.def, inputs) as unknown as unknown[])));
    if (result.def.kind === 'static' && result.def.value instanceof Promise) {
      // What it would have rejected with is a consequence of this mistake, and nobody waits for it.
      result.def.value.catch(() => {});
      throw new TypeError('a function that is traced must return its result, not a promise: do asynchronous work outside of it');
    }
    return { traced: trace.close(result.leaves), output: result.def };
  });
}

/** Runs `f` on known values as one graph; inside a trace it is simply called. */
export function staged<F extends TreeFunction>(f: F): F {
  const run = (...args: unknown[]): unknown => {
    if (tracing()) return f(...args) as unknown;
    const flat = flatten(args);
    const { traced, output } = traceTree(f, flat);
    return unflatten(output, runTraced(traced, flat.leaves));
  };
  return run as F;
}

/** A function of one tree's tensors, from a function of trees with its other arguments fixed. Records the result's structure. */
export interface TensorFunction {
  (inputs: readonly Tensor[]): readonly Tensor[];
  result: TreeDef | null;
}

/** `f` as a function of the tensors in its first argument. */
export function overFirst(f: TreeFunction, def: TreeDef, rest: readonly unknown[]): TensorFunction {
  const run: TensorFunction = Object.assign(
    (inputs: readonly Tensor[]) => {
      const { leaves, def: result } = flatten(f(unflatten(def, inputs), ...rest));
      run.result = result;
      return leaves;
    },
    { result: null as TreeDef | null },
  );
  return run;
}

/** Tensors of an argument to differentiate. @throws TypeError unless there are some, all floating-point */
export function differentiable(what: string, tree: Tree<Tensor> | unknown): Flat {
  const flat = flatten(tree);
  if (flat.leaves.length === 0) throw new TypeError(`${what}: the first argument holds no tensor to differentiate with respect to`);
  for (const leaf of flat.leaves) {
    if (!isFloat(leaf.dtype)) throw new TypeError(`${what}: cannot differentiate with respect to ${showSpec(leaf)}; expected float32 or float64`);
  }
  return flat;
}

