/** Convolutions without groups, through the backend's forward convolution and its matrix product. */
import type { Node } from '@curv/tensor';
import { type Device, type Handle, size } from '../device.js';
import { unfold } from './unfold.js';
import type { Planner, Run } from './step.js';

export interface Geometry {
  readonly strides: readonly [number, number];
  readonly padding: readonly [readonly [number, number], readonly [number, number]];
  readonly dilation: readonly [number, number];
  readonly groups: number;
}

const geometryOf = (node: Node): Geometry => node.params as unknown as Geometry;

/** TensorFlow.js refuses strides and dilations together. */
const plain = (node: Node): boolean => {
  const { groups, strides, dilation } = geometryOf(node);
  const strided = strides.some((s) => s > 1);
  const dilated = dilation.some((d) => d > 1);
  return groups === 1 && !(strided && dilated) && size(node.shape) > 0 && node.inputs.every((input) => size(input.shape) > 0);
};

function convolve(device: Device, x: Handle, filter: Handle, { strides, padding, dilation }: Pick<Geometry, 'strides' | 'padding' | 'dilation'>): Handle {
  const pad = [[0, 0], padding[0], padding[1], [0, 0]];
  return device.kernel('Conv2D', { x, filter }, { strides: [...strides], pad, dataFormat: 'NHWC', dilations: [...dilation] });
}

export const conv2d: Planner = (node, device): Run | null =>
  plain(node) ? ([x, w]) => convolve(device, x!, w!, geometryOf(node)) : null;

/** The gradient in the input, for stride 1: a convolution with the filter turned over and its channels exchanged. */
export const conv2dInput: Planner = (node, device): Run | null => {
  const { strides, padding, dilation } = geometryOf(node);
  const [kh, kw] = node.inputs[1]!.shape as unknown as [number, number];
  if (!plain(node) || strides.some((s) => s > 1) || dilation.some((d) => d > 1)) return null;
  const [height, width] = node.params['inputSize'] as [number, number];
  const [, oh, ow] = node.inputs[0]!.shape as unknown as [number, number, number];
  // Full correlation: the first output needs k − 1 − p rows above; what is below follows from the sizes.
  const rows = [kh - 1 - padding[0][0], height + padding[0][0] - oh] as const;
  const columns = [kw - 1 - padding[1][0], width + padding[1][0] - ow] as const;
  if ([...rows, ...columns].some((p) => p < 0)) return null;
  return ([dy, w]) => {
    const turned = device.kernel('Reverse', { x: w! }, { dims: [0, 1] });
    const filter = device.kernel('Transpose', { x: turned }, { perm: [0, 1, 3, 2] });
    const out = convolve(device, dy!, filter, { strides: [1, 1], padding: [rows, columns], dilation: [1, 1] });
    device.release(turned);
    device.release(filter);
    return out;
  };
};

/** The gradient in the filter: patches of the input times the output's gradient, as one matrix product. */
export const conv2dFilter: Planner = (node, device): Run | null => {
  if (geometryOf(node).groups !== 1 || node.inputs.some((input) => size(input.shape) === 0)) return null;
  const [kh, kw, cin, cout] = node.shape as unknown as [number, number, number, number];
  const [n, oh, ow] = node.inputs[1]!.shape as unknown as [number, number, number];
  const [rows, positions] = [kh * kw * cin, n * oh * ow];
  const patches = new Float32Array(rows * positions);
  const fill = unfold(node.inputs[0]!.shape, [kh, kw], [oh, ow], geometryOf(node));
  return ([x, dy]) => {
    fill(device.view(x!) as Float32Array, patches);
    const left = device.write(patches, { shape: [1, rows, positions], dtype: 'float32' });
    const right = device.alias(dy!, [1, positions, cout]);
    const out = device.kernel('BatchMatMul', { a: left, b: right }, { transposeA: false, transposeB: false });
    device.release(left);
    device.release(right);
    return { ...out, shape: [...node.shape] };
  };
};
