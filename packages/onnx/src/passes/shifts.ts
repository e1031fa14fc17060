/**
 * Convolutions whose patches would not stay in cache, by shifts along one axis at a time. With x̃(i, q; s) = x(i, q + s), the image shifted along its width, and
 * d̃(i, q; r) = dy(i − r, q), the gradient shifted along its height, all three products need 1/kw or 1/kh of the patches' memory:
 *   y(p, q) = Σ_r Z_r(p + r, q),  Z_r = x̃ · W_r over (s, c);   dW(r, s) = Σ x̃(·; s) d̃(·; r);   dx(i, j) = Σ_s Z′_s(i, j − s),  Z′_s = d̃ · W_sᵀ over (r, f).
 */
import type { DType, Node } from '@curv/tensor';
import { SHORT_RUN } from './layout.js';
import { type Geometry, lookUp, pixelRows } from './pixels.js';
import { range } from './shapes.js';
import { places, shiftedHeights, shiftedRows, shiftedWidths, taps } from './windows.js';
import type { GraphWriter } from './writer.js';

/** Bytes of patches up to which gathering them is the faster way (measured on a residual net: 4.7 MB are, 7.2 MB are not). */
const LARGE = 6e6;

/** Whether a convolution can be done by shifts. */
export const canShift = ({ windows, groups }: Geometry): boolean => windows.strides.every((s) => s === 1) && windows.window.every((k) => k > 1) && groups === 1;

/** Whether it should be. Float64 products take so long that patches cost little beside them. */
export function worthShifts({ windows, batch, channels, filters }: Geometry, dtype: DType): boolean {
  const bytes = 4 * batch * places(windows) * taps(windows) * Math.max(channels, filters);
  return dtype === 'float32' && Math.min(channels, filters) >= SHORT_RUN && bytes > LARGE;
}

/** A convolution before its shifted parts, each [batch·rows·width, channels], are added up. Equal keys add up alike. */
export interface Shifted {
  readonly key: string;
  readonly parts: readonly Node[];
  sum(writer: GraphWriter, parts: readonly Node[]): Node;
}

const rowsOf = (g: Geometry): number => g.batch * shiftedRows(g.windows) * g.windows.grid[1];

/** x̃: [batch·rows·width, kw·channels]. */
const alongWidth = (writer: GraphWriter, x: Node, g: Geometry): Node =>
  writer.reshape(lookUp(writer, pixelRows(writer, x), shiftedWidths(g.windows)), [rowsOf(g), g.windows.window[1] * g.channels]);

/** d̃: [batch·rows·width, kh·filters]. */
const alongHeight = (writer: GraphWriter, dy: Node, g: Geometry): Node =>
  writer.reshape(lookUp(writer, pixelRows(writer, dy), shiftedHeights(g.windows)), [rowsOf(g), g.windows.window[0] * g.filters]);

export function convolveByShifts(writer: GraphWriter, shape: readonly number[], [x, w]: readonly [Node, Node], g: Geometry): Shifted {
  const { window: [kh, kw], grid: [height, width], dilation: [step] } = g.windows;
  const rows = alongWidth(writer, x, g);
  return {
    key: `convolution ${g.filters} ${g.batch} ${JSON.stringify(g.windows)}`,
    parts: range(kh).map((r) => writer.matmul(rows, sliceOf(writer, w, r, [kw * g.channels, g.filters]))),
    sum(to, parts) {
      const cuts = parts.map((part, r) => {
        const all = to.reshape(part, [g.batch, shiftedRows(g.windows), width, g.filters]);
        return to.slice(all, [0, r * step, 0, 0], [g.batch, r * step + height, width, g.filters]);
      });
      return to.reshape(cuts.reduce((sum, cut) => to.elementwise('add', [sum, cut])), shape);
    },
  };
}

export function inputGradientByShifts(writer: GraphWriter, shape: readonly number[], [dy, w]: readonly [Node, Node], g: Geometry): Shifted {
  const { window: [kh, kw], grid: [, width], image: [tall, wide], dilation: [, step], low: [top, left] } = g.windows;
  const [rows, turned] = [alongHeight(writer, dy, g), writer.transpose(w, [1, 0, 3, 2])];
  return {
    key: `input gradient ${g.channels} ${g.batch} ${JSON.stringify(g.windows)}`,
    parts: range(kw).map((s) => writer.matmul(rows, sliceOf(writer, turned, s, [kh * g.filters, g.channels]))),
    sum(to, parts) {
      const cuts = parts.map((part, s) => {
        // Column q of the part goes to column q + shift of the image.
        const shift = s * step - left;
        const [from, stop] = [Math.max(0, -shift), Math.max(0, -shift, Math.min(width, wide - shift))];
        const all = to.reshape(part, [g.batch, shiftedRows(g.windows), width, g.channels]);
        const cut = to.slice(all, [0, top, from, 0], [g.batch, top + tall, stop, g.channels]);
        return to.pad(cut, [0, 0, stop > from ? from + shift : wide, 0], [0, 0, stop > from ? wide - stop - shift : 0, 0]);
      });
      return to.reshape(cuts.reduce((sum, cut) => to.elementwise('add', [sum, cut])), shape);
    },
  };
}

export function filterGradientByShifts(writer: GraphWriter, shape: readonly number[], [x, dy]: readonly [Node, Node], g: Geometry): Node {
  const { window: [kh, kw] } = g.windows;
  const product = writer.matmul(alongWidth(writer, x, g), alongHeight(writer, dy, g), { transposeA: true });
  return writer.reshape(writer.transpose(writer.reshape(product, [kw, g.channels, kh, g.filters]), [2, 0, 1, 3]), shape);
}

/** The two convolutions, added before their parts are. */
export const addShifted = (writer: GraphWriter, a: Shifted, b: Shifted): Shifted => ({ ...a, parts: a.parts.map((part, i) => writer.elementwise('add', [part, b.parts[i]!])) });

/** The convolution with a bias for each channel, added to one of its parts. */
export const addBias = (writer: GraphWriter, a: Shifted, bias: Node): Shifted => ({ ...a, parts: a.parts.map((part, i) => (i === 0 ? writer.elementwise('add', [part, bias]) : part)) });

/** Number `i` along the first axis, as a matrix. */
function sliceOf(writer: GraphWriter, w: Node, i: number, shape: readonly number[]): Node {
  return writer.reshape(writer.slice(w, [i, 0, 0, 0], [i + 1, ...w.shape.slice(1)]), shape);
}
