/** Derivatives at a point as functions: the point's values are computed once and kept. */
import { compile } from '../compile.js';
import { runTraced } from '../execute.js';
import type { Tensor } from '../tensor.js';
import { Trace, tracing } from '../trace.js';
import { flattenLike, type TreeDef, unflatten } from '../tree.js';
import { checkedLike } from './grad.js';
import { applyLinear, applyTransposed, type LinearMap, linearizeTensors } from './linear.js';
import { differentiable, overFirst, type TreeFunction } from './stage.js';

interface Point {
  readonly outputs: readonly Tensor[];
  readonly map: LinearMap;
  readonly input: TreeDef;
  readonly output: TreeDef;
}

/** Linearizes at a point; on known values the primal part runs now, and the map keeps its results. */
function linearizeAt(what: string, f: TreeFunction, x: unknown, rest: readonly unknown[]): Point {
  const { leaves, def } = differentiable(what, x);
  const g = overFirst(f, def, rest);
  if (tracing()) {
    const { outputs, map } = linearizeTensors(g, leaves);
    return { outputs, map, input: def, output: g.result! };
  }
  const trace = new Trace();
  const { outputs, map, primal } = trace.run(() => {
    const point = linearizeTensors(g, leaves.map((leaf) => trace.input(leaf)));
    const kept = point.map.traced.captures.filter((t) => t.trace === trace);
    return { ...point, primal: { traced: trace.close([...point.outputs, ...kept]), kept } };
  });
  const values = runTraced(primal.traced, leaves);
  const known = new Map(primal.kept.map((t, i) => [t, values[outputs.length + i]!]));
  const captures = map.traced.captures.map((t) => known.get(t) ?? t);
  const specs = (list: readonly { shape: readonly number[]; dtype: Tensor['dtype'] }[]): LinearMap['domain'] => list.map(({ shape, dtype }) => ({ shape, dtype }));
  return {
    outputs: values.slice(0, outputs.length),
    map: { ...map, traced: { graph: map.traced.graph, captures }, domain: specs(map.domain), codomain: specs(map.codomain) },
    input: def,
    output: g.result!,
  };
}

/**
 * Value of `f` at a point, and its derivative there as a function of the tangent. Applying it again costs only the linear part.
 * @returns (x, ...rest) → [y, ẋ → ẏ]
 */
export function linearize(f: TreeFunction): (x: any, ...rest: any[]) => [any, (tangent: any) => any] {
  return (x, ...rest) => {
    const { outputs, map, input, output } = linearizeAt('linearize', f, x, rest);
    const push = (tangent: unknown): unknown => {
      const moves = checkedSpecs('linearize: tangent', map.domain, flattenLike(input, tangent, 'linearize: tangent'));
      return unflatten(output, applyLinear(map, moves));
    };
    return [unflatten(output, outputs), tracing() ? push : compile(push)];
  };
}

/**
 * Reverse mode: value of `f` at a point, and the function that pulls cotangents of the result back to the first argument.
 * @returns (x, ...rest) → [y, ȳ → x̄]
 */
export function vjp(f: TreeFunction): (x: any, ...rest: any[]) => [any, (cotangent: any) => any] {
  return (x, ...rest) => {
    const { outputs, map, input, output } = linearizeAt('vjp', f, x, rest);
    const pull = (cotangent: unknown): unknown => {
      const cotangents = checkedSpecs('vjp: cotangent', map.codomain, flattenLike(output, cotangent, 'vjp: cotangent'));
      return unflatten(input, applyTransposed(map, cotangents));
    };
    return [unflatten(output, outputs), tracing() ? pull : compile(pull)];
  };
}

const checkedSpecs = (what: string, specs: LinearMap['domain'], values: readonly Tensor[]): readonly Tensor[] =>
  checkedLike(what, specs as readonly Tensor[], values);

