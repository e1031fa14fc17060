/** How much there is to compute in a graph. */
import type { Graph, Node } from '../api.js';
import { sizeOf } from '../primitive.js';

/** Elements and multiply-adds of one run: what tells a graph that is worth an engine's overhead from one that is not. */
export const workOf = (graph: Graph): number => graph.nodes.reduce((sum, node) => sum + sizeOf(node.shape) * termsOf(node), 0);

/** Multiply-adds for each element of the output. */
function termsOf({ op, inputs, params }: Node): number {
  const last = (i: number, from: number): number => inputs[i]!.shape[inputs[i]!.shape.length - from]!;
  switch (op) {
    case 'matmul':
      return last(0, params['transposeA'] === true ? 2 : 1);
    case 'conv2d':
    case 'conv2dInput':
      return sizeOf(inputs[1]!.shape) / last(1, op === 'conv2d' ? 1 : 2);
    case 'conv2dFilter':
      return sizeOf(inputs[1]!.shape) / last(1, 1);
    default:
      return 1;
  }
}
