/** From a traced function to a graph that an engine can run: calls are expanded, markers dropped, recomputation put where it is needed. */
import type { CallParams } from '../primitives/call.js';
import type { Tensor } from '../tensor.js';
import { emit, evaluate, Trace, type Traced, type TracedGraph, type TracedNode } from '../trace.js';

const MARKERS = new Set(['call', 'get', 'stopGradient']);

/** Captures become ordinary inputs after the explicit ones. Ids are positions in `nodes`. */
export function lower(traced: Traced): Traced {
  let { graph } = traced;
  while (graph.nodes.some((node) => MARKERS.has(node.op))) graph = expand(graph);
  if (graph.nodes.some((node) => node.op === 'barrier')) graph = schedule(graph);
  return { graph: renumber(graph), captures: traced.captures };
}

function expand(graph: TracedGraph): TracedGraph {
  const trace = new Trace();
  const results = new Map<Tensor, Tensor[]>();
  return trace.run(() => {
    const inputs = graph.inputs.map((node) => trace.input(node));
    const outputs = evaluate({ graph, captures: [] }, inputs, (node, operands) => {
      if (node.op === 'stopGradient') return operands[0]!;
      if (node.op === 'get') return results.get(operands[0]!)![node.params['index'] as number]!;
      const params = node.params as CallParams;
      if (node.op !== 'call') return emit(node.prim, operands, params);
      const outs = params.body(operands);
      const handle = trace.input({ shape: [], dtype: 'bool' });
      trace.inputs.pop();
      results.set(handle, outs);
      return handle;
    });
    return trace.close(outputs).graph;
  });
}

/**
 * Orders nodes by need instead of by creation, the longest chain of operands first: what a checkpoint recomputes runs just before the backward
 * step that uses it, and not beside the forward pass.
 */
function schedule(graph: TracedGraph): TracedGraph {
  const depth = new Map<TracedNode, number>();
  for (const node of graph.nodes) depth.set(node, 1 + Math.max(0, ...node.inputs.map((input) => depth.get(input)!)));
  const done = new Set<TracedNode>(graph.inputs);
  const order: TracedNode[] = [...graph.inputs];
  const stack: { node: TracedNode; waiting: TracedNode[] }[] = [];
  const visit = (node: TracedNode): void => {
    if (done.has(node)) return;
    done.add(node);
    stack.push({ node, waiting: [...node.inputs].sort((a, b) => depth.get(a)! - depth.get(b)!) });
  };
  for (const output of graph.outputs) {
    visit(output);
    while (stack.length > 0) {
      const top = stack[stack.length - 1]!;
      const next = top.waiting.pop();
      if (next !== undefined) visit(next);
      else order.push(stack.pop()!.node);
    }
  }
  return { ...graph, nodes: order };
}

/** New nodes whose ids are their positions. */
function renumber(graph: TracedGraph): TracedGraph {
  if (graph.nodes.every((node, i) => node.id === i)) return graph;
  const fresh = new Map<TracedNode, TracedNode>();
  const nodes = graph.nodes.map((node, id) => {
    const copy: TracedNode = { ...node, id, inputs: node.inputs.map((input) => fresh.get(input)!) };
    fresh.set(node, copy);
    return copy;
  });
  return { nodes, inputs: graph.inputs.map((n) => fresh.get(n)!), outputs: graph.outputs.map((n) => fresh.get(n)!) };
}
