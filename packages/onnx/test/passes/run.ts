/** Graphs that passes have left, on the cpu engine. */
import { cpu, type Graph, type Node, type TypedArray } from '@curv/tensor';

/** The graph in primitives of `@curv/tensor`: known integers become inputs, sums that products took up are sums again. */
function plain(graph: Graph): { graph: Graph; known: TypedArray[] } {
  const made = new Map<Node, Node>();
  const nodes: Node[] = [];
  const add = (op: string, inputs: readonly Node[], params: Node['params'], { shape, dtype }: Node): Node => {
    nodes.push({ id: nodes.length, op, inputs, params, shape, dtype });
    return nodes[nodes.length - 1]!;
  };
  const constants = graph.nodes.filter(({ op }) => op === 'constant');
  for (const node of [...graph.inputs, ...constants]) made.set(node, add('input', [], {}, node));
  for (const node of graph.nodes) {
    if (made.has(node)) continue;
    const inputs = node.inputs.map((x) => made.get(x)!);
    if (node.op === 'gemm') made.set(node, add('add', [add('matmul', inputs.slice(0, 2), node.params, node), inputs[2]!], {}, node));
    else made.set(node, add(node.op, inputs, node.params, node));
  }
  const pick = (list: readonly Node[]): Node[] => list.map((node) => made.get(node)!);
  return { graph: { inputs: pick([...graph.inputs, ...constants]), outputs: pick(graph.outputs), nodes }, known: constants.map(({ params }) => params['data'] as Int32Array) };
}

/** Values of a graph's outputs. */
function run(graph: Graph, inputs: readonly TypedArray[]): TypedArray[] {
  const { graph: runnable, known } = plain(graph);
  return cpu.compile(runnable).run([...inputs, ...known]);
}

/** Float64 inputs of a graph, from a formula; class numbers for int32. */
const drawn = (graph: Graph): TypedArray[] =>
  graph.inputs.map(({ shape, dtype }, k) => {
    const n = shape.reduce((a, b) => a * b, 1);
    return dtype === 'int32' ? Int32Array.from({ length: n }, (_, i) => (i * 5 + k) % 3) : Float64Array.from({ length: n }, (_, i) => Math.sin(0.7 * i + k + 1));
  });

/** Largest difference between two graphs' outputs. */
export function difference(a: Graph, b: Graph): number {
  const inputs = drawn(a);
  const [found, expected] = [run(a, inputs), run(b, inputs)];
  if (found.some((data, i) => data.length !== expected[i]!.length)) return Infinity;
  return Math.max(...found.flatMap((data, i) => Array.from(data, (x, j) => Math.abs(x - expected[i]![j]!))));
}

export const count = (graph: Graph, ...ops: readonly string[]): number => graph.nodes.filter(({ op }) => ops.includes(op)).length;
