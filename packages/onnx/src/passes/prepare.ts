/** All passes, in order. */
import type { Graph } from '@curv/tensor';
import { expandConvolutions } from './convolutions.js';
import { mergeExponentials } from './exponentials.js';
import { expandFactorizations } from './factorizations.js';
import { settleLayout } from './layout.js';
import { expandPooling } from './pooling.js';
import { absorbSums, joinProducts } from './products.js';

const PASSES: readonly ((graph: Graph) => Graph)[] = [mergeExponentials, expandFactorizations, (graph) => expandConvolutions(graph), expandPooling, joinProducts, settleLayout, absorbSums];

/** The graph in primitives that ONNX has operators for. */
export const prepare = (graph: Graph): Graph => PASSES.reduce((g, pass) => pass(g), graph);
