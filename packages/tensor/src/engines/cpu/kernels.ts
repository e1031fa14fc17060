/** What the engine runs, and what every primitive accepts. */
import type { DType, Node } from '../../api.js';
import { hostKernel } from '../../host-kernels.js';
import type { HostKernel } from '../../primitive.js';
import { isElementwise, operandDTypes } from './elementwise.js';
import { isViewOp } from './view.js';

const FLOAT: readonly DType[] = ['float32', 'float64'];
const NUMBER: readonly DType[] = ['float32', 'float64', 'int32'];
const ANY: readonly DType[] = ['float32', 'float64', 'int32', 'bool'];

/** Primitives that the planner handles itself. */
const PLANNED = new Map<string, readonly DType[]>([
  ['input', ANY],
  ['full', ANY],
  ['iota', NUMBER],
  ['pad', ANY],
  ['concat', ANY],
  ['reduceSum', NUMBER],
  ['reduceMax', ANY],
  ['reduceMin', ANY],
  ['matmul', FLOAT],
]);

/** Which operand holds int32 positions. */
const INDEXED = new Set(['gather', 'scatterAdd', 'poolGather', 'poolScatter']);

/** The maker of a primitive's kernel, if it has one. */
export const denseKernel = (node: Node): HostKernel | undefined => hostKernel(node.op);

/** @throws TypeError naming the primitive, and the dtype where that is what does not fit */
export function checkNode(node: Node): void {
  const { op, inputs, dtype } = node;
  const allowed = isElementwise(node)
    ? operandDTypes(op)
    : isViewOp(node) ? ANY : PLANNED.get(op) ?? (hostKernel(op) && ANY);
  if (allowed === undefined) throw new TypeError(`cpu: unknown primitive ${op}`);
  const first = inputs[0]?.dtype ?? dtype;
  if (!allowed.includes(first)) throw new TypeError(`cpu: ${op} takes ${allowed.join(', ')}, got ${first}`);
  if (!ANY.includes(dtype)) throw new TypeError(`cpu: ${op} has unknown dtype ${dtype}`);
  const second = inputs[1]?.dtype;
  if (INDEXED.has(op) && second !== 'int32') throw new TypeError(`cpu: ${op} takes int32 positions, got ${second}`);
}
