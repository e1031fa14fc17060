/** Matrix products. */
import type { Node } from '@curv/tensor';
import { type Device, type Handle, size } from '../device.js';
import type { Planner, Run } from './step.js';

/** Below this many multiplications a kernel call costs more than the product. */
const WORTHWHILE = 2000;

/** Swaps the last two of three axes. The wasm kernel's own handling of transposed operands is far slower than this. */
function transposed(device: Device, x: Handle): Handle {
  return device.kernel('Transpose', { x }, { perm: [0, 2, 1] });
}

/** Products whose leading axes agree, as a stack of matrices. */
export const matmul: Planner = (node: Node, device): Run | null => {
  const [a, b] = node.inputs as [Node, Node];
  const { transposeA, transposeB } = node.params as { transposeA: boolean; transposeB: boolean };
  const batchA = a.shape.slice(0, -2);
  if (String(batchA) !== String(b.shape.slice(0, -2)) || size(node.shape) === 0) return null;
  const inner = a.shape[a.shape.length - (transposeA ? 2 : 1)]!;
  if (inner === 0 || size(node.shape) * inner < WORTHWHILE) return null;
  const stack = size(batchA);
  const flat = (x: Node): number[] => [stack, ...x.shape.slice(-2)];
  return ([x, y]) => {
    const left = operand(device, x!, flat(a), transposeA);
    const right = operand(device, y!, flat(b), transposeB);
    const out = device.kernel('BatchMatMul', { a: left, b: right }, { transposeA: false, transposeB: false });
    device.release(left);
    device.release(right);
    return { ...out, shape: [...node.shape] };
  };
};

function operand(device: Device, x: Handle, shape: number[], transpose: boolean): Handle {
  const view = device.alias(x, shape);
  if (!transpose) return view;
  const out = transposed(device, view);
  device.release(view);
  return out;
}
