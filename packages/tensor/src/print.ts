/** Reading and storing graphs. */
import type { Graph, Node, Params } from './api.js';
import { showSpec } from './primitive.js';

/** A graph as text, one node a line: `%3 = matmul(%0, %1) {transposeA: true} : float32[2, 3]`. */
export function print(graph: Graph): string {
  const names = new Map<Node, string>(graph.nodes.map((node, i) => [node, `%${i}`]));
  const lines = graph.nodes.map((node) => {
    const operands = node.op === 'input' ? '' : `(${node.inputs.map((input) => names.get(input)!).join(', ')})`;
    return `${names.get(node)!} = ${node.op}${operands}${showParams(node)} : ${showSpec(node)}`;
  });
  return [...lines, `return ${graph.outputs.map((node) => names.get(node)!).join(', ')}`].join('\n');
}

/** Attributes that the printed type does not already tell. */
function showParams({ op, params, shape }: Node): string {
  const shown = Object.entries(params).filter(([key, value]) => {
    if (key === 'dtype' || (key === 'shape' && String(value) === String(shape))) return false;
    return !(op === 'matmul' && value === false);
  });
  return shown.length === 0 ? '' : ` {${shown.map(([key, value]) => `${key}: ${typeof value === 'number' ? String(value) : JSON.stringify(value)}`).join(', ')}}`;
}

/** A graph as plain data that `JSON.stringify` can store. */
export interface GraphJson {
  readonly nodes: readonly { readonly op: string; readonly inputs: readonly number[]; readonly params: Params; readonly shape: readonly number[]; readonly dtype: string }[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

/** A graph with positions in place of references. */
export function toJson(graph: Graph): GraphJson {
  const at = new Map<Node, number>(graph.nodes.map((node, i) => [node, i]));
  return {
    nodes: graph.nodes.map(({ op, inputs, params, shape, dtype }) => ({ op, inputs: inputs.map((i) => at.get(i)!), params, shape, dtype })),
    inputs: graph.inputs.map((node) => at.get(node)!),
    outputs: graph.outputs.map((node) => at.get(node)!),
  };
}
