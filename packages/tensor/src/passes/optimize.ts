import type { Graph } from '../api.js';
import { cancelMovement } from './cancel-movement.js';
import { foldTransposes } from './fold-transposes.js';
import { nodeKey } from '../node-key.js';
import { simplify } from './simplify.js';

const MOST_ROUNDS = 10;

/**
 * All passes, in turn, until none finds anything: what an engine that does not fuse and plan by itself runs before it compiles a graph. Each
 * pass also merges equal nodes and drops dead ones.
 */
export function optimize(graph: Graph): Graph {
  let best = graph;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const next = foldTransposes(cancelMovement(simplify(best)));
    if (text(next) === text(best)) return next;
    best = next;
  }
  return best;
}

const text = (graph: Graph): string => graph.nodes.map(({ op, inputs, params }) => nodeKey(op, inputs, params)).join('\n');
