/**
 * Convolutions as matrix products. ONNX Runtime convolves in float32 only, one product at a time; here the patches of an image are gathered once
 * and serve the convolution, its tangents and the filter's gradients. Images lie as [channels, pixels, batch] meanwhile: a patch is then
 * copied in runs of the batch size, and every product is one large one.
 */
import type { Graph, Node } from '@curv/tensor';
import { contributions, places, pixels, seeingPlaces, seenPixels, type Table, taps, type Windows, windowsOf } from './windows.js';
import { type GraphWriter, rewrite } from './writer.js';

/** NHWC to [channels, height, width, batch], and back. */
const CHANNELS_FIRST = [3, 1, 2, 0];

/** Images [n, h, w, c] as [c, h·w, n]. */
export function planes(writer: GraphWriter, x: Node): Node {
  const [n, h, w, c] = x.shape as [number, number, number, number];
  return writer.reshape(writer.transpose(x, CHANNELS_FIRST), [c, h * w, n]);
}

/** [c, h·w, n] as images [n, h, w, c] of the given shape. */
export function images(writer: GraphWriter, x: Node, [n, h, w, c]: readonly number[]): Node {
  return writer.transpose(writer.reshape(x, [c!, h!, w!, n!]), CHANNELS_FIRST);
}

/** Elements at a table's positions: [c, s, n] → [c, rows·columns, n]. Positions past the end give `outside`. */
export function lookUp(writer: GraphWriter, x: Node, table: Table, outside = 0): Node {
  const [c, size, n] = x.shape as [number, number, number];
  const whole = table.rows === 1 && table.columns === size && table.data.every((place, i) => place === i);
  if (whole) return x;
  const all = table.outside ? writer.concat([x, writer.full(outside, [c, 1, n], x.dtype)], 1) : x;
  return writer.gather(all, writer.integers(table.key, [table.rows * table.columns], () => table.data), 1);
}

/** One matrix, or a stack of them where there are groups. */
const stacked = (writer: GraphWriter, x: Node, groups: number, rows: number, columns: number): Node =>
  writer.reshape(x, groups === 1 ? [rows, columns] : [groups, rows, columns]);

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

/** Patches of the images, [channels·taps, places·n] for each group. */
function patches(writer: GraphWriter, x: Node, g: Geometry): Node {
  const all = lookUp(writer, planes(writer, x), seenPixels(g.windows));
  return stacked(writer, all, g.groups, g.channels * taps(g.windows), places(g.windows) * g.batch);
}

/** Filters [kh, kw, channels, groups·filters] as [filters, channels·taps] for each group. */
function filterRows(writer: GraphWriter, w: Node, g: Geometry): Node {
  return stacked(writer, writer.transpose(w, [3, 2, 0, 1]), g.groups, g.filters, g.channels * taps(g.windows));
}

function convolve(writer: GraphWriter, node: Node, [x, w]: readonly [Node, Node]): Node {
  const g = geometry(node, x.shape, node.shape, w.shape);
  return images(writer, writer.matmul(filterRows(writer, w, g), patches(writer, x, g)), node.shape);
}

function filterGradient(writer: GraphWriter, node: Node, [x, dy]: readonly [Node, Node]): Node {
  const g = geometry(node, x.shape, dy.shape, node.shape);
  const rows = stacked(writer, planes(writer, dy), g.groups, g.filters, places(g.windows) * g.batch);
  const product = writer.matmul(rows, patches(writer, x, g), { transposeB: true });
  return writer.transpose(writer.reshape(product, [g.groups * g.filters, g.channels, ...g.windows.window]), [2, 3, 1, 0]);
}

/** The adjoint in the image: patches of dy where that copies less, otherwise columns that are added up. */
function inputGradient(writer: GraphWriter, node: Node, [dy, w]: readonly [Node, Node]): Node {
  const g = geometry(node, node.shape, dy.shape, w.shape);
  const dense = g.windows.strides.every((s) => s === 1);
  const product = dense && g.filters < 2 * g.channels ? fromPatches(writer, dy, w, g) : fromColumns(writer, dy, w, g);
  return images(writer, product, node.shape);
}

function fromPatches(writer: GraphWriter, dy: Node, w: Node, g: Geometry): Node {
  const seen = lookUp(writer, planes(writer, dy), seeingPlaces(g.windows));
  const columns = stacked(writer, seen, g.groups, g.filters * taps(g.windows), pixels(g.windows) * g.batch);
  const split = writer.reshape(w, [...w.shape.slice(0, 3), g.groups, g.filters]);
  const rows = stacked(writer, writer.transpose(split, [3, 2, 4, 0, 1]), g.groups, g.channels, g.filters * taps(g.windows));
  return writer.matmul(rows, columns);
}

function fromColumns(writer: GraphWriter, dy: Node, w: Node, g: Geometry): Node {
  const channels = g.groups * g.channels;
  const table = contributions(g.windows, false);
  // A place of zeros behind the others, for pixels that fewer windows see.
  const zero = writer.full(0, [g.groups * g.filters, 1, g.batch], dy.dtype);
  const closed = writer.concat([planes(writer, dy), zero], 1);
  const columns = writer.matmul(filterRows(writer, w, g), stacked(writer, closed, g.groups, g.filters, (places(g.windows) + 1) * g.batch), { transposeA: true });
  const flat = writer.reshape(columns, [channels, taps(g.windows) * (places(g.windows) + 1), g.batch]);
  const found = writer.gather(flat, writer.integers(table.key, [table.rows * table.columns], () => table.data), 1);
  return writer.reduceSum(writer.reshape(found, [channels, table.rows, table.columns, g.batch]), [1]);
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
