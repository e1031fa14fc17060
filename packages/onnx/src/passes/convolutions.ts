/**
 * Convolutions as matrix products. ONNX Runtime convolves in float32 only, one product at a time; here the patches of an image are gathered once,
 * [batch·places, taps·channels], and serve the convolution, its tangents and the filter's gradients. Every product is one large one with many rows.
 */
import type { Graph, Node } from '@curv/tensor';
import { contributions, places, pixels, seeingPlaces, seenPixels, type Table, taps, type Windows, windowsOf } from './windows.js';
import { type GraphWriter, rewrite } from './writer.js';

/** Images [n, h, w, groups·c] as pixels [groups, n, h·w, c]. */
export function pixelRows(writer: GraphWriter, x: Node, groups = 1): Node {
  const [n, h, w, c] = x.shape as [number, number, number, number];
  return writer.transpose(writer.reshape(x, [n, h * w, groups, c / groups]), [2, 0, 1, 3]);
}

/** Pixels [groups, n, h·w, c] as images of the given shape. */
export function images(writer: GraphWriter, x: Node, shape: readonly number[]): Node {
  const [n, h, w, c] = shape as [number, number, number, number];
  const groups = x.shape[0]!;
  const rows = writer.reshape(x, [groups, n, h * w, c / groups]);
  return writer.reshape(writer.transpose(rows, [1, 2, 0, 3]), shape);
}

/** Elements at a table's positions: [g, n, s, c] → [g, n, entries, c]. Positions past the end give `outside`. */
export function lookUp(writer: GraphWriter, x: Node, table: Table, outside = 0): Node {
  const whole = table.data.length === x.shape[2] && table.data.every((place, i) => place === i);
  if (whole) return x;
  return writer.gather(table.outside ? closed(writer, x, outside) : x, writer.integers(table.key, [table.data.length], () => table.data), 2);
}

/** [g, n, s, c] with one more position, of a constant. */
export function closed(writer: GraphWriter, x: Node, value = 0): Node {
  const [g, n, , c] = x.shape as [number, number, number, number];
  return writer.concat([x, writer.full(value, [g, n, 1, c], x.dtype)], 2);
}

/** Adds up the entries of a table of contributions: [g, n, entries, c] → [g, n, pixels, c]. */
export function addUp(writer: GraphWriter, x: Node, table: Table): Node {
  const [g, n, , c] = x.shape as [number, number, number, number];
  const found = writer.gather(x, writer.integers(table.key, [table.data.length], () => table.data), 2);
  return table.rows === 1 ? found : writer.reduceSum(writer.reshape(found, [g, n, table.rows, table.columns, c]), [2]);
}

interface Geometry {
  readonly windows: Windows;
  readonly groups: number;
  readonly batch: number;
  /** Channels of a group, on both sides. */
  readonly channels: number;
  readonly filters: number;
}

function geometry(node: Node, x: readonly number[], y: readonly number[], window: readonly number[]): Geometry {
  const groups = node.params['groups'] as number;
  return { windows: windowsOf(node.params, x.slice(1, 3), y.slice(1, 3), window), groups, batch: y[0]!, channels: x[3]! / groups, filters: y[3]! / groups };
}

/** One matrix, or a stack of them where there are groups. */
const stacked = (writer: GraphWriter, x: Node, groups: number, rows: number, columns: number): Node =>
  writer.reshape(x, groups === 1 ? [rows, columns] : [groups, rows, columns]);

/** Patches of the images: [batch·places, taps·channels] for each group. */
function patches(writer: GraphWriter, x: Node, g: Geometry): Node {
  const all = lookUp(writer, pixelRows(writer, x, g.groups), seenPixels(g.windows));
  return stacked(writer, all, g.groups, g.batch * places(g.windows), taps(g.windows) * g.channels);
}

/** Filters [kh, kw, channels, groups·filters] as [taps·channels, filters] for each group. */
function filterMatrix(writer: GraphWriter, w: Node, g: Geometry): Node {
  const split = writer.reshape(w, [taps(g.windows), g.channels, g.groups, g.filters]);
  return stacked(writer, writer.transpose(split, [2, 0, 1, 3]), g.groups, taps(g.windows) * g.channels, g.filters);
}

/** Rows of products [groups, batch·s, c] as images. */
const imagesOf = (writer: GraphWriter, rows: Node, g: Geometry, shape: readonly number[]): Node =>
  images(writer, writer.reshape(rows, [g.groups, g.batch, shape[1]! * shape[2]!, shape[3]! / g.groups]), shape);

function convolve(writer: GraphWriter, node: Node, [x, w]: readonly [Node, Node]): Node {
  const g = geometry(node, x.shape, node.shape, w.shape);
  return imagesOf(writer, writer.matmul(patches(writer, x, g), filterMatrix(writer, w, g)), g, node.shape);
}

function filterGradient(writer: GraphWriter, node: Node, [x, dy]: readonly [Node, Node]): Node {
  const g = geometry(node, x.shape, dy.shape, node.shape);
  const rows = stacked(writer, pixelRows(writer, dy, g.groups), g.groups, g.batch * places(g.windows), g.filters);
  const product = writer.matmul(rows, patches(writer, x, g), { transposeA: true });
  const split = writer.reshape(product, [g.groups, g.filters, taps(g.windows), g.channels]);
  return writer.reshape(writer.transpose(split, [2, 3, 0, 1]), node.shape);
}

/** The adjoint in the image: patches of dy where that copies less, otherwise columns that are added up. */
function inputGradient(writer: GraphWriter, node: Node, [dy, w]: readonly [Node, Node]): Node {
  const g = geometry(node, node.shape, dy.shape, w.shape);
  const dense = g.windows.strides.every((s) => s === 1);
  return dense && g.filters < 2 * g.channels ? fromPatches(writer, node, dy, w, g) : fromColumns(writer, node, dy, w, g);
}

function fromPatches(writer: GraphWriter, node: Node, dy: Node, w: Node, g: Geometry): Node {
  const seen = lookUp(writer, pixelRows(writer, dy, g.groups), seeingPlaces(g.windows));
  const rows = stacked(writer, seen, g.groups, g.batch * pixels(g.windows), taps(g.windows) * g.filters);
  const split = writer.reshape(w, [taps(g.windows), g.channels, g.groups, g.filters]);
  const matrix = stacked(writer, writer.transpose(split, [2, 0, 3, 1]), g.groups, taps(g.windows) * g.filters, g.channels);
  return imagesOf(writer, writer.matmul(rows, matrix), g, node.shape);
}

function fromColumns(writer: GraphWriter, node: Node, dy: Node, w: Node, g: Geometry): Node {
  const table = contributions(g.windows, taps(g.windows));
  const values = pixelRows(writer, dy, g.groups);
  const all = table.outside ? closed(writer, values) : values;
  const size = all.shape[2]!;
  const columns = writer.matmul(stacked(writer, all, g.groups, g.batch * size, g.filters), filterMatrix(writer, w, g), { transposeB: true });
  return images(writer, addUp(writer, writer.reshape(columns, [g.groups, g.batch, size * taps(g.windows), g.channels]), table), node.shape);
}

/** The graph without convolutions: products of gathered patches in their place. */
export function expandConvolutions(graph: Graph): Graph {
  return rewrite(graph, (writer, node, inputs) => {
    const pair = inputs as unknown as readonly [Node, Node];
    switch (node.op) {
      case 'conv2d':
        return convolve(writer, node, pair);
      case 'conv2dFilter':
        return filterGradient(writer, node, pair);
      case 'conv2dInput':
        return inputGradient(writer, node, pair);
      default:
        return null;
    }
  });
}
