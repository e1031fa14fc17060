/** Dense Jacobians and Hessians, for outputs or inputs that are small. */
import type { Tree } from '../api.js';
import { sizeOf } from '../primitive.js';
import { reshape } from '../primitives/shape.js';
import { eye } from '../ops/create.js';
import type { Tensor } from '../tensor.js';
import { ravel, unflatten } from '../tree.js';
import { grad } from './grad.js';
import { applyLinear, applyTransposed, linearizeTensors, zerosLike } from './linear.js';
import { differentiable, overFirst, staged, type TreeFunction } from './stage.js';
import { overBatch } from './vmap.js';

/** Options of `jacobian`. */
export interface JacobianOptions {
  /** `forward` costs a pass per input element, `reverse` one per output element; by default the smaller number. */
  readonly mode?: 'forward' | 'reverse';
}

/**
 * Full Jacobian with respect to the first argument: for each output tensor a tree like the argument, with shapes output.shape + input.shape.
 * @returns (x, ...rest) → tree of outputs of trees of inputs
 */
export function jacobian(f: TreeFunction, options: JacobianOptions = {}): (x: any, ...rest: any[]) => any {
  return staged((x: unknown, ...rest: unknown[]) => {
    const { leaves, def } = differentiable('jacobian', x);
    const g = overFirst(f, def, rest);
    const { outputs, map } = linearizeTensors(g, leaves);
    const count = (list: readonly Tensor[]): number => list.reduce((n, t) => n + sizeOf(t.shape), 0);
    const forward = options.mode === undefined ? count(leaves) <= count(outputs) : options.mode === 'forward';
    const blocks = forward ? columns(leaves, outputs, (v) => applyLinear(map, v)) : rows(leaves, outputs, (v) => applyTransposed(map, v));
    return unflatten(g.result!, blocks.map((row) => unflatten(def, row) as never));
  });
}

type Blocks = Tensor[][];

/** Applies a linear map to every unit vector of its domain: results with the number of the unit in front, per domain tensor. */
function units(domain: readonly Tensor[], apply: (v: readonly Tensor[]) => readonly Tensor[]): Tensor[][] {
  return domain.map((leaf, i) => {
    const n = sizeOf(leaf.shape);
    const basis = reshape(eye(n, leaf.dtype), [n, ...leaf.shape]);
    return overBatch(([unit]) => apply(domain.map((other, j) => (j === i ? unit! : zerosLike(other)))), [basis], n);
  });
}

function rows(inputs: readonly Tensor[], outputs: readonly Tensor[], pull: (v: readonly Tensor[]) => readonly Tensor[]): Blocks {
  return units(outputs, pull).map((back, o) => back.map((t, i) => reshape(t, [...outputs[o]!.shape, ...inputs[i]!.shape])));
}

function columns(inputs: readonly Tensor[], outputs: readonly Tensor[], push: (v: readonly Tensor[]) => readonly Tensor[]): Blocks {
  const moved = units(inputs, push);
  return outputs.map((y, o) =>
    inputs.map((x, i) => {
      const flat = reshape(moved[i]![o]!, [sizeOf(x.shape), sizeOf(y.shape)]);
      return reshape(flat.transpose(), [...y.shape, ...x.shape]);
    }),
  );
}

/**
 * Dense Hessian of a scalar function as one matrix [d, d] over its flattened first argument. For small d; use `hvp` otherwise.
 * @returns (x, ...rest) → [d, d]
 */
export function hessian(f: TreeFunction): (x: any, ...rest: any[]) => Tensor {
  return staged((x: Tree<Tensor>, ...rest: unknown[]) => {
    const { vector, unravel } = ravel(x);
    const flat = (v: Tensor): Tensor => ravel(grad(f)(unravel(v), ...rest) as Tree<Tensor>).vector;
    return jacobian(flat, { mode: 'forward' })(vector) as Tensor;
  });
}
