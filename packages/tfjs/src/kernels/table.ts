/** Which primitives TensorFlow.js's kernels run. Everything else runs on the host, in fused loops over the backend's data. */
import type { Node } from '@curv/tensor';
import type { Device } from '../device.js';
import { conv2d, conv2dFilter, conv2dInput } from './convolution.js';
import { binary, unary } from './elementwise.js';
import { matmul } from './matmul.js';
import type { Planner, Run } from './step.js';

const PRODUCTS: Readonly<Record<string, Planner>> = { matmul, conv2d, conv2dInput, conv2dFilter };

/** The step of a node on a device, or null for the host. */
export function plan(node: Node, device: Device, shared: boolean): Run | null {
  if (node.dtype !== 'float32') return null;
  // The host's own kernel reads patches of images where they are; a backend's product needs them written out first, which took 1.3 to 2.9 times as long.
  if (shared && node.op === 'conv2dFilter') return null;
  // Products of a vector with a stack of lines: on the host the lines stay where they are.
  if (shared && node.op === 'matmul' && node.shape.includes(1) && node.inputs.some((input) => input.op === 'concat')) return null;
  const product = PRODUCTS[node.op];
  if (product !== undefined) return product(node, device);
  // Where the host sees the data, one fused loop beats a kernel for each operation.
  return shared ? null : (unary(node, device) ?? binary(node, device));
}
