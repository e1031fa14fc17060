/** Writing graphs: nodes are interned, so that common subexpressions are one node, and moves of data are simplified as they are written. */
import type { DType, Graph, Node, Params, Shape, Spec } from '@curv/tensor';
import { broadcastShapes, isIdentity, sameShape } from './shapes.js';

/** Flags of a matrix product. */
export interface ProductFlags {
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
}

/** A graph under construction. */
export class GraphWriter {
  private readonly nodes: Node[] = [];
  private readonly interned = new Map<string, Node>();

  input(spec: Spec): Node {
    return this.push('input', [], {}, spec);
  }

  /** The node of an equal application, or a new one. */
  add(op: string, inputs: readonly Node[], params: Params, { shape, dtype }: Spec): Node {
    const key = `${op} ${inputs.map((x) => x.id).join()} ${JSON.stringify(params, keyOf)}`;
    let node = this.interned.get(key);
    if (node === undefined) this.interned.set(key, (node = this.push(op, inputs, params, { shape, dtype })));
    return node;
  }

  /** An elementwise operation; operands broadcast. */
  elementwise(op: string, inputs: readonly Node[], dtype: DType = inputs[inputs.length - 1]!.dtype): Node {
    return this.add(op, inputs, {}, { shape: broadcastShapes(inputs.map((x) => x.shape)), dtype });
  }

  full(value: number, shape: Shape, dtype: DType): Node {
    return this.add('full', [], { value, shape: [...shape], dtype }, { shape, dtype });
  }

  /** Known integers; `key` tells equal ones. */
  integers(key: string, shape: Shape, make: () => Int32Array): Node {
    const known = this.interned.get(`constant ${key}`);
    if (known !== undefined) return known;
    const node = this.push('constant', [], { data: make() }, { shape, dtype: 'int32' });
    this.interned.set(`constant ${key}`, node);
    return node;
  }

  reshape(x: Node, shape: Shape): Node {
    if (sameShape(x.shape, shape)) return x;
    if (x.op === 'reshape') return this.reshape(x.inputs[0]!, shape);
    if (x.op === 'full') return this.full(x.params['value'] as number, shape, x.dtype);
    return this.add('reshape', [x], { shape: [...shape] }, { shape, dtype: x.dtype });
  }

  transpose(x: Node, perm: readonly number[]): Node {
    if (isIdentity(perm)) return x;
    const shape = perm.map((axis) => x.shape[axis]!);
    if (x.op === 'full') return this.full(x.params['value'] as number, shape, x.dtype);
    if (x.op === 'transpose') {
      const inner = x.params['perm'] as number[];
      return this.transpose(x.inputs[0]!, perm.map((axis) => inner[axis]!));
    }
    // Axes of size 1 move for free.
    if (isIdentity(perm.filter((axis) => x.shape[axis] !== 1).map((axis, _, all) => all.filter((other) => other < axis).length))) return this.reshape(x, shape);
    return this.add('transpose', [x], { perm: [...perm] }, { shape, dtype: x.dtype });
  }

  broadcast(x: Node, shape: Shape): Node {
    if (sameShape(x.shape, shape)) return x;
    if (x.op === 'full') return this.full(x.params['value'] as number, shape, x.dtype);
    return this.add('broadcast', [x], { shape: [...shape] }, { shape, dtype: x.dtype });
  }

  concat(list: readonly Node[], axis: number): Node {
    if (list.length === 1) return list[0]!;
    const shape = list[0]!.shape.map((n, i) => (i === axis ? list.reduce((sum, x) => sum + x.shape[axis]!, 0) : n));
    return this.add('concat', list, { axis }, { shape, dtype: list[0]!.dtype });
  }

  slice(x: Node, start: readonly number[], stop: readonly number[], strides: readonly number[] = x.shape.map(() => 1)): Node {
    const shape = start.map((from, i) => Math.max(0, Math.ceil((stop[i]! - from) / strides[i]!)));
    if (sameShape(shape, x.shape)) return x;
    return this.add('slice', [x], { start: [...start], stop: [...stop], strides: [...strides] }, { shape, dtype: x.dtype });
  }

