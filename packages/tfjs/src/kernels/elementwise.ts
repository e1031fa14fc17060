/** Elementwise primitives as single kernels, for backends whose data the host does not see. */
import type { Node } from '@curv/tensor';
import { size } from '../device.js';
import type { Planner, Run } from './step.js';

/** Without the trigonometric functions: GLSL promises only 2⁻¹¹ of sin and cos (2e-4 was measured on SwiftShader), so the host computes them. */
const UNARY: Readonly<Record<string, string>> = {
  neg: 'Neg', abs: 'Abs', sign: 'Sign', floor: 'Floor', ceil: 'Ceil', exp: 'Exp', log: 'Log', sqrt: 'Sqrt', rsqrt: 'Rsqrt', sigmoid: 'Sigmoid', tanh: 'Tanh',
};

const BINARY: Readonly<Record<string, string>> = { add: 'Add', sub: 'Sub', mul: 'Multiply', div: 'RealDiv' };

export const unary: Planner = (node: Node, device): Run | null => {
  const name = UNARY[node.op];
  if (name === undefined || !device.has(name) || node.dtype !== 'float32' || size(node.shape) === 0) return null;
  return ([x]) => device.kernel(name, { x: x! });
};

/** Operands of different rank get leading ones, which all kernels broadcast. */
export const binary: Planner = (node: Node, device): Run | null => {
  const name = BINARY[node.op];
  if (name === undefined || !device.has(name) || node.dtype !== 'float32' || node.shape.length > 4 || size(node.shape) === 0) return null;
  return ([a, b]) => device.kernel(name, { a: a!, b: b! });
};
