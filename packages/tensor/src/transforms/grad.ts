/** Derivatives of functions of trees. Each takes a function and returns a function; they compose to any depth. */
import type { Tree } from '../api.js';
import { showSpec } from '../primitive.js';
import { stopGradient } from '../primitives/call.js';
import { Tensor } from '../tensor.js';
import { flatten, flattenLike, unflatten } from '../tree.js';
import { pushForward } from './jvp.js';
import { applyTransposed, linearizeTensors } from './linear.js';
import { differentiable, overFirst, staged, type TreeFunction } from './stage.js';
import { traceFunction } from '../trace.js';

/** Options of `grad` and `valueAndGrad`. */
export interface GradOptions {
  /** The function returns [loss, auxiliary tree]; the auxiliary part is passed through. */
  readonly hasAux?: boolean;
}

/**
 * Value and gradient of a scalar function with respect to its first argument, in one pass.
 * @returns a function of the same arguments giving [value, gradient]; with `hasAux`, [[value, auxiliary], gradient]
 * @throws TypeError when the result is no scalar, or the first argument holds a tensor that is not floating-point
 */
export function valueAndGrad(f: TreeFunction, options: GradOptions = {}): (...args: any[]) => [any, any] {
  return staged((...args: unknown[]): [unknown, unknown] => {
    const { leaves, def } = differentiable('grad', args[0]);
    const g = overFirst(f, def, args.slice(1));
    const { outputs, map } = linearizeTensors(g, leaves);
    const loss = outputs[0];
    if (loss === undefined || loss.rank !== 0 || (outputs.length > 1 && !options.hasAux)) {
      const got = outputs.map(showSpec).join(', ') || 'no tensor';
      throw new TypeError(`grad: the function must return a scalar${options.hasAux ? ' followed by auxiliary values' : ''}, got ${got}; use jacobian() or vjp() for other outputs`);
    }
    const cotangents = outputs.map((y, i) => Tensor.literal(i === 0 ? 1 : 0, y));
    const gradient = unflatten(def, applyTransposed(map, cotangents));
    return [unflatten(g.result!, outputs), gradient];
  });
}

/** Gradient of a scalar function with respect to its first argument; see `valueAndGrad`. With `hasAux`, [gradient, auxiliary]. */
export function grad(f: TreeFunction, options: GradOptions = {}): (...args: any[]) => any {
  const both = valueAndGrad(f, options);
  return staged((...args: unknown[]) => {
    const [value, gradient] = both(...args);
    return options.hasAux ? [gradient, (value as unknown[])[1]] : gradient;
  });
}

/**
 * Forward mode: value of `f` and its directional derivative along `tangent`, a tree like the first argument.
 * @returns (x, tangent, ...rest) → [y, ẏ]
 */
export function jvp(f: TreeFunction): (x: any, tangent: any, ...rest: any[]) => [any, any] {
  return staged((x: unknown, tangent: unknown, ...rest: unknown[]): [unknown, unknown] => {
    const { leaves, def } = differentiable('jvp', x);
    const moves = checkedLike('jvp: tangent', leaves, flattenLike(def, tangent, 'jvp: tangent'));
    const g = overFirst(f, def, rest);
    const traced = traceFunction((inputs) => g(inputs), leaves);
    const { outputs, tangents } = pushForward(traced, leaves, moves);
    const zeroFilled = tangents.map((t, i) => t ?? Tensor.literal(0, outputs[i]!));
    return [unflatten(g.result!, outputs), unflatten(g.result!, zeroFilled)];
  });
}

/** @throws RangeError unless `values` have the shapes and dtypes of `like` */
export function checkedLike(what: string, like: readonly Tensor[], values: readonly Tensor[]): readonly Tensor[] {
  values.forEach((value, i) => {
    if (showSpec(value) !== showSpec(like[i]!)) throw new RangeError(`${what}: expected ${showSpec(like[i]!)}, got ${showSpec(value)}`);
  });
  return values;
}

/**
 * Hessian-vector product of a scalar function, forward over reverse: the directional derivative of its gradient.
 * @returns (x, v, ...rest) → H v, a tree like x. Cost about two gradients.
 */
export function hvp(f: TreeFunction): (x: any, v: any, ...rest: any[]) => any {
  const push = jvp(grad(f));
  return staged((x: unknown, v: unknown, ...rest: unknown[]) => push(x, v, ...rest)[1] as unknown);
}

/**
 * The vector field x ↦ J(x₀)ᵀ ∇L(model(x)) at x₀ = x, whose value is the gradient of loss ∘ model and whose derivative, since J(x₀) is held
 * fixed, is the generalized Gauss-Newton matrix. To be differentiated; `ggnvp` and Gauss-Newton operators stand on it.
 * @param model (x, ...rest) → outputs
 * @param loss (outputs, ...rest) → scalar
 */
export function gaussNewtonField(model: TreeFunction, loss: TreeFunction): (x: any, ...rest: any[]) => any {
  return staged((x: unknown, ...rest: unknown[]) => {
    const { leaves, def } = differentiable('gaussNewtonField', x);
    const g = overFirst(model, def, rest);
    const { map } = linearizeTensors(g, leaves.map(stopGradient));
    const outputs = unflatten(g.result!, g(leaves));
    const slope = grad(loss)(outputs, ...rest) as Tree<Tensor>;
    return unflatten(def, applyTransposed(map, flatten(slope).leaves));
  });
}

/**
 * Generalized Gauss-Newton product Jᵀ H_L J v of a loss over a model's outputs (Schraudolph 2002): J the model's Jacobian, H_L the loss's Hessian
 * in the outputs.
 * @param model (x, ...rest) → outputs
 * @param loss (outputs, ...rest) → scalar
 * @returns (x, v, ...rest) → G v, a tree like x
 */
export function ggnvp(model: TreeFunction, loss: TreeFunction): (x: any, v: any, ...rest: any[]) => any {
  const push = jvp(gaussNewtonField(model, loss));
  return staged((x: unknown, v: unknown, ...rest: unknown[]) => push(x, v, ...rest)[1] as unknown);
}
