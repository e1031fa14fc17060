import type { Graph } from '../api.js';
import { live } from './rewrite.js';

/** Drops nodes that no output needs. Inputs stay. */
export const eliminateDeadCode = (graph: Graph): Graph => live(graph.nodes, graph.inputs, graph.outputs);