  pad(x: Node, low: readonly number[], high: readonly number[]): Node {
    const shape = x.shape.map((n, i) => n + low[i]! + high[i]!);
    if (sameShape(shape, x.shape)) return x;
    return this.add('pad', [x], { low: [...low], high: [...high], interior: x.shape.map(() => 0) }, { shape, dtype: x.dtype });
  }

  gather(x: Node, indices: Node, axis: number): Node {
    return this.add('gather', [x, indices], { axis }, { shape: [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)], dtype: x.dtype });
  }

  matmul(a: Node, b: Node, { transposeA = false, transposeB = false }: ProductFlags = {}): Node {
    const rows = a.shape[a.shape.length - (transposeA ? 1 : 2)]!;
    const columns = b.shape[b.shape.length - (transposeB ? 2 : 1)]!;
    const shape = [...broadcastShapes([a.shape.slice(0, -2), b.shape.slice(0, -2)]), rows, columns];
    return this.add('matmul', [a, b], { transposeA, transposeB }, { shape, dtype: a.dtype });
  }

  reduceSum(x: Node, axes: readonly number[]): Node {
    if (axes.length === 0) return x;
    return this.add('reduceSum', [x], { axes: [...axes] }, { shape: x.shape.filter((_, i) => !axes.includes(i)), dtype: x.dtype });
  }

  /** The graph of what the outputs need; all inputs stay. Ids are positions. */
  close(inputs: readonly Node[], outputs: readonly Node[]): Graph {
    const live = new Set<Node>([...inputs, ...outputs]);
    for (let i = this.nodes.length - 1; i >= 0; i--) if (live.has(this.nodes[i]!)) this.nodes[i]!.inputs.forEach((x) => live.add(x));
    const fresh = new Map<Node, Node>();
    const nodes = this.nodes.filter((node) => live.has(node)).map((node, id) => {
      const copy = { ...node, id, inputs: node.inputs.map((x) => fresh.get(x)!) };
      fresh.set(node, copy);
      return copy;
    });
    return { nodes, inputs: inputs.map((x) => fresh.get(x)!), outputs: outputs.map((x) => fresh.get(x)!) };
  }

  private push(op: string, inputs: readonly Node[], params: Params, { shape, dtype }: Spec): Node {
    const node: Node = { id: this.nodes.length, op, inputs, params, shape, dtype };
    this.nodes.push(node);
    return node;
  }
}

/** JSON has no infinities, and one zero. */
function keyOf(_: string, value: unknown): unknown {
  return typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0)) ? `number ${Object.is(value, -0) ? '-0' : value}` : value;
}

/** What becomes of a node, given what became of its operands; null keeps it. */
export type Rule = (writer: GraphWriter, node: Node, inputs: readonly Node[]) => Node | null;

/** The graph with every node passed through a rule. */
export function rewrite(graph: Graph, rule: Rule): Graph {
  const writer = new GraphWriter();
  const made = new Map<Node, Node>(graph.inputs.map((node) => [node, writer.input(node)]));
  for (const node of graph.nodes) {
    if (made.has(node)) continue;
    const inputs = node.inputs.map((x) => made.get(x)!);
    made.set(node, rule(writer, node, inputs) ?? copy(writer, node, inputs));
  }
  return writer.close(graph.inputs.map((x) => made.get(x)!), graph.outputs.map((x) => made.get(x)!));
}

/** The same application on other operands. */
export function copy(writer: GraphWriter, node: Node, inputs: readonly Node[]): Node {
  switch (node.op) {
    case 'reshape':
      return writer.reshape(inputs[0]!, node.shape);
    case 'transpose':
      return writer.transpose(inputs[0]!, node.params['perm'] as number[]);
    case 'constant':
      return writer.integers(`node ${node.id}`, node.shape, () => node.params['data'] as Int32Array);
    default:
      return writer.add(node.op, inputs, node.params, node);
  }
}


