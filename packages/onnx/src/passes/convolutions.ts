/**
 * Convolutions as matrix products. ONNX Runtime convolves in float32 only, one product at a time; here the patches of an image are gathered once,
 * [batch·places, taps·channels], and serve the convolution, its tangents and the filter's gradients. Every product is one large one with many rows.
 */
import type { DType, Graph, Node } from '@curv/tensor';
import { SHORT_RUN } from './layout.js';
import { addUp, closed, type Geometry, images, lookUp, pixelRows } from './pixels.js';
import { range } from './shapes.js';
import { addBias, addShifted, canShift, convolveByShifts, filterGradientByShifts, inputGradientByShifts, type Shifted, worthShifts } from './shifts.js';
import { contributions, places, pixels, seeingPlaces, seenPixels, taps, windowsOf } from './windows.js';
import { type GraphWriter, rewrite } from './writer.js';

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

/** Whether the patches of an image are kept as planes: runs of few channels are slow to gather, and the rows of an image are not. */
const inPlanes = (g: Geometry): boolean => g.channels < SHORT_RUN && g.groups === 1 && taps(g.windows) > 1;

/** Patches with an image's pixels innermost, [taps·channels, batch·places]: one cut of the padded image for each tap. */
function planes(writer: GraphWriter, x: Node, { windows, batch, channels }: Geometry): Node {
  const { image, grid, window, strides, dilation, low } = windows;
  const seen = [0, 1].map((i) => (grid[i]! - 1) * strides[i]! + (window[i]! - 1) * dilation[i]! + 1);
  const padded = writer.pad(writer.transpose(x, [3, 0, 1, 2]), [0, 0, ...low], [0, 0, ...seen.map((n, i) => Math.max(0, n - low[i]! - image[i]!))]);
  const cuts = range(taps(windows)).map((tap) => {
    const start = [Math.floor(tap / window[1]) * dilation[0], (tap % window[1]) * dilation[1]];
    const stop = start.map((from, i) => from + (grid[i]! - 1) * strides[i]! + 1);
    return writer.slice(padded, [0, 0, ...start], [channels, batch, ...stop], [1, 1, ...strides]);
  });
  return writer.reshape(writer.concat(cuts, 0), [taps(windows) * channels, batch * places(windows)]);
}

/** Filters [kh, kw, channels, groups·filters] as [taps·channels, filters] for each group. */
function filterMatrix(writer: GraphWriter, w: Node, g: Geometry): Node {
  const split = writer.reshape(w, [taps(g.windows), g.channels, g.groups, g.filters]);
  return stacked(writer, writer.transpose(split, [2, 0, 1, 3]), g.groups, taps(g.windows) * g.channels, g.filters);
}

/** Rows of products [groups, batch·s, c] as images. */
const imagesOf = (writer: GraphWriter, rows: Node, g: Geometry, shape: readonly number[]): Node =>
  images(writer, writer.reshape(rows, [g.groups, g.batch, shape[1]! * shape[2]!, shape[3]! / g.groups]), shape);

function convolve(writer: GraphWriter, node: Node, [x, w]: readonly [Node, Node], g: Geometry): Node {
  const matrix = filterMatrix(writer, w, g);
  const rows = inPlanes(g) ? writer.matmul(planes(writer, x, g), matrix, { transposeA: true }) : writer.matmul(patches(writer, x, g), matrix);
  return imagesOf(writer, rows, g, node.shape);
}

/** dW = patchesᵀ dy, or (dyᵀ patches)ᵀ: of two operands with many rows, the narrow one is read transposed. */
function filterGradient(writer: GraphWriter, node: Node, [x, dy]: readonly [Node, Node], g: Geometry): Node {
  const rows = stacked(writer, pixelRows(writer, dy, g.groups), g.groups, g.batch * places(g.windows), g.filters);
  if (inPlanes(g)) return writer.reshape(writer.matmul(planes(writer, x, g), rows), node.shape);
  const product = writer.matmul(rows, patches(writer, x, g), { transposeA: true });
  const split = writer.reshape(product, [g.groups, g.filters, taps(g.windows), g.channels]);
  return writer.reshape(writer.transpose(split, [2, 3, 0, 1]), node.shape);
}

/** The adjoint in the image: patches of dy where that copies less, otherwise columns that are added up. */
function inputGradient(writer: GraphWriter, node: Node, [dy, w]: readonly [Node, Node], g: Geometry): Node {
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

/** Shapes of the image, the result and the window, by primitive. */
const SHAPES: Readonly<Record<string, (node: Node, a: Node, b: Node) => readonly [readonly number[], readonly number[], readonly number[]]>> = {
  conv2d: (node, x, w) => [x.shape, node.shape, w.shape],
  conv2dFilter: (node, x, dy) => [x.shape, dy.shape, node.shape],
  conv2dInput: (node, dy, w) => [node.shape, dy.shape, w.shape],
};

/**
 * The graph without convolutions: products of gathered patches in their place.
 * @param byShifts which of the convolutions that can be are done by shifts
 */
export function expandConvolutions(graph: Graph, byShifts: (g: Geometry, dtype: DType) => boolean = worthShifts): Graph {
  const shifted = new Map<Node, Shifted>();
  const summed = (writer: GraphWriter, parts: Shifted): Node => {
    const sum = parts.sum(writer, parts.parts);
    shifted.set(sum, parts);
    return sum;
  };
  return rewrite(graph, (writer, node, inputs) => {
    const pair = inputs as unknown as readonly [Node, Node];
    if (node.op === 'add') {
      const merged = sumOfShifted(writer, pair, shifted);
      return merged && summed(writer, merged);
    }
    const shapes = SHAPES[node.op]?.(node, ...pair);
    if (shapes === undefined) return null;
    const g = geometry(node, ...shapes);
    const shift = canShift(g) && byShifts(g, node.dtype);
    switch (node.op) {
      case 'conv2d':
        return shift ? summed(writer, convolveByShifts(writer, node.shape, pair, g)) : convolve(writer, node, pair, g);
      case 'conv2dInput':
        return shift ? summed(writer, inputGradientByShifts(writer, node.shape, pair, g)) : inputGradient(writer, node, pair, g);
      default:
        return shift ? filterGradientByShifts(writer, node.shape, pair, g) : filterGradient(writer, node, pair, g);
    }
  });
}

/** Two convolutions of a kind, or one and its bias, are added before their parts are, where products take up sums for nothing. */
function sumOfShifted(writer: GraphWriter, [a, b]: readonly [Node, Node], shifted: ReadonlyMap<Node, Shifted>): Shifted | null {
  const [left, right] = [shifted.get(a), shifted.get(b)];
  if (left !== undefined && right !== undefined) return left.key === right.key ? addShifted(writer, left, right) : null;
  for (const [one, other, sum] of [[left, b, a], [right, a, b]] as const) {
    if (one !== undefined && other.shape.length === 1 && other.shape[0] === sum.shape[3]) return addBias(writer, one, other);
  }
  return null;
}
