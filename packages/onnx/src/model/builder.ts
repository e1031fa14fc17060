/** Writing a model node by node. */
import type { DType, Shape } from '@curv/tensor';
import { sizeOf } from '../passes/shapes.js';
import type { ModelAttribute, ModelData, ModelDType, ModelNode, ModelTensor, ModelValue } from './model.js';

/** Name of a value in the model. */
export type Value = string;

/** Operator set of ONNX that the models use, and the file format version that belongs to it. */
const OPSET = 17;
const IR_VERSION = 8;
/** Operators of ONNX Runtime's own. */
export const CONTRIB = 'com.microsoft';

/** Values that `numbers` can hold. */
const ARRAYS = { float32: Float32Array, float64: Float64Array, int32: Int32Array, bool: Uint8Array } as const;

/** A model under construction: equal applications are one node, equal constants one initializer. */
export class ModelBuilder {
  private readonly nodes: ModelNode[] = [];
  private readonly initializers: ModelTensor[] = [];
  private readonly interned = new Map<string, Value>();
  private count = 0;

  /** @param contrib whether ONNX Runtime's own operators may be used */
  constructor(readonly contrib: boolean) {}

  /** An application with one output. */
  add(op: string, inputs: readonly Value[], attributes: Readonly<Record<string, ModelAttribute>> = {}, domain = ''): Value {
    const key = `${domain} ${op} ${inputs.join()} ${JSON.stringify(attributes)}`;
    let name = this.interned.get(key);
    if (name === undefined) {
      this.interned.set(key, (name = this.fresh()));
      this.nodes.push({ op, domain, inputs, outputs: [name], attributes });
    }
    return name;
  }

  /** The second output of an application: indices of an ordering. */
  indexed(op: string, inputs: readonly Value[], attributes: Readonly<Record<string, ModelAttribute>>): Value {
    const name = this.fresh();
    this.nodes.push({ op, domain: '', inputs, outputs: [this.fresh(), name], attributes });
    return name;
  }

  /** An application whose output bears a given name: a result of the model. */
  result(name: string, value: Value): void {
    this.nodes.push({ op: 'Identity', domain: '', inputs: [value], outputs: [name], attributes: {} });
  }

  cast(x: Value, dtype: ModelDType): Value {
    return this.add('Cast', [x], { to: { float32: 1, int32: 6, int64: 7, bool: 9, float64: 11 }[dtype] });
  }

  /** Known values. */
  tensor(data: ArrayBufferView, shape: Shape, dtype: ModelDType): Value {
    const name = this.fresh();
    this.initializers.push({ name, dtype, shape, data });
    return name;
  }

  /** A few known numbers. */
  numbers(list: readonly number[], shape: Shape, dtype: DType): Value {
    const key = `numbers ${dtype} ${shape.join()} ${list.map((x) => (Object.is(x, -0) ? '-0' : x)).join()}`;
    return this.once(key, () => this.tensor(ARRAYS[dtype].from(list), shape, dtype));
  }

  scalar(value: number, dtype: DType): Value {
    return this.numbers([value], [], dtype);
  }

  /** Integers of an operator's own argument: a shape, bounds, axes. */
  int64(list: readonly number[]): Value {
    return this.once(`int64 ${list.join()}`, () => this.tensor(BigInt64Array.from(list.map(BigInt)), [list.length], 'int64'));
  }

  /** A uniform tensor; large ones are spread when the model is loaded. */
  full(value: number, shape: Shape, dtype: DType): Value {
    if (shape.length === 0) return this.scalar(value, dtype);
    if (sizeOf(shape) <= 64) return this.numbers(new Array<number>(sizeOf(shape)).fill(value), shape, dtype);
    return this.add('Expand', [this.scalar(value, dtype), this.int64(shape)]);
  }

  reshape(x: Value, shape: Shape): Value {
    return this.add('Reshape', [x, this.int64(shape)], shape.includes(0) ? { allowzero: 1 } : {});
  }

  finish(name: string, inputs: readonly ModelValue[], outputs: readonly ModelValue[]): ModelData {
    const contrib = this.nodes.some((node) => node.domain === CONTRIB);
    return { name, irVersion: IR_VERSION, opsets: { '': OPSET, ...(contrib && { [CONTRIB]: 1 }) }, inputs, outputs, initializers: this.initializers, nodes: this.nodes };
  }

  private once(key: string, make: () => Value): Value {
    let name = this.interned.get(key);
    if (name === undefined) this.interned.set(key, (name = make()));
    return name;
  }

  private fresh(): Value {
    return `v${this.count++}`;
  }
}
