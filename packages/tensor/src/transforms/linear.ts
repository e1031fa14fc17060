/** Linear maps as graphs: a function's derivative at a point, applied forward or transposed. */
import type { Spec } from '../api.js';
import { isFloat, type LinearOperand } from '../primitive.js';
import type { CallParams } from '../primitives/call.js';
import { add } from '../primitives/elementwise.js';
import { Tensor } from '../tensor.js';
import { emit, evaluate, Trace, type Traced, traceFunction, type TracedNode } from '../trace.js';
import { pushForward } from './jvp.js';

/** A linear map of several tensors to several tensors. `captures` of `traced` are the known values (residuals) that its coefficients need. */
export interface LinearMap {
  readonly traced: Traced;
  readonly domain: readonly Spec[];
  readonly codomain: readonly Spec[];
  /** Which inputs and outputs take part; the others (integers, constants) have no derivative. */
  readonly active: { readonly inputs: readonly boolean[]; readonly outputs: readonly boolean[] };
}

export const zerosLike = ({ shape, dtype }: Spec): Tensor => Tensor.literal(0, { shape, dtype });

/** Values of `f` at `primals`, and its derivative there. Everything that does not depend on the tangent is emitted outside of the map. */
export function linearizeTensors(f: (inputs: Tensor[]) => readonly Tensor[], primals: readonly Tensor[]): { outputs: readonly Tensor[]; map: LinearMap } {
  const traced = traceFunction(f, primals);
  const trace = new Trace(true);
  const inputs = primals.map((p) => isFloat(p.dtype));
  const moves = primals.map((p, i) => (inputs[i] ? trace.input(p) : null));
  const { outputs, tangents } = trace.run(() => pushForward(traced, primals, moves));
  const results = tangents.filter((t): t is Tensor => t !== null);
  const map = { traced: trace.close(results), domain: primals, codomain: outputs, active: { inputs, outputs: tangents.map((t) => t !== null) } };
  return { outputs, map };
}

/** The map applied to tangents. */
export function applyLinear({ traced, codomain, active }: LinearMap, tangents: readonly Tensor[]): Tensor[] {
  const moved = evaluate(traced, tangents.filter((_, i) => active.inputs[i]));
  let next = 0;
  return codomain.map((spec, i) => (active.outputs[i] ? moved[next++]! : zerosLike(spec)));
}

/** The transposed map applied to cotangents. */
export function applyTransposed({ traced, domain, active }: LinearMap, cotangents: readonly Tensor[]): Tensor[] {
  const back = transposeGraph(traced, cotangents.filter((_, i) => active.outputs[i]), active.inputs.filter(Boolean).length);
  let next = 0;
  return domain.map((spec, i) => (active.inputs[i] ? (back[next++] ?? zerosLike(spec)) : zerosLike(spec)));
}

/** Cotangents of a linear graph's first `arity` inputs; its further inputs are known values. Null where the graph does not depend on one. */
export function transposeGraph({ graph, captures }: Traced, cotangents: readonly Tensor[], arity: number): (Tensor | null)[] {
  const linear = new Set<TracedNode>(graph.inputs.slice(0, arity));
  const known = new Map<TracedNode, Tensor>();
  graph.inputs.slice(arity).forEach((node, i) => known.set(node, captures[i]!));
  for (const node of graph.nodes) {
    if (linear.has(node) || known.has(node)) continue;
    if (node.inputs.some((input) => linear.has(input))) linear.add(node);
    else if (node.op === 'full') known.set(node, Tensor.literal(node.params['value'] as number, node));
    else known.set(node, emit(node.prim, node.inputs.map((input) => known.get(input)!), node.params));
  }
  const pending = new Map<TracedNode, Tensor>();
  const accumulate = (node: TracedNode, ct: Tensor): void => {
    if (!linear.has(node)) return;
    const before = pending.get(node);
    pending.set(node, before === undefined ? ct : add(before, ct));
  };
  const results = new Map<TracedNode, (Tensor | null)[]>();
  graph.outputs.forEach((node, i) => accumulate(node, cotangents[i]!));
  for (let i = graph.nodes.length - 1; i >= 0; i--) {
    const node = graph.nodes[i]!;
    if (results.has(node)) pullCall(node, results.get(node)!, known).forEach((back, j) => back !== null && accumulate(node.inputs[j]!, back));
    const ct = pending.get(node);
    if (ct === undefined || node.op === 'input') continue;
    pending.delete(node);
    if (node.op === 'get') collect(results, node, ct);
    else pullNode(node, ct, linear, known).forEach((back, j) => back !== null && accumulate(node.inputs[j]!, back));
  }
  return graph.inputs.slice(0, arity).map((node) => pending.get(node) ?? null);
}

/** The cotangent of one result of a call waits for those of the others. */
function collect(results: Map<TracedNode, (Tensor | null)[]>, node: TracedNode, ct: Tensor): void {
  const handle = node.inputs[0]!;
  if (!results.has(handle)) results.set(handle, (handle.params as CallParams).outputs.map(() => null));
  results.get(handle)![node.params['index'] as number] = ct;
}

function pullCall(node: TracedNode, cotangents: readonly (Tensor | null)[], known: ReadonlyMap<TracedNode, Tensor>): readonly (Tensor | null)[] {
  const { transpose, outputs } = node.params as CallParams;
  if (transpose === undefined) throw new TypeError('a function with a derivative of its own was applied to a tangent: it needs a `transpose` rule');
  return transpose(node.inputs.map((input) => known.get(input) ?? null), outputs.map((spec, i) => cotangents[i] ?? zerosLike(spec)));
}

function pullNode(node: TracedNode, ct: Tensor, linear: ReadonlySet<TracedNode>, known: ReadonlyMap<TracedNode, Tensor>): readonly (Tensor | null)[] {
  if (node.prim.transpose === undefined) throw new TypeError(`${node.op} is not linear and cannot be transposed`);
  const operands: LinearOperand[] = node.inputs.map((input) => ({
    shape: input.shape,
    dtype: input.dtype,
    value: linear.has(input) ? null : known.get(input)!,
  }));
  return node.prim.transpose(ct, operands, node.params);
}
