/** How one primitive runs on a TensorFlow.js backend. */
import type { Node } from '@curv/tensor';
import type { Device, Handle } from '../device.js';

/** Operands to result. Operands stay the caller's. */
export type Run = (operands: readonly Handle[]) => Handle;

/** Plans a node, or null where TensorFlow.js's kernels do not serve it well; then the host does. */
export type Planner = (node: Node, device: Device) => Run | null;
