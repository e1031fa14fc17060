/** An ONNX model as plain data. */
import type { DType, Shape } from '@curv/tensor';

/** Element types of a model's values: those of `@curv/tensor`, and int64, which ONNX wants for shapes and indices. */
export type ModelDType = DType | 'int64';

export interface ModelValue {
  readonly name: string;
  readonly dtype: ModelDType;
  readonly shape: Shape;
}

/** A constant, row-major. */
export interface ModelTensor extends ModelValue {
  readonly data: ArrayBufferView;
}

/** Plain numbers are integers, as most attributes are. */
export type ModelAttribute = number | string | readonly number[] | { readonly float: number };

export interface ModelNode {
  readonly op: string;
  /** Operator set; empty for ONNX's own. */
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, ModelAttribute>>;
}

export interface ModelData {
  readonly name: string;
  readonly irVersion: number;
  /** Versions of the operator sets, by domain. */
  readonly opsets: Readonly<Record<string, number>>;
  readonly inputs: readonly ModelValue[];
  readonly outputs: readonly ModelValue[];
  readonly initializers: readonly ModelTensor[];
  readonly nodes: readonly ModelNode[];
}
