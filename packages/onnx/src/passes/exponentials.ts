/** Softmax without a second exponential: exp(x − (log Σ exp(x − m) + m)) is exp(x − m) / Σ exp(x − m), whose parts are there already. */
import type { Graph, Node } from '@curv/tensor';
import { copy, rewrite } from './writer.js';

/** Below changes of shape that keep the elements. */
const bare = (x: Node): Node => (x.op === 'reshape' ? bare(x.inputs[0]!) : x);

/** For exp(x − L) with L = log Σ e + m, e = exp(x − m): e and its sum. */
function partsOf(node: Node): { e: Node; sum: Node } | null {
  const [difference] = node.inputs as [Node];
  if (node.op !== 'exp' || difference.op !== 'sub') return null;
  const [x, total] = difference.inputs as [Node, Node];
  const whole = bare(total);
  if (whole.op !== 'add') return null;
  for (const [log, shift] of [whole.inputs, [...whole.inputs].reverse()] as [Node, Node][]) {
    const sum = log.op === 'log' ? log.inputs[0]! : null;
    const e = sum?.op === 'reduceSum' ? sum.inputs[0]! : null;
    const inner = e?.op === 'exp' ? e.inputs[0]! : null;
    if (inner?.op === 'sub' && inner.inputs[0] === x && bare(inner.inputs[1]!) === bare(shift)) return { e: e!, sum: sum! };
  }
  return null;
}

/** The graph with a quotient for each exponential of a logarithm of a sum of exponentials. */
export function mergeExponentials(graph: Graph): Graph {
  const made = new Map<Node, Node>();
  return rewrite(graph, (writer, node, inputs) => {
    const parts = partsOf(node);
    // Axes of size 1 where the sum ran, as the logarithm has them.
    const kept = parts && writer.reshape(made.get(parts.sum)!, node.inputs[0]!.inputs[1]!.shape);
    const result = parts ? writer.elementwise('div', [made.get(parts.e)!, kept!]) : copy(writer, node, inputs);
    made.set(node, result);
    return result;
  });
}
