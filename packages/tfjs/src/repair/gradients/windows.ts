/** Sliding windows over the spatial axes of images, tap by tap, in operations that can be differentiated. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { TensorFlow } from '../api.js';
import { sizeOf } from './shared.js';

/** Sizes of one spatial axis. */
export interface SpatialAxis {
  /** Taps of the window, and the distance between them. */
  readonly taps: number;
  readonly dilation: number;
  readonly stride: number;
  readonly before: number;
  readonly after: number;
  readonly size: number;
  readonly outputs: number;
}

/** All combinations of taps, the last axis running fastest, as kernels search them. */
export function tapsOf(axes: readonly SpatialAxis[]): number[][] {
  return axes.reduce<number[][]>((all, { taps }) => all.flatMap((tap) => Array.from({ length: taps }, (_, i) => [...tap, i])), [[]]);
}

/** Pads spatial axes (1, 2, …) with a value, so that every tap of every window is inside. */
export function padSpatial(tf: TensorFlow, x: Tensor, axes: readonly SpatialAxis[], value: number): Tensor {
  const need = axes.map((a) => [a.before, Math.max(0, (a.outputs - 1) * a.stride + (a.taps - 1) * a.dilation + 1 - a.before - a.size)] as [number, number]);
  if (need.every(([before, after]) => before === 0 && after === 0)) return x;
  return padAxes(tf, x, [[0, 0], ...need, [0, 0]], value);
}

/** Padding of any rank; axis by axis above rank 4, for which webgl has no kernel that compiles. */
export function padAxes(tf: TensorFlow, x: Tensor, paddings: [number, number][], value = 0): Tensor {
  if (x.rank <= 4) return tf.pad(x, paddings, value);
  return paddings.reduce((out, padding, axis) => {
    if (padding[0] === 0 && padding[1] === 0) return out;
    const { shape } = out;
    const flat = tf.reshape(out, [sizeOf(shape.slice(0, axis)), shape[axis]!, sizeOf(shape.slice(axis + 1))]);
    const longer = shape.map((n, a) => (a === axis ? n + padding[0] + padding[1] : n));
    return tf.reshape(tf.pad(flat, [[0, 0], padding, [0, 0]], value), longer);
  }, x);
}

/** What one tap sees at every output position, of a padded image. */
export function tapOf(tf: TensorFlow, padded: Tensor, axes: readonly SpatialAxis[], tap: readonly number[]): Tensor {
  const begin = [0, ...axes.map(({ dilation }, i) => tap[i]! * dilation), 0];
  const end = [padded.shape[0]!, ...axes.map(({ dilation, stride, outputs }, i) => tap[i]! * dilation + (outputs - 1) * stride + 1), padded.shape[padded.rank - 1]!];
  const strides = [1, ...axes.map(({ stride }) => stride), 1];
  return strides.every((s) => s === 1) ? tf.slice(padded, begin, end.map((e, i) => e - begin[i]!)) : tf.stridedSlice(padded, begin, end, strides);
}

/** The transpose of `tapOf` after padding: an image of the size of the input. */
export function untap(tf: TensorFlow, dy: Tensor, axes: readonly SpatialAxis[], tap: readonly number[]): Tensor {
  const wide = spread(tf, dy, 1, axes.map(({ stride }) => stride));
  const around = axes.map(({ before, size, dilation }, i) => {
    const first = tap[i]! * dilation - before;
    const [cut, lead] = [Math.max(0, -first), Math.max(0, first)];
    return { cut, lead, size, count: Math.max(0, Math.min(wide.shape[i + 1]! - cut, size - lead)) };
  });
  if (around.some(({ count }) => count === 0)) return tf.zeros([wide.shape[0]!, ...axes.map(({ size }) => size), wide.shape[wide.rank - 1]!]);
  const part = tf.slice(wide, [0, ...around.map(({ cut }) => cut), 0], [wide.shape[0]!, ...around.map(({ count }) => count), wide.shape[wide.rank - 1]!]);
  return padAxes(tf, part, [[0, 0], ...around.map(({ lead, size, count }): [number, number] => [lead, size - lead - count]), [0, 0]]);
}

/** For each of several tensors, 1 where it is the first to hold the maximum of all. */
export function firstMaxima(tf: TensorFlow, values: readonly Tensor[]): Tensor[] {
  const best = values.reduce((a, b) => tf.maximum(a, b));
  let open = tf.onesLike(best);
  return values.map((value) => {
    const here = tf.mul(open, tf.cast(tf.equal(value, best), 'float32'));
    open = tf.sub(open, here);
    return here;
  });
}

/** Inserts `step` − 1 zeros between neighbours along each axis from `first` on: sizes (n − 1) step + 1. */
export function spread(tf: TensorFlow, x: Tensor, first: number, steps: readonly number[]): Tensor {
  let out = x;
  steps.forEach((step, i) => {
    if (step === 1) return;
    const { shape } = out;
    const axis = first + i;
    const n = shape[axis]!;
    const [before, after] = [sizeOf(shape.slice(0, axis)), sizeOf(shape.slice(axis + 1))];
    const wide = tf.pad(tf.reshape(out, [before, n, 1, after]), [[0, 0], [0, 0], [0, step - 1], [0, 0]]);
    const size = (n - 1) * step + 1;
    const cut = tf.slice(tf.reshape(wide, [before, n * step, after]), [0, 0, 0], [before, size, after]);
    out = tf.reshape(cut, shape.map((length, a) => (a === axis ? size : length)));
  });
  return out;
}

/** The transpose of `spread`: every `step`-th along each axis from `first` on. */
export function pick(tf: TensorFlow, x: Tensor, first: number, steps: readonly number[]): Tensor {
  let out = x;
  steps.forEach((step, i) => {
    if (step === 1) return;
    const { shape } = out;
    const axis = first + i;
    const n = (shape[axis]! - 1) / step + 1;
    const [before, after] = [sizeOf(shape.slice(0, axis)), sizeOf(shape.slice(axis + 1))];
    const whole = tf.pad(tf.reshape(out, [before, shape[axis]!, after]), [[0, 0], [0, step - 1], [0, 0]]);
    const cut = tf.slice(tf.reshape(whole, [before, n, step, after]), [0, 0, 0, 0], [before, n, 1, after]);
    out = tf.reshape(cut, shape.map((length, a) => (a === axis ? n : length)));
  });
  return out;
}
