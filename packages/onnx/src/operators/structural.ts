/** Primitives that make, move, reduce and order elements. */
import type { DType, Shape } from '@curv/tensor';
import { inverse, range, sizeOf } from '../passes/shapes.js';
import type { ModelBuilder, Value } from '../model/builder.js';
import type { Operator } from './operator.js';

/** Indices along one axis of a shape, repeated over the others. */
function indexData(shape: Shape, axis: number): Int32Array {
  const inner = sizeOf(shape.slice(axis + 1));
  return Int32Array.from({ length: sizeOf(shape) }, (_, i) => Math.floor(i / inner) % shape[axis]!);
}

const iota: Operator = (model, { params, shape, dtype }) => {
  const axis = params['axis'] as number;
  const line = shape.map((n, i) => (i === axis ? n : 1));
  const index = model.tensor(dtype === 'float64' ? Float64Array.from(indexData(line, axis)) : dtype === 'float32' ? Float32Array.from(indexData(line, axis)) : indexData(line, axis), line, dtype);
  return sizeOf(line) === sizeOf(shape) ? index : model.add('Expand', [index, model.int64(shape)]);
};

const constant: Operator = (model, { params, shape, dtype }) => model.tensor(params['data'] as Int32Array, shape, dtype);

const slice: Operator = (model, { inputs, params, operands }) => {
  const { start, stop, strides } = params as { start: number[]; stop: number[]; strides: number[] };
  const cut = range(start.length).filter((i) => start[i] !== 0 || stop[i] !== operands[0]!.shape[i] || strides[i] !== 1);
  const pick = (list: readonly number[]): Value => model.int64(cut.map((i) => list[i]!));
  return model.add('Slice', [inputs[0]!, pick(start), pick(stop), model.int64(cut), pick(strides)]);
};

/** Zeros between neighbours come with a further axis: each element followed by its zeros. */
const pad: Operator = (model, { inputs, params, operands, dtype }) => {
  const { low, high, interior } = params as { low: number[]; high: number[]; interior: number[] };
  let x = inputs[0]!;
  const zero = model.scalar(0, dtype);
  let { shape } = operands[0]!;
  interior.forEach((zeros, axis) => {
    if (zeros === 0 || shape[axis]! < 2) return;
    const split = [...shape.slice(0, axis + 1), 1, ...shape.slice(axis + 1)];
    const after = split.map((_, i) => (i === axis + 1 ? zeros : 0));
    const padded = model.add('Pad', [model.reshape(x, split), model.int64([...split.map(() => 0), ...after]), zero]);
    const wide = shape[axis]! * (zeros + 1);
    const merged = shape.map((n, i) => (i === axis ? wide : n));
    x = model.add('Slice', [model.reshape(padded, merged), model.int64([0]), model.int64([wide - zeros]), model.int64([axis]), model.int64([1])]);
    shape = shape.map((n, i) => (i === axis ? wide - zeros : n));
  });
  return [...low, ...high].every((n) => n === 0) ? x : model.add('Pad', [x, model.int64([...low, ...high]), zero]);
};

const reverse: Operator = (model, { inputs, params }) => {
  const axes = params['axes'] as number[];
  const all = (value: number): Value => model.int64(axes.map(() => value));
  // The stop before the first element is any number below −size.
  return model.add('Slice', [inputs[0]!, all(-1), all(-(2 ** 31)), model.int64(axes), all(-1)]);
};

/** ONNX Runtime's extremes pass over NaN: adds NaN where one of the elements is. */
function withNaN(model: ModelBuilder, x: Value, extreme: Value, axes: readonly number[], dtype: DType): Value {
  if (dtype === 'int32') return extreme;
  const alarm = model.add('Where', [model.add('Equal', [x, x]), model.scalar(0, dtype), x]);
  return model.add('Add', [extreme, model.add('ReduceSum', [alarm, model.int64(axes)], { keepdims: 0 })]);
}

/** ReduceSum takes its axes as an input, the others (before version 18) as an attribute. */
const reduce =
  (op: string): Operator =>
  (model, { inputs, params, operands, dtype, shape }) => {
    const axes = params['axes'] as number[];
    if (op !== 'ReduceSum') return withNaN(model, inputs[0]!, model.add(op, inputs, { axes, keepdims: 0 }), axes, dtype);
    if (axes.some((axis) => operands[0]!.shape[axis] === 0)) return model.full(0, shape, dtype);
    return model.add(op, [inputs[0]!, model.int64(axes)], { keepdims: 0 });
  };

const position =
  (op: string): Operator =>
  (model, { inputs, params }) =>
    model.cast(model.add(op, inputs, { axis: params['axis'] as number, keepdims: 0 }), 'int32');

const transpose = (model: ModelBuilder, x: Value, perm: readonly number[]): Value =>
  perm.every((axis, i) => axis === i) ? x : model.add('Transpose', [x], { perm });

export const STRUCTURAL: Readonly<Record<string, Operator>> = {
  full: (model, { params, shape, dtype }) => model.full(params['value'] as number, shape, dtype),
  iota,
  constant,
  reshape: (model, { inputs, shape }) => model.reshape(inputs[0]!, shape),
  transpose: (model, { inputs, params }) => transpose(model, inputs[0]!, params['perm'] as number[]),
  broadcast: (model, { inputs, shape }) => model.add('Expand', [inputs[0]!, model.int64(shape)]),
  slice,
  pad,
  concat: (model, { inputs, params, operands }) => {
    const some = inputs.filter((_, i) => sizeOf(operands[i]!.shape) > 0);
    return some.length === 1 ? some[0]! : model.add('Concat', some, { axis: params['axis'] as number });
  },
  reverse,
  reduceSum: reduce('ReduceSum'),
  reduceMax: reduce('ReduceMax'),
  reduceMin: reduce('ReduceMin'),
  argMax: position('ArgMax'),
  argMin: position('ArgMin'),
  argsort: (model, { inputs, params, shape }) => {
    const axis = params['axis'] as number;
    return model.cast(model.indexed('TopK', [inputs[0]!, model.int64([shape[axis]!])], { axis, largest: 0, sorted: 1 }), 'int32');
  },
  cumsum: (model, { inputs, params }) => {
    const { axis, reverse: backward, exclusive } = params as { axis: number; reverse: boolean; exclusive: boolean };
    return model.add('CumSum', [inputs[0]!, model.numbers([axis], [], 'int32')], { reverse: Number(backward), exclusive: Number(exclusive) });
  },
  gather: (model, { inputs, params }) => model.add('Gather', inputs, { axis: params['axis'] as number }),
  scatterAdd: (model, { inputs, params, operands, shape, dtype }) => {
    const axis = params['axis'] as number;
    const [updates, indices] = operands as [(typeof operands)[0], (typeof operands)[0]];
    const rank = indices.shape.length;
    // The indexed axes in front, as ScatterND wants them.
    const front = [...range(rank).map((i) => axis + i), ...range(updates.shape.length).filter((i) => i < axis || i >= axis + rank)];
    const rows = transpose(model, inputs[0]!, front);
    const places = model.reshape(model.cast(inputs[1]!, 'int64'), [...indices.shape, 1]);
    const order = [axis, ...range(shape.length).filter((i) => i !== axis)];
    const zeros = model.full(0, order.map((i) => shape[i]!), dtype);
    return transpose(model, model.add('ScatterND', [zeros, places, rows], { reduction: 'add' }), inverse(order));
  },
};
