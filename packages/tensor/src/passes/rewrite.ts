/** Rebuilding a graph node by node: what all passes share. */
import type { DType, Graph, Node, Params, Shape, Spec } from '../api.js';
import { broadcastShapes, sameShape } from '../primitive.js';
import { COMMUTATIVE, nodeKey } from '../node-key.js';

/** A pure function from graphs to graphs that compute the same outputs from the same inputs. */
export type Pass = (graph: Graph) => Graph;

/** Primitives that broadcast their operands by themselves. */
export const BROADCASTING: ReadonlySet<string> = new Set([
  'add', 'sub', 'mul', 'div', 'pow', 'max', 'min', 'atan2', 'and', 'or', 'equal', 'notEqual', 'less', 'lessEqual', 'greater', 'greaterEqual', 'select',
]);

/** Makes the nodes of a new graph; equal applications are one node. */
export class GraphBuilder {
  readonly nodes: Node[] = [];
  private readonly interned = new Map<string, Node>();

  input({ shape, dtype }: Spec): Node {
    return this.push('input', [], {}, { shape, dtype });
  }

  /** The node of an equal application, or a new one. */
  add(op: string, inputs: readonly Node[], params: Params, spec: Spec): Node {
    const ordered = COMMUTATIVE.has(op) && inputs[0]!.id > inputs[1]!.id ? [inputs[1]!, inputs[0]!] : inputs;
    const key = nodeKey(op, ordered, params);
    let node = this.interned.get(key);
    if (node === undefined) this.interned.set(key, (node = this.push(op, inputs, params, spec)));
    return node;
  }

  /** An elementwise node in the dtype of its first operand. */
  map(op: string, ...inputs: readonly Node[]): Node {
    return this.add(op, inputs, {}, { shape: broadcastShapes(op, inputs.map((x) => x.shape)), dtype: inputs[0]!.dtype });
  }

  /** A uniform constant. */
  full(value: number, shape: Shape, dtype: DType): Node {
    const rounded = dtype === 'float32' ? Math.fround(value) : value;
    return this.add('full', [], { value: rounded, shape, dtype }, { shape, dtype });
  }

  reshape(from: Node, shape: Shape): Node {
    const x = from.op === 'reshape' ? from.inputs[0]! : from;
    return sameShape(x.shape, shape) ? x : this.add('reshape', [x], { shape }, { shape, dtype: x.dtype });
  }

  broadcast(x: Node, shape: Shape): Node {
    return sameShape(x.shape, shape) ? x : this.add('broadcast', [x], { shape }, { shape, dtype: x.dtype });
  }

  private push(op: string, inputs: readonly Node[], params: Params, { shape, dtype }: Spec): Node {
    const node: Node = { id: this.nodes.length, op, inputs, params, shape, dtype };
    this.nodes.push(node);
    return node;
  }
}

/** A node as its rule meets it. */
export interface Site {
  readonly build: GraphBuilder;
  /** Its operands in the new graph. */
  readonly inputs: readonly Node[];
  /** How many nodes and outputs of the old graph use its operand number i. */
  uses(i: number): number;
}

/** A replacement for a node, of the same shape and dtype; null keeps it. */
export type Rule = (node: Node, site: Site) => Node | null;

/** How often each node is an operand or an output. */
function countUses(graph: Graph): Map<Node, number> {
  const counts = new Map<Node, number>();
  const count = (node: Node): unknown => counts.set(node, (counts.get(node) ?? 0) + 1);
  for (const { inputs } of graph.nodes) inputs.forEach(count);
  graph.outputs.forEach(count);
  return counts;
}

/** Applies a rule to every node once, operands first. What nothing uses any more is dropped; ids become positions. */
export function rewrite(graph: Graph, rule: Rule): Graph {
  const build = new GraphBuilder();
  const counts = countUses(graph);
  const made = new Map<Node, Node>();
  for (const node of graph.inputs) made.set(node, build.input(node));
  for (const node of graph.nodes) {
    if (made.has(node)) continue;
    const inputs = node.inputs.map((input) => made.get(input)!);
    const uses = (i: number): number => counts.get(node.inputs[i]!)!;
    made.set(node, rule(node, { build, inputs, uses }) ?? build.add(node.op, inputs, node.params, node));
  }
  return live(build.nodes, graph.inputs.map((node) => made.get(node)!), graph.outputs.map((node) => made.get(node)!));
}

/** The nodes that some output needs, and all inputs, in their order; ids become positions. */
export function live(nodes: readonly Node[], inputs: readonly Node[], outputs: readonly Node[]): Graph {
  const needed = new Set<Node>([...inputs, ...outputs]);
  for (let i = nodes.length - 1; i >= 0; i--) {
    if (needed.has(nodes[i]!)) for (const input of nodes[i]!.inputs) needed.add(input);
  }
  const fresh = new Map<Node, Node>();
  let id = 0;
  for (const node of nodes) {
    if (!needed.has(node)) continue;
    const operands = node.inputs.map((input) => fresh.get(input)!);
    fresh.set(node, { id: id++, op: node.op, inputs: operands, params: node.params, shape: node.shape, dtype: node.dtype });
  }
  const renewed = (list: readonly Node[]): Node[] => list.map((node) => fresh.get(node)!);
  return { inputs: renewed(inputs), outputs: renewed(outputs), nodes: [...fresh.values()] };
}
