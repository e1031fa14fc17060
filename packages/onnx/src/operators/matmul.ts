/** Matrix products. */
import { CONTRIB, type ModelBuilder, type Value } from '../model/builder.js';
import { range, sizeOf } from '../passes/shapes.js';
import type { Operator } from './operator.js';

function swapLast(model: ModelBuilder, x: Value, rank: number): Value {
  return model.add('Transpose', [x], { perm: [...range(rank - 2), rank - 1, rank - 2] });
}

/** Two matrices are one Gemm, which reads either operand transposed; stacks are a MatMul. */
export const matmul: Operator = (model, { inputs, params, operands, shape, dtype }) => {
  const [a, b] = operands as [(typeof operands)[0], (typeof operands)[0]];
  const { transposeA, transposeB } = params as { transposeA: boolean; transposeB: boolean };
  if (sizeOf(a.shape) === 0 || sizeOf(b.shape) === 0) return model.full(0, shape, dtype);
  const [left, right] = inputs as [Value, Value];
  if (a.shape.length === 2 && b.shape.length === 2) return model.add('Gemm', inputs, { transA: Number(transposeA), transB: Number(transposeB) });
  if (model.contrib && (transposeA || transposeB)) {
    return model.add('FusedMatMul', inputs, { transA: Number(transposeA), transB: Number(transposeB) }, CONTRIB);
  }
  return model.add('MatMul', [transposeA ? swapLast(model, left, a.shape.length) : left, transposeB ? swapLast(model, right, b.shape.length) : right]);
};

/** A product of two matrices with a sum after it. */
export const gemm: Operator = (model, { inputs, params, operands, shape, dtype }) => {
  const { transposeA, transposeB } = params as { transposeA: boolean; transposeB: boolean };
  if (sizeOf(operands[0]!.shape) === 0) return model.add('Add', [model.full(0, shape, dtype), inputs[2]!]);
  return model.add('Gemm', inputs, { transA: Number(transposeA), transB: Number(transposeB) });
};
