/**
 * Tracing: running a pure function once on symbolic tensors writes its graph.
 *
 * An operation goes into the innermost trace that any of its operands belongs to, not into the innermost open one. Values that do not depend
 * on a trace's inputs are therefore computed outside of it: a linear map keeps only its linear part, a batched function only its batched part.
 */
import type { Graph, Node, Params, Spec } from './api.js';
import { runEagerly } from './execute.js';
import { enterKernel } from './host-kernels.js';
import { COMMUTATIVE, nodeKey } from './node-key.js';
import type { Primitive } from './primitive.js';
import { showSpec } from './primitive.js';
import { Tensor } from './tensor.js';

/** A node that knows its rules. Engines see plain `Node`s. */
export interface TracedNode extends Node {
  readonly prim: Primitive;
  readonly inputs: readonly TracedNode[];
}

/** A traced function: its graph, and the outer values that its last inputs stand for. */
export interface Traced {
  readonly graph: TracedGraph;
  readonly captures: readonly Tensor[];
}

export interface TracedGraph extends Graph {
  readonly inputs: readonly TracedNode[];
  readonly outputs: readonly TracedNode[];
  readonly nodes: readonly TracedNode[];
}

const none = (): never => {
  throw new Error('graph inputs have no rules');
};

/** A graph input. */
const inputPrimitive: Primitive = { name: 'input', spec: none, jvp: none, batch: none };

/** A uniform constant. */
const fullPrimitive: Primitive = {
  name: 'full',
  spec: (_, params) => params as Spec & Params,
  jvp: () => null,
  batch: none,
};

let open: Trace | null = null;

/** Nodes under construction. Equal applications are one node, so common subexpressions never appear twice. */
export class Trace {
  readonly parent: Trace | null;
  readonly depth: number;
  readonly nodes: TracedNode[] = [];
  readonly inputs: TracedNode[] = [];
  closed = false;
  private readonly interned = new Map<string, TracedNode>();
  private readonly captured = new Map<Tensor, TracedNode>();

  /** @param linear holds a linear map: constants made meanwhile belong to the trace around it */
  constructor(readonly linear = false) {
    this.parent = open;
    this.depth = open === null ? 0 : open.depth + 1;
  }

  /** A new symbolic input. */
  input(spec: Spec): Tensor {
    const node = this.push(inputPrimitive, [], {}, spec);
    this.inputs.push(node);
    return Tensor.traced(this, node);
  }

  /** The node of an equal application, or a new one. */
  add(prim: Primitive, inputs: readonly TracedNode[], params: Params, spec: Spec): TracedNode {
    const key = nodeKey(prim.name, COMMUTATIVE.has(prim.name) && inputs[0]!.id > inputs[1]!.id ? [inputs[1]!, inputs[0]!] : inputs, params);
    const known = this.interned.get(key);
    if (known !== undefined) return known;
    const node = this.push(prim, inputs, params, spec);
    this.interned.set(key, node);
    return node;
  }

  /** This trace's node for any tensor: its own, a constant, or a captured value of an outer trace or of the host. */
  lift(tensor: Tensor): TracedNode {
    if (tensor.trace === this) return tensor.node!;
    if (tensor.literal !== undefined) {
      const { shape, dtype } = tensor;
      return this.add(fullPrimitive, [], { value: tensor.literal, shape, dtype }, tensor);
    }
    if (tensor.trace !== null) checkAlive(tensor);
    let node = this.captured.get(tensor);
    if (node === undefined) {
      node = this.push(inputPrimitive, [], {}, tensor);
      this.captured.set(tensor, node);
    }
    return node;
  }

  /** Runs `body` with this trace innermost. The trace stays usable for lifting until `close`. */
  run<T>(body: () => T): T {
    const before = open;
    open = this;
    try {
      return body();
    } finally {
      open = before;
    }
  }

  /** Ends tracing: live nodes only; explicit inputs first, then captures. */
  close(outputs: readonly Tensor[]): Traced {
    const outs = outputs.map((t) => this.lift(t));
    this.closed = true;
    const captures = [...this.captured];
    const inputs = [...this.inputs, ...captures.map(([, node]) => node)];
    return { graph: liveGraph(this.nodes, inputs, outs), captures: captures.map(([tensor]) => tensor) };
  }

  private push(prim: Primitive, inputs: readonly TracedNode[], params: Params, spec: Spec): TracedNode {
    enterKernel(prim);
    const node: TracedNode = { id: this.nodes.length, op: prim.name, prim, inputs, params, shape: spec.shape, dtype: spec.dtype };
    this.nodes.push(node);
    return node;
  }
}

/** Drops nodes that no output needs; inputs stay, in their order. */
function liveGraph(nodes: readonly TracedNode[], inputs: readonly TracedNode[], outputs: readonly TracedNode[]): TracedGraph {
  const live = new Set<TracedNode>([...inputs, ...outputs]);
  for (let i = nodes.length - 1; i >= 0; i--) {
    if (live.has(nodes[i]!)) for (const input of nodes[i]!.inputs) live.add(input);
  }
  return { inputs, outputs, nodes: nodes.filter((node) => live.has(node)) };
}

function checkAlive(tensor: Tensor): void {
  if (tensor.trace!.closed) {
    throw new TypeError(
      `a traced tensor (${showSpec(tensor)}) was used after its function returned; return it as a result instead of storing it outside`,
    );
  }
}

/** Whether a function is being traced. */
export const tracing = (): boolean => open !== null;

/** Applies a primitive: symbolically where an operand is traced, otherwise at once on an engine. */
export function emit(prim: Primitive, inputs: readonly Tensor[], params: Params = {}): Tensor {
  const spec = prim.spec(inputs, params);
  const home = homeOf(inputs);
  if (home === null) return runEagerly(prim, inputs, params, spec);
  const nodes = inputs.map((input) => home.lift(input));
  return Tensor.traced(home, home.add(prim, nodes, params, spec));
}

/** The innermost trace among the operands; constants alone go into the open trace. */
function homeOf(inputs: readonly Tensor[]): Trace | null {
  let home: Trace | null = null;
  let constant = true;
  for (const input of inputs) {
    if (input.literal === undefined) constant = false;
    if (input.trace === null) continue;
    checkAlive(input);
    if (home === null || input.trace.depth > home.depth) home = input.trace;
  }
  return home ?? (constant ? constantHome() : null);
}

function constantHome(): Trace | null {
  let trace = open;
  while (trace?.linear) trace = trace.parent;
  return trace;
}

/** Traces `f` on symbolic tensors of the given specs. */
export function traceFunction(f: (inputs: Tensor[]) => readonly Tensor[], specs: readonly Spec[]): Traced {
  const trace = new Trace();
  return trace.run(() => trace.close(f(specs.map((spec) => trace.input(spec)))));
}

/** Runs a traced graph again on other values, by emitting its nodes. */
export function evaluate(
  { graph, captures }: Traced,
  inputs: readonly Tensor[],
  apply: (node: TracedNode, operands: Tensor[]) => Tensor = (node, operands) => emit(node.prim, operands, node.params),
): Tensor[] {
  const values = new Map<TracedNode, Tensor>();
  const bound = [...inputs, ...captures];
  graph.inputs.forEach((node, i) => values.set(node, bound[i]!));
  for (const node of graph.nodes) {
    if (values.has(node)) continue;
    if (node.op === 'full') values.set(node, Tensor.literal(node.params['value'], node));
    else values.set(node, apply(node, node.inputs.map((input) => values.get(input)!)));
  }
  return graph.outputs.map((node) => values.get(node)!);
}
