/**
 * Pooling tap by tap. The elements that tap t of all windows sees are one gather, [channels, places, batch]; maxima, choices and sums then run over
 * the few taps elementwise, which ONNX Runtime does much faster than reductions over an inner axis.
 */
import type { Graph, Node } from '@curv/tensor';
import { addUp, closed, images, lookUp, pixelRows } from './pixels.js';
import { range } from './shapes.js';
import { contributions, places, seenPixels, type Table, taps, type Windows, windowsOf } from './windows.js';
import { type GraphWriter, rewrite } from './writer.js';

const windowsIn = (node: Node, image: readonly number[], grid: readonly number[]): Windows => windowsOf(node.params, image.slice(1, 3), grid.slice(1, 3), node.params['window'] as number[]);

/** For each tap, the elements that it sees: [1, batch, places, channels]. */
function elements(writer: GraphWriter, x: Node, windows: Windows, outside = 0): Node[] {
  const table = seenPixels(windows);
  const all = pixelRows(writer, x);
  return range(table.columns).map((tap) => {
    const data = Int32Array.from({ length: table.rows }, (_, place) => table.data[place * table.columns + tap]!);
    return lookUp(writer, all, { ...table, key: `${table.key} tap ${tap}`, columns: 1, data, outside: data.includes(all.shape[2]!) }, outside);
  });
}

const number = (writer: GraphWriter, value: number, like: Node): Node => writer.full(value, [], like.dtype);

/** Whether each tap is the chosen one. */
const chosen = (writer: GraphWriter, k: Node, windows: Windows): Node[] => range(taps(windows)).map((tap) => writer.elementwise('equal', [k, number(writer, tap, k)], 'bool'));

/** The largest element of each window and its tap. */
function largest(writer: GraphWriter, x: Node, windows: Windows): { best: Node; tap: Node } {
  // Padding never wins: it is no larger than any element, and comes second among equals only where all are lowest.
  const [first, ...rest] = elements(writer, x, windows, x.dtype === 'int32' ? -(2 ** 31) : -Infinity) as [Node, ...Node[]];
  let best = first;
  let tap = writer.full(0, first.shape, 'int32');
  rest.forEach((element, i) => {
    tap = writer.elementwise('select', [writer.elementwise('greater', [element, best], 'bool'), writer.full(i + 1, [], 'int32'), tap]);
    best = writer.elementwise('max', [element, best]);
  });
  return { best, tap };
}

/** The chosen element of each window, 0 where the choice lies in the padding. */
function gatherChosen(writer: GraphWriter, node: Node, x: Node, k: Node): Node {
  const windows = windowsIn(node, x.shape, node.shape);
  const [source, choice] = node.inputs as [Node, Node];
  if (choice.op === 'poolArgMax' && choice.inputs[0] === source) return images(writer, largest(writer, x, windows).best, node.shape);
  const all = elements(writer, x, windows);
  const mask = chosen(writer, pixelRows(writer, k), windows);
  // One of them is chosen: the last needs no question.
  const picked = all.reduceRight((rest, element, tap) => writer.elementwise('select', [mask[tap]!, element, rest]));
  return images(writer, picked, node.shape);
}

/** A table over [places, taps] as one over [taps, places]; both have a place of zeros behind where there are gaps. */
function tapsFirst(table: Table, windows: Windows): Table {
  const count = taps(windows);
  const size = places(windows) + Number(table.outside);
  return { ...table, key: `${table.key} taps first`, data: table.data.map((entry) => (entry % count) * size + Math.floor(entry / count)) };
}

function scatterChosen(writer: GraphWriter, node: Node, dy: Node, k: Node): Node {
  const windows = windowsIn(node, node.shape, dy.shape);
  const values = pixelRows(writer, dy);
  const table = tapsFirst(contributions(windows, taps(windows)), windows);
  const spread = chosen(writer, pixelRows(writer, k), windows).map((mask) => writer.elementwise('select', [mask, values, number(writer, 0, dy)]));
  return images(writer, addUp(writer, writer.concat(table.outside ? spread.map((x) => closed(writer, x)) : spread, 2), table), node.shape);
}

/** The graph without pooling primitives. */
export function expandPooling(graph: Graph): Graph {
  return rewrite(graph, (writer, node, inputs) => {
    const [x, k] = inputs as [Node, Node];
    switch (node.op) {
      case 'poolArgMax':
        return images(writer, largest(writer, x, windowsIn(node, x.shape, node.shape)).tap, node.shape);
      case 'poolGather':
        return gatherChosen(writer, node, x, k);
      case 'poolScatter':
        return scatterChosen(writer, node, x, k);
      case 'windowSum': {
        const all = elements(writer, x, windowsIn(node, x.shape, node.shape));
        return images(writer, all.reduce((sum, element) => writer.elementwise('add', [sum, element])), node.shape);
      }
      case 'windowSpread': {
        const table = contributions(windowsIn(node, node.shape, x.shape), 1);
        const values = pixelRows(writer, x);
        return images(writer, addUp(writer, table.outside ? closed(writer, values) : values, table), node.shape);
      }
      default:
        return null;
    }
  });
}
