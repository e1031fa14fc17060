/** The primitives that have kernels of their own, and what every primitive accepts. */
import type { DType, Node, TypedArray } from '../../api.js';
import { conv2d, conv2dFilter, conv2dInput } from './convolution.js';
import { isElementwise, operandDTypes } from './elementwise.js';
import { cholesky, triangularSolve } from './factorize.js';
import { linearSolve } from './linear-solve.js';
import { lyapunovSolve, symmetricEigen } from './symmetric-eigen.js';
import { hostCall } from './host-call.js';
import { gather, scatterAdd } from './indexing.js';
import { poolArgMax, poolGather, poolScatter, windowSpread, windowSum } from './pooling.js';
import { argExtreme, cumsum } from './scan.js';
import { argsort } from './sort.js';
import { isViewOp } from './view.js';

/** Fills `out`, whose former content is arbitrary. A primitive of one operand gets it twice. */
export type Kernel = (out: TypedArray, a: TypedArray, b: TypedArray) => void;

const FLOAT: readonly DType[] = ['float32', 'float64'];
const NUMBER: readonly DType[] = ['float32', 'float64', 'int32'];
const ANY: readonly DType[] = ['float32', 'float64', 'int32', 'bool'];

const KERNELS = new Map<string, [(node: Node) => Kernel, readonly DType[]]>([
  ['argMax', [argExtreme, ANY]],
  ['argMin', [argExtreme, ANY]],
  ['cumsum', [cumsum, NUMBER]],
  ['argsort', [argsort, ANY]],
  ['gather', [gather, ANY]],
  ['scatterAdd', [scatterAdd, NUMBER]],
  ['conv2d', [conv2d, FLOAT]],
  ['conv2dInput', [conv2dInput, FLOAT]],
  ['conv2dFilter', [conv2dFilter, FLOAT]],
  ['poolArgMax', [poolArgMax, NUMBER]],
  ['poolGather', [poolGather, NUMBER]],
  ['poolScatter', [poolScatter, NUMBER]],
  ['windowSum', [windowSum, NUMBER]],
  ['windowSpread', [windowSpread, NUMBER]],
  ['cholesky', [cholesky, FLOAT]],
  ['triangularSolve', [triangularSolve, FLOAT]],
  ['symmetricEigen', [symmetricEigen, FLOAT]],
  ['linearSolve', [linearSolve, FLOAT]],
  ['lyapunovSolve', [lyapunovSolve, FLOAT]],
  ['hostCall', [hostCall, ANY]],
]);

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
export const denseKernel = (node: Node): ((node: Node) => Kernel) | undefined => KERNELS.get(node.op)?.[0];

/** @throws TypeError naming the primitive, and the dtype where that is what does not fit */
export function checkNode(node: Node): void {
  const { op, inputs, dtype } = node;
  const allowed = isElementwise(node)
    ? operandDTypes(op)
    : isViewOp(node) ? ANY : PLANNED.get(op) ?? KERNELS.get(op)?.[1];
  if (allowed === undefined) throw new TypeError(`cpu: unknown primitive ${op}`);
  const first = inputs[0]?.dtype ?? dtype;
  if (!allowed.includes(first)) throw new TypeError(`cpu: ${op} takes ${allowed.join(', ')}, got ${first}`);
  if (!ANY.includes(dtype)) throw new TypeError(`cpu: ${op} has unknown dtype ${dtype}`);
  const second = inputs[1]?.dtype;
  if (INDEXED.has(op) && second !== 'int32') throw new TypeError(`cpu: ${op} takes int32 positions, got ${second}`);
}
