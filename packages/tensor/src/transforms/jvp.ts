/** Forward mode: pushing tangents through a graph. */
import { type CallParams, emitCall } from '../primitives/call.js';
import { Tensor } from '../tensor.js';
import { emit, type Traced, type TracedNode } from '../trace.js';

/** Values and tangents of a graph's outputs; a null tangent is zero. Emits both into the operands' traces. */
export interface JvpResult {
  readonly outputs: readonly Tensor[];
  readonly tangents: readonly (Tensor | null)[];
}

/** Runs a traced function on primals and tangents at once. Closed-over values have no tangent. */
export function pushForward(traced: Traced, primals: readonly Tensor[], tangents: readonly (Tensor | null)[]): JvpResult {
  const { graph, captures } = traced;
  const value = new Map<TracedNode, Tensor>();
  const tangent = new Map<TracedNode, Tensor | null>();
  const calls = new Map<TracedNode, JvpResult>();
  const bound = [...primals, ...captures];
  graph.inputs.forEach((node, i) => {
    value.set(node, bound[i]!);
    tangent.set(node, tangents[i] ?? null);
  });
  for (const node of graph.nodes) {
    if (value.has(node)) continue;
    const operands = node.inputs.map((input) => value.get(input)!);
    const moves = node.inputs.map((input) => tangent.get(input) ?? null);
    if (node.op === 'call') {
      calls.set(node, pushCall(node.params as CallParams, operands, moves));
      value.set(node, Tensor.literal(0, node));
    } else if (node.op === 'get') {
      const from = calls.get(node.inputs[0]!)!;
      const index = node.params['index'] as number;
      value.set(node, from.outputs[index]!);
      tangent.set(node, from.tangents[index]!);
    } else {
      const output = node.op === 'full' ? Tensor.literal(node.params['value'] as number, node) : emit(node.prim, operands, node.params);
      value.set(node, output);
      tangent.set(node, moves.every((t) => t === null) ? null : node.prim.jvp(operands, moves, output, node.params));
    }
  }
  return {
    outputs: graph.outputs.map((node) => value.get(node)!),
    tangents: graph.outputs.map((node) => tangent.get(node) ?? null),
  };
}

function pushCall(params: CallParams, operands: readonly Tensor[], moves: readonly (Tensor | null)[]): JvpResult {
  const outputs = emitCall(operands, params);
  const tangents = moves.every((t) => t === null) ? outputs.map(() => null) : params.jvp(operands, moves, outputs);
  return { outputs, tangents };
}
