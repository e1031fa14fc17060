/** ONNX models as protocol-buffer bytes: the fields of onnx.proto that static graphs need. */
import { PbfWriter } from 'pbf';
import type { ModelAttribute, ModelData, ModelNode, ModelTensor, ModelValue } from './model.js';

/** TensorProto.DataType. */
const DATA_TYPE = { float32: 1, int32: 6, int64: 7, bool: 9, float64: 11 } as const;
/** AttributeProto.AttributeType. */
const ATTRIBUTE = { float: 1, int: 2, string: 3, ints: 7 } as const;

/** Largest message that protocol-buffer parsers accept. */
const LIMIT = 2 ** 31 - 1;

/**
 * Bytes of a ModelProto.
 * @throws RangeError when the constants alone exceed 2 GB, the limit of a protocol-buffer message
 */
export function encodeModel(model: ModelData): Uint8Array {
  const bytes = model.initializers.reduce((sum, tensor) => sum + tensor.data.byteLength, 0);
  if (bytes > LIMIT) {
    throw new RangeError(`an ONNX file holds at most 2 GB, but the graph's constants take ${bytes} bytes; pass large arrays as arguments instead of capturing them`);
  }
  const pbf = new PbfWriter();
  pbf.writeVarintField(1, model.irVersion);
  pbf.writeStringField(2, 'curv');
  pbf.writeMessage(7, writeGraph, model);
  for (const [domain, version] of Object.entries(model.opsets)) {
    pbf.writeMessage(8, (_: null, p: PbfWriter) => {
      p.writeStringField(1, domain);
      p.writeVarintField(2, version);
    }, null);
  }
  return pbf.finish();
}

function writeGraph(model: ModelData, pbf: PbfWriter): void {
  for (const node of model.nodes) pbf.writeMessage(1, writeNode, node);
  pbf.writeStringField(2, model.name);
  for (const tensor of model.initializers) pbf.writeMessage(5, writeTensor, tensor);
  for (const input of model.inputs) pbf.writeMessage(11, writeValue, input);
  for (const output of model.outputs) pbf.writeMessage(12, writeValue, output);
}

function writeNode(node: ModelNode, pbf: PbfWriter): void {
  for (const input of node.inputs) pbf.writeStringField(1, input);
  for (const output of node.outputs) pbf.writeStringField(2, output);
  pbf.writeStringField(4, node.op);
  for (const [name, value] of Object.entries(node.attributes)) pbf.writeMessage(5, writeAttribute, { name, value });
  if (node.domain !== '') pbf.writeStringField(7, node.domain);
}

function writeAttribute({ name, value }: { name: string; value: ModelAttribute }, pbf: PbfWriter): void {
  pbf.writeStringField(1, name);
  if (typeof value === 'number') {
    pbf.writeVarintField(3, value);
    pbf.writeVarintField(20, ATTRIBUTE.int);
  } else if (typeof value === 'string') {
    pbf.writeStringField(4, value);
    pbf.writeVarintField(20, ATTRIBUTE.string);
  } else if ('float' in value) {
    pbf.writeFloatField(2, value.float);
    pbf.writeVarintField(20, ATTRIBUTE.float);
  } else {
    for (const item of value) pbf.writeVarintField(8, item);
    pbf.writeVarintField(20, ATTRIBUTE.ints);
  }
}

function writeTensor({ name, dtype, shape, data }: ModelTensor, pbf: PbfWriter): void {
  for (const size of shape) pbf.writeVarintField(1, size);
  pbf.writeVarintField(2, DATA_TYPE[dtype]);
  pbf.writeStringField(8, name);
  pbf.writeBytesField(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

function writeValue({ name, dtype, shape }: ModelValue, pbf: PbfWriter): void {
  pbf.writeStringField(1, name);
  pbf.writeMessage(2, (_: null, type: PbfWriter) => {
    type.writeMessage(1, (__: null, tensor: PbfWriter) => {
      tensor.writeVarintField(1, DATA_TYPE[dtype]);
      tensor.writeMessage(2, writeShape, shape);
    }, null);
  }, null);
}

function writeShape(shape: readonly number[], pbf: PbfWriter): void {
  for (const size of shape) pbf.writeMessage(1, (value: number, p: PbfWriter) => p.writeVarintField(1, value), size);
}
