/** Images as rows of pixels: what convolutions and pools look up and add up. */
import type { Node } from '@curv/tensor';
import type { Table, Windows } from './windows.js';
import type { GraphWriter } from './writer.js';

/** What a convolution and its adjoints have in common. */
export interface Geometry {
  readonly windows: Windows;
  readonly groups: number;
  readonly batch: number;
  /** Channels of a group, on both sides. */
  readonly channels: number;
  readonly filters: number;
}

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
