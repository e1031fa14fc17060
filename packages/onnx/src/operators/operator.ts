/** What a translation of a primitive sees. */
import type { DType, Node, Params, Shape } from '@curv/tensor';
import type { ModelBuilder, Value } from '../model/builder.js';

/** One node to translate. */
interface Application {
  readonly node: Node;
  readonly inputs: readonly Value[];
  readonly params: Params;
  /** Of the output. */
  readonly shape: Shape;
  readonly dtype: DType;
  /** Shape and dtype of each operand. */
  readonly operands: readonly Node[];
}

/** Writes a primitive with ONNX operators. */
export type Operator = (model: ModelBuilder, application: Application) => Value;

/** A primitive that is one ONNX operator. */
export const direct =
  (op: string): Operator =>
  (model, { inputs }) =>
    model.add(op, inputs);
