/** Pooling as gathers of window elements, comparisons and sums. */
import type { Graph, Node } from '@curv/tensor';
import { images, lookUp, planes } from './convolutions.js';
import { contributions, seenPixels, type Windows, windowsOf } from './windows.js';
import { type GraphWriter, rewrite } from './writer.js';

const windowsIn = (node: Node, image: readonly number[], grid: readonly number[]): Windows => windowsOf(node.params, image.slice(1, 3), grid.slice(1, 3), node.params['window'] as number[]);

/** The elements of each window: [channels, taps, places, batch]. */
function elements(writer: GraphWriter, x: Node, windows: Windows, outside = 0): Node {
  const table = seenPixels(windows);
  const [n, , , c] = x.shape as [number, number, number, number];
  return writer.reshape(lookUp(writer, planes(writer, x), table, outside), [c, table.rows, table.columns, n]);
}

/** Whether a tap is the chosen one: [channels, taps, places, batch], from offsets [channels, places, batch]. */
function chosen(writer: GraphWriter, k: Node, windows: Windows): Node {
  const [c, places, n] = k.shape as [number, number, number];
  const count = windows.window[0] * windows.window[1];
  const index = writer.add('iota', [], { shape: [count, 1, 1], axis: 0, dtype: 'int32' }, { shape: [count, 1, 1], dtype: 'int32' });
  return writer.elementwise('equal', [writer.reshape(k, [c, 1, places, n]), index], 'bool');
}

function argMax(writer: GraphWriter, node: Node, x: Node): Node {
  const windows = windowsIn(node, x.shape, node.shape);
  // Padding never wins: it is no larger than any element, and comes second among equals only where all are lowest.
  const all = elements(writer, x, windows, x.dtype === 'int32' ? -(2 ** 31) : -Infinity);
  const [c, , places, n] = all.shape as [number, number, number, number];
  const k = writer.add('argMax', [all], { axis: 1 }, { shape: [c, places, n], dtype: 'int32' });
  return images(writer, k, node.shape);
}

function gatherChosen(writer: GraphWriter, node: Node, x: Node, k: Node): Node {
  const windows = windowsIn(node, x.shape, node.shape);
  const all = elements(writer, x, windows);
  const picked = writer.elementwise('select', [chosen(writer, planes(writer, k), windows), all, writer.full(0, [], x.dtype)]);
  return images(writer, writer.reduceSum(picked, [1]), node.shape);
}

/** Adds up [channels, taps or 1, places + 1, batch] at the pixels that the windows see. */
function addUp(writer: GraphWriter, node: Node, columns: Node, windows: Windows, byPlace: boolean): Node {
  const table = contributions(windows, byPlace);
  const [c, rows, places, n] = columns.shape as [number, number, number, number];
  const found = writer.gather(writer.reshape(columns, [c, rows * places, n]), writer.integers(table.key, [table.rows * table.columns], () => table.data), 1);
  const summed = table.rows === 1 ? found : writer.reduceSum(writer.reshape(found, [c, table.rows, table.columns, n]), [1]);
  return images(writer, summed, node.shape);
}

/** [c, places, n] with a place of zeros behind. */
const closed = (writer: GraphWriter, x: Node): Node => writer.concat([x, writer.full(0, [x.shape[0]!, 1, x.shape[2]!], x.dtype)], 1);

function scatterChosen(writer: GraphWriter, node: Node, dy: Node, k: Node): Node {
  const windows = windowsIn(node, node.shape, dy.shape);
  const values = closed(writer, planes(writer, dy));
  const [c, places, n] = values.shape as [number, number, number];
  const mask = chosen(writer, closed(writer, planes(writer, k)), windows);
  const spread = writer.elementwise('select', [mask, writer.reshape(values, [c, 1, places, n]), writer.full(0, [], dy.dtype)]);
  return addUp(writer, node, spread, windows, false);
}

/** The graph without pooling primitives. */
export function expandPooling(graph: Graph): Graph {
  return rewrite(graph, (writer, node, inputs) => {
    const [x, k] = inputs as [Node, Node];
    switch (node.op) {
      case 'poolArgMax':
        return argMax(writer, node, x);
      case 'poolGather':
        return gatherChosen(writer, node, x, k);
      case 'poolScatter':
        return scatterChosen(writer, node, x, k);
      case 'windowSum': {
        const windows = windowsIn(node, x.shape, node.shape);
        return images(writer, writer.reduceSum(elements(writer, x, windows), [1]), node.shape);
      }
      case 'windowSpread': {
        const values = closed(writer, planes(writer, x));
        return addUp(writer, node, writer.reshape(values, [values.shape[0]!, 1, values.shape[1]!, values.shape[2]!]), windowsIn(node, node.shape, x.shape), true);
      }
      default:
        return null;
    }
  });
}
