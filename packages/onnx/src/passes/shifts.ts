/**
 * Convolutions whose patches would not stay in cache, by shifts along one axis at a time. With x̃(i, q; s) = x(i, q + s), the image shifted along its width, and
 * d̃(i, q; r) = dy(i − r, q), the gradient shifted along its height, all three products need 1/kw or 1/kh of the patches' memory:
 *   y(p, q) = Σ_r Z(p + r, q; r),  Z = x̃ · W over (s, c);   dW(r, s) = Σ x̃(·; s) d̃(·; r);   dx(i, j) = Σ_s Z′(i, j − s; s),  Z′ = d̃ · Wᵀ over (r, f).
 */
import type { DType, Node } from '@curv/tensor';
import { type Geometry, lookUp, pixelRows } from './convolutions.js';
import { SHORT_RUN } from './layout.js';
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

/** A convolution before its shifted parts are added up: `parts` [batch·rows·width, shifts·channels]. Equal keys add up alike. */
export interface Shifted {
  readonly key: string;
  readonly parts: Node;
  sum(writer: GraphWriter, parts: Node): Node;
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
  const matrix = writer.reshape(writer.transpose(w, [1, 2, 0, 3]), [kw * g.channels, kh * g.filters]);
  return {
    key: `convolution ${g.filters} ${g.batch} ${JSON.stringify(g.windows)}`,
    parts: writer.matmul(alongWidth(writer, x, g), matrix),
    sum(to, parts) {
      const all = to.reshape(parts, [g.batch, shiftedRows(g.windows), width, kh * g.filters]);
      const part = (r: number): Node => to.slice(all, [0, r * step, 0, r * g.filters], [g.batch, r * step + height, width, (r + 1) * g.filters]);
      return to.reshape(sumOf(to, kh, part), shape);
    },
  };
}

export function inputGradientByShifts(writer: GraphWriter, shape: readonly number[], [dy, w]: readonly [Node, Node], g: Geometry): Shifted {
  const { window: [kh, kw], grid: [, width], image: [tall, wide], dilation: [, step], low: [top, left] } = g.windows;
  const matrix = writer.reshape(writer.transpose(w, [0, 3, 1, 2]), [kh * g.filters, kw * g.channels]);
  return {
    key: `input gradient ${g.channels} ${g.batch} ${JSON.stringify(g.windows)}`,
    parts: writer.matmul(alongHeight(writer, dy, g), matrix),
    sum(to, parts) {
      const all = to.reshape(parts, [g.batch, shiftedRows(g.windows), width, kw * g.channels]);
      const part = (s: number): Node => {
        // Column q of the part goes to column q + shift of the image.
        const shift = s * step - left;
        const [from, stop] = [Math.max(0, -shift), Math.max(0, -shift, Math.min(width, wide - shift))];
        const cut = to.slice(all, [0, top, from, s * g.channels], [g.batch, top + tall, stop, (s + 1) * g.channels]);
        return to.pad(cut, [0, 0, stop > from ? from + shift : wide, 0], [0, 0, stop > from ? wide - stop - shift : 0, 0]);
      };
      return to.reshape(sumOf(to, kw, part), shape);
    },
  };
}

export function filterGradientByShifts(writer: GraphWriter, shape: readonly number[], [x, dy]: readonly [Node, Node], g: Geometry): Node {
  const { window: [kh, kw] } = g.windows;
  const product = writer.matmul(alongWidth(writer, x, g), alongHeight(writer, dy, g), { transposeA: true });
  return writer.reshape(writer.transpose(writer.reshape(product, [kw, g.channels, kh, g.filters]), [2, 0, 1, 3]), shape);
}

/** A row for all of the products' rows that adds `bias` to each sum once. */
export function biasRow(writer: GraphWriter, bias: Node, parts: Node): Node {
  const rest = parts.shape[1]! - bias.shape[0]!;
  return rest === 0 ? bias : writer.concat([bias, writer.full(0, [rest], bias.dtype)], 0);
}

function sumOf(writer: GraphWriter, count: number, part: (i: number) => Node): Node {
  let sum = part(0);
  for (let i = 1; i < count; i++) sum = writer.elementwise('add', [sum, part(i)]);
  return sum;
}
