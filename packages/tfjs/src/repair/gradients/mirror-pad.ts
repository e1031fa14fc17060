/** Mirrored padding: what was mirrored is added back to where it came from. TensorFlow.js only cuts the padding off. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { GradientRule, TensorFlow } from '../api.js';

/** The transpose of mirroring along one axis; `skip` is 1 where the edge itself is not repeated. */
function fold(tf: TensorFlow, x: Tensor, axis: number, [before, after]: readonly [number, number], skip: number): Tensor {
  const size = x.shape[axis]! - before - after;
  const cut = (from: number, count: number): Tensor => {
    const begin = x.shape.map((_, a) => (a === axis ? from : 0));
    return tf.slice(x, begin, x.shape.map((n, a) => (a === axis ? count : n)));
  };
  const place = (part: Tensor, from: number, count: number): Tensor =>
    tf.pad(tf.reverse(part, axis), x.shape.map((_, a): [number, number] => (a === axis ? [from, size - from - count] : [0, 0])));
  let out = cut(before, size);
  if (before > 0) out = tf.add(out, place(cut(0, before), skip, before));
  if (after > 0) out = tf.add(out, place(cut(before + size, after), size - skip - after, after));
  return out;
}

export const mirrorPad: GradientRule = (tf) => ({
  kernelName: 'MirrorPad',
  gradFunc: (dy, _saved, attrs) => {
    const { paddings, mode } = attrs as unknown as { paddings: [number, number][]; mode: 'reflect' | 'symmetric' };
    const skip = mode === 'reflect' ? 1 : 0;
    return { x: () => paddings.reduce((out, padding, axis) => fold(tf, out, axis, padding, skip), (dy as Tensor).clone()) };
  },
});
