/** Functions with derivative rules of their own. */
import { call, type CallJvp, type CallTranspose } from '../primitives/call.js';
import type { Spec } from '../api.js';
import type { Tensor } from '../tensor.js';
import { Trace } from '../trace.js';
import { flatten, flattenLike, type TreeDef, unflatten } from '../tree.js';
import { transposeGraph, zerosLike } from './linear.js';
import type { TreeFunction } from './stage.js';
import { checkedLike } from './grad.js';

/** How a function is differentiated, in place of its body. One of the two; both are traced, so the rule itself can be differentiated. */
export type DerivativeRule =
  | {
      /** (args, tangents, result) → tangent of the result; args and tangents are arrays of trees, one for each argument. */
      readonly jvp: (args: any[], tangents: any[], result: any) => any;
      /**
       * For a function that is linear in some of its arguments, and that a rule applies to a tangent: (args, cotangent) → array of cotangents, where the tensors of
       * args in which it is linear are null; what is given for the others is not used. Without it such a function cannot be transposed.
       */
      readonly transpose?: (args: any[], cotangent: any) => any[];
    }
  /** (args, result, cotangent) → array of cotangents, one tree for each argument; must be linear in the cotangent. */
  | { readonly vjp: (args: any[], result: any, cotangent: any) => any[] };

/**
 * A function whose derivative is given. Values that `f` closes over are taken as constants by the rule; integer tensors have no tangent (zeros
 * are passed in their place).
 * @throws TypeError when the rule's result does not match the structure that it must have
 */
export function customDerivative<F extends TreeFunction>(f: F, rule: DerivativeRule): F {
  if (!('jvp' in rule) && !('vjp' in rule)) throw new TypeError('customDerivative: expected a rule { jvp } or { vjp }');
  const run = (...args: unknown[]): unknown => {
    const { leaves, def } = flatten(args);
    let result: TreeDef | null = null;
    const body = (inputs: readonly Tensor[]): Tensor[] => {
      const out = flatten(f(...(unflatten(def, inputs) as unknown as unknown[])));
      result = out.def;
      return out.leaves;
    };
    const make = (): CallJvp => ('jvp' in rule ? forwardRule(rule.jvp, def, result!, leaves.length) : reverseRule(rule.vjp, def, result!, leaves.length));
    const transpose = 'transpose' in rule && rule.transpose ? transposeRule(rule.transpose, def, () => result!, leaves) : undefined;
    const outputs = call(body, leaves, make, transpose);
    return unflatten(result!, outputs);
  };
  return run as F;
}

type Lists = (leaves: readonly (Tensor | null)[], primals: readonly Tensor[]) => Tensor[];
const zeroFilled: Lists = (leaves, primals) => primals.map((p, i) => leaves[i] ?? zerosLike(p));

function forwardRule(jvp: (args: any[], tangents: any[], result: any) => any, def: TreeDef, result: TreeDef, arity: number): CallJvp {
  return (primals, tangents, outputs) => {
    const args = primals.slice(0, arity);
    const moved = jvp(
      unflatten(def, args) as unknown as unknown[],
      unflatten(def, zeroFilled(tangents, args)) as unknown as unknown[],
      unflatten(result, outputs),
    ) as unknown;
    return checkedLike('customDerivative: the jvp rule’s result', outputs, flattenLike(result, moved, 'customDerivative: the jvp rule’s result'));
  };
}

function transposeRule(transpose: (args: any[], cotangent: any) => any[], def: TreeDef, result: () => TreeDef, specs: readonly Spec[]): CallTranspose {
  const what = 'customDerivative: the transpose rule’s result';
  return (operands, cotangents) => {
    const args = unflatten(def, operands.slice(0, specs.length) as Tensor[]) as unknown as unknown[];
    const back = flattenLike(def, transpose(args, unflatten(result(), cotangents)), what);
    return operands.map((operand, i) => (operand === null && i < specs.length ? checkedLike(what, [specs[i] as Tensor], [back[i]!])[0]! : null));
  };
}

/** The tangent map is the transpose of the linear map ȳ ↦ x̄ that the rule gives. */
function reverseRule(vjp: (args: any[], result: any, cotangent: any) => any[], def: TreeDef, result: TreeDef, arity: number): CallJvp {
  return (primals, tangents, outputs) => {
    const args = primals.slice(0, arity);
    const trace = new Trace(true);
    const pulled = trace.run(() => {
      const cotangents = outputs.map((y) => trace.input(y));
      const back = vjp(unflatten(def, args) as unknown as unknown[], unflatten(result, outputs), unflatten(result, cotangents));
      const what = 'customDerivative: the vjp rule’s result';
      return trace.close(checkedLike(what, args, flattenLike(def, back, what)));
    });
    return transposeGraph(pulled, zeroFilled(tangents, args), outputs.length);
  };
}
