/** Convolutions and pools as results of random programs. */
import type { Shape } from '../api.js';
import type { Draft, Rule, Rules } from './draft.js';

/** Windows over one axis: how many there are is given, the size of the image follows. */
interface Axis {
  readonly size: number;
  readonly window: number;
  readonly stride: number;
  readonly dilation: number;
  readonly padding: readonly [number, number];
}

/** Padding is smaller than the window, as pools demand. */
function windowsOver(d: Draft, count: number, dilated: boolean): Axis | null {
  const [window, stride, dilation] = [d.pick([1, 2, 2, 2, 2, 3]), d.pick([1, 1, 2, 2, 3]), dilated && d.chance(0.2) ? 2 : 1];
  const span = (window - 1) * dilation + 1;
  const padding = d.chance(0.5) ? ([0, 0] as const) : ([d.random.integer(window), d.random.integer(window)] as const);
  // Pixels beyond the last window are seen by none.
  const size = (count - 1) * stride + span + d.random.integer(stride) - padding[0] - padding[1];
  return count > 0 && size > 0 ? { size, window, stride, dilation, padding } : null;
}

function geometry(d: Draft, shape: Shape, dilated: boolean): { y: Axis; x: Axis; options: object } | null {
  const [y, x] = [windowsOver(d, shape[1]!, dilated), windowsOver(d, shape[2]!, dilated)];
  if (y === null || x === null) return null;
  const options = { strides: [y.stride, x.stride], padding: [y.padding, x.padding], ...(dilated && { dilation: [y.dilation, x.dilation] }) };
  return { y, x, options };
}

const conv2d: Rule = (d, shape) => {
  const g = geometry(d, shape, true);
  const filters = shape[3]!;
  if (g === null || filters === 0) return null;
  const groups = d.chance(0.3) ? d.pick([1, 2, 3, filters].filter((k) => filters % k === 0)) : 1;
  const channels = d.pick([1, 1, 2, 3, 4, 5]);
  const x = d.write([shape[0]!, g.y.size, g.x.size, channels * groups], 'float');
  return d.apply('conv2d', [x, d.write([g.y.window, g.x.window, channels, filters], 'float')], { ...g.options, groups });
};

const depthwise: Rule = (d, shape) => {
  const g = geometry(d, shape, true);
  const filters = shape[3]!;
  if (g === null || filters === 0) return null;
  const multiplier = d.pick([1, 2, 3].filter((k) => filters % k === 0));
  const x = d.write([shape[0]!, g.y.size, g.x.size, filters / multiplier], 'float');
  return d.apply('depthwiseConv2d', [x, d.write([g.y.window, g.x.window, filters / multiplier, multiplier], 'float')], g.options);
};

/** The other way round: the number of windows follows from the size of the image. */
const transposed: Rule = (d, shape) => {
  const axes = [shape[1]!, shape[2]!].map((size) => {
    const [window, stride] = [d.pick([1, 2, 3]), d.pick([1, 1, 2, 3])];
    const padding = [d.random.integer(window), d.random.integer(window)];
    return { window, stride, padding, count: Math.floor((size + padding[0]! + padding[1]! - window) / stride) + 1 };
  });
  const groups = d.chance(0.2) ? d.pick([1, 2].filter((k) => shape[3]! % k === 0)) : 1;
  if (shape[3] === 0 || axes.some(({ count }) => count < 1)) return null;
  const channels = d.pick([1, 2, 3]) * groups;
  const y = d.write([shape[0]!, axes[0]!.count, axes[1]!.count, channels], 'float');
  const w = d.write([axes[0]!.window, axes[1]!.window, shape[3]! / groups, channels], 'float');
  return d.apply('conv2dTranspose', [y, w], { size: [shape[1], shape[2]], strides: axes.map((a) => a.stride), padding: axes.map((a) => a.padding), groups });
};

const pool = (op: string): Rule => (d, shape) => {
  const g = geometry(d, shape, false);
  if (g === null) return null;
  const x = d.write([shape[0]!, g.y.size, g.x.size, shape[3]!], 'float');
  return d.apply(op, [x], { window: [g.y.window, g.x.window], ...g.options });
};

/** Functions of images [batch, height, width, channels], with their weights. */
export const IMAGES: Rules = [[4, conv2d], [1.5, depthwise], [2, transposed], [3, pool('maxPool2d')], [5, pool('avgPool2d')]];
