import type { Graph } from '../api.js';
import { rewrite } from './rewrite.js';

/**
 * Equal applications become one node; `add`, `mul`, `max` and `min` also with their operands swapped. A trace does the same as it grows, so this
 * finds work in graphs that were made otherwise, or changed since. It does not look through `barrier`: what a checkpoint recomputes stays.
 */
export const eliminateCommonSubexpressions = (graph: Graph): Graph => rewrite(graph, () => null);
