/**
 * Functions as single nodes, for functions whose derivative is not that of their body: custom derivatives and checkpoints.
 * A `call` has several outputs, which `get` nodes read. Both are expanded before an engine sees a graph.
 */
import type { Params, Spec } from '../api.js';
import type { Primitive } from '../primitive.js';
import { Tensor } from '../tensor.js';
import { emit, evaluate, type Traced, traceFunction, tracing } from '../trace.js';

/** Tangents of a call's outputs; null where zero. */
export type CallJvp = (primals: readonly Tensor[], tangents: readonly (Tensor | null)[], outputs: readonly Tensor[]) => readonly (Tensor | null)[];

/** Cotangents of a call's operands, those being null in which it is linear, from those of its outputs. */
export type CallTranspose = (operands: readonly (Tensor | null)[], cotangents: readonly Tensor[]) => readonly (Tensor | null)[];

/** What a `call` node carries. */
export interface CallParams extends Params {
  readonly body: (inputs: readonly Tensor[]) => Tensor[];
  readonly jvp: CallJvp;
  readonly transpose?: CallTranspose;
  readonly outputs: readonly Spec[];
}

const expanded = (): never => {
  throw new Error('call nodes are handled by the transformations themselves');
};

const callPrimitive: Primitive = {
  name: 'call',
  spec: () => ({ shape: [], dtype: 'bool' }),
  jvp: expanded,
  batch: expanded,
};

const getPrimitive: Primitive = {
  name: 'get',
  spec: (_, params) => params['spec'] as Spec,
  jvp: expanded,
  batch: expanded,
};

/** Emits a call node; its outputs. On known values the body just runs. */
export function emitCall(inputs: readonly Tensor[], params: CallParams): Tensor[] {
  if (inputs.every((input) => input.trace === null)) return params.body(inputs);
  const node = emit(callPrimitive, inputs, params);
  return params.outputs.map(({ shape, dtype }, index) => emit(getPrimitive, [node], { index, spec: { shape, dtype } }));
}

/**
 * Calls `f` as one node. Outer values that `f` closes over become further operands. Without a trace `f` just runs.
 * @param makeJvp derivative rule, given the traced body; its primals are the operands followed by the closed-over values
 * @param transpose rule for operands in which `f` is linear
 */
export function call(f: (inputs: readonly Tensor[]) => readonly Tensor[], inputs: readonly Tensor[], makeJvp: (body: Traced) => CallJvp, transpose?: CallTranspose): Tensor[] {
  if (!tracing()) return [...f(inputs)];
  const body = traceFunction(f, inputs);
  const closed: Traced = { graph: body.graph, captures: [] };
  const outputs = body.graph.outputs.map(({ shape, dtype }) => ({ shape, dtype }));
  return emitCall([...inputs, ...body.captures], { body: (operands) => evaluateBody(closed, operands), jvp: makeJvp(closed), outputs, ...(transpose && { transpose }) });
}

/** Runs a body. A call inside of it is emitted anew, or just runs where nothing that it depends on is traced. */
function evaluateBody(body: Traced, operands: readonly Tensor[]): Tensor[] {
  const results = new Map<Tensor, Tensor[]>();
  return evaluate(body, operands, (node, inputs) => {
    if (node.op === 'get') return results.get(inputs[0]!)![node.params['index'] as number]!;
    if (node.op !== 'call') return emit(node.prim, inputs, node.params);
    const handle = Tensor.literal(0, { shape: [], dtype: 'bool' });
    results.set(handle, emitCall(inputs, node.params as CallParams));
    return handle;
  });
}

const identity = (name: string, differentiable: boolean): { prim: Primitive; apply: (x: Tensor) => Tensor } => {
  const apply = (x: Tensor): Tensor => (x.literal !== undefined ? x : emit(prim, [x]));
  const prim: Primitive = {
    name,
    spec: ([x]) => ({ shape: x!.shape, dtype: x!.dtype }),
    jvp: (_, [dx]) => (differentiable ? apply(dx!) : null),
    ...(differentiable && { transpose: (ct: Tensor) => [apply(ct)] }),
    batch: ([x]) => apply(x!),
  };
  return { prim, apply };
};

/** The same values, taken as constant by every derivative. */
export const stopGradient: (x: Tensor) => Tensor = identity('stopGradient', false).apply;

/** The same values; the search for common subexpressions does not look through it. */
export const barrier: (x: Tensor) => Tensor = identity('barrier', true).apply;
