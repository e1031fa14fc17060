/** Gathering slices by index, and its adjoint. */
import type { Params, Shape, Spec } from '../api.js';
import * as kernels from '../engines/cpu/indexing.js';
import { axisOf, NUMBERS, type Primitive, range, showShape, sizeOf } from '../primitive.js';
import { Tensor } from '../tensor.js';
import { emit } from '../trace.js';
import { add, mul } from './elementwise.js';
import { broadcastTo, moveAxis, reshape } from './shape.js';

function requireIndices(op: string, indices: Spec): void {
  if (indices.dtype !== 'int32') throw new TypeError(`${op}: indices must be int32, got ${indices.dtype}; cast() them`);
}

const axisIn = (params: Params): number => params['axis'] as number;

/** Row numbers of the stacked tables: index + b · size for each b of a batch. */
function offsetByBatch(indices: Tensor, size: number): Tensor {
  const batch = indices.shape[0]!;
  const rows = iota([batch, ...new Array<number>(indices.rank - 1).fill(1)], 0, 'int32');
  return add(indices, mul(rows, size));
}

const gatherPrimitive: Primitive = {
  name: 'gather',
  kernel: kernels.gather,
  spec: ([x, indices], params) => {
    requireIndices('gather', indices!);
    const axis = axisIn(params);
    return { shape: [...x!.shape.slice(0, axis), ...indices!.shape, ...x!.shape.slice(axis + 1)], dtype: x!.dtype };
  },
  jvp: ([, indices], [dx], _, params) => dx ? gather(dx, indices!, axisIn(params)) : null,
  transpose: (ct, [x, indices], params) => [scatterAdd(ct, indices!.value!, axisIn(params), x!.shape[axisIn(params)]!), null],
  batch: ([x, indices], [xBatched, indicesBatched], params, size) => {
    const axis = axisIn(params);
    if (!indicesBatched) return gather(x!, indices!, axis + 1);
    if (!xBatched) return moveAxis(gather(x!, indices!, axis), axis, 0);
    // Both: stack the batch's tables into one, and put the gathered axes back behind those before `axis`.
    const table = moveAxis(x!, axis + 1, 1);
    const rows = table.shape[1]!;
    const flat = reshape(table, [size * rows, ...table.shape.slice(2)]);
    let out = gather(flat, offsetByBatch(indices!, rows), 0);
    for (let i = 0; i < axis; i++) out = moveAxis(out, indices!.rank + i, 1 + i);
    return out;
  },
};

/** Slices of `x` along `axis` at integer positions: shape x.shape[:axis] + indices.shape + x.shape[axis+1:]. */
export function gather(x: Tensor, indices: Tensor, axis = 0): Tensor {
  return emit(gatherPrimitive, [x, indices], { axis: axisOf('gather', axis, x.rank) });
}

const scatterAddPrimitive: Primitive = {
  name: 'scatterAdd',
  kernel: kernels.scatterAdd,
  spec: ([updates, indices], params) => {
    requireIndices('scatterAdd', indices!);
    const axis = axisIn(params);
    const window = updates!.shape.slice(axis, axis + indices!.shape.length);
    if (String(window) !== String(indices!.shape)) {
      throw new RangeError(`scatterAdd: updates ${showShape(updates!.shape)} must hold the indices' shape ${showShape(indices!.shape)} at axis ${axis}`);
    }
    if (!NUMBERS.includes(updates!.dtype)) throw new TypeError(`scatterAdd: updates must be numbers, got ${updates!.dtype}`);
    const shape: Shape = [...updates!.shape.slice(0, axis), params['size'] as number, ...updates!.shape.slice(axis + indices!.shape.length)];
    return { shape, dtype: updates!.dtype };
  },
  jvp: ([, indices], [du], _, params) => du ? scatterAdd(du, indices!, axisIn(params), params['size'] as number) : null,
  transpose: (ct, [, indices], params) => [gather(ct, indices!.value!, axisIn(params)), null],
  batch: ([updates, indices], [updatesBatched, indicesBatched], params, size) => {
    const axis = axisIn(params);
    const rows = params['size'] as number;
    if (!indicesBatched) return scatterAdd(updates!, indices!, axis + 1, rows);
    let all = updatesBatched ? updates! : broadcastTo(updates!, [size, ...updates!.shape]);
    const inner = indices!.rank - 1;
    for (let i = 0; i < inner; i++) all = moveAxis(all, 1 + axis + i, 1 + i);
    const flat = scatterAdd(all, offsetByBatch(indices!, rows), 0, size * rows);
    return moveAxis(reshape(flat, [size, rows, ...flat.shape.slice(1)]), 1, 1 + axis);
  },
};

/** Adds slices into zeros at integer positions along `axis`, which gets `size` rows; equal positions add up. The adjoint of `gather`. */
export function scatterAdd(updates: Tensor, indices: Tensor, axis: number, size: number): Tensor {
  const rank = updates.rank - indices.rank + 1;
  return emit(scatterAddPrimitive, [updates, indices], { axis: axisOf('scatterAdd', axis, rank), size });
}

const iotaPrimitive: Primitive = {
  name: 'iota',
  spec: (_, params) => ({ shape: params['shape'] as Shape, dtype: params['dtype'] as Spec['dtype'] }),
  jvp: () => null,
  batch: (_, __, params) => emit(iotaPrimitive, [], params),
};

/** The index along one axis, as a tensor of the given shape. */
export function iota(shape: Shape, axis: number, dtype: Spec['dtype'] = 'int32'): Tensor {
  const at = axisOf('iota', axis, shape.length);
  if (sizeOf(shape) === 0) return Tensor.literal(0, { shape, dtype });
  return emit(iotaPrimitive, [], { shape: [...shape], axis: at, dtype });
}

/** Elements at `indices` along one axis; all other axes are matched (NumPy's take_along_axis). */
export function takeAlongAxis(x: Tensor, indices: Tensor, axis: number): Tensor {
  const at = axisOf('takeAlongAxis', axis, x.rank);
  if (indices.rank !== x.rank || indices.shape.some((n, i) => i !== at && n !== x.shape[i])) {
    throw new RangeError(`takeAlongAxis: indices ${showShape(indices.shape)} must match ${showShape(x.shape)} except along axis ${at}`);
  }
  return gather(reshape(x, [-1]), flatPositions(indices, x.shape, at), 0);
}

/** Adds `updates` into zeros of the given shape at `indices` along one axis: the adjoint of `takeAlongAxis`. */
export function scatterAlongAxis(updates: Tensor, indices: Tensor, axis: number, shape: Shape): Tensor {
  return reshape(scatterAdd(reshape(updates, [-1]), reshape(flatPositions(indices, shape, axis), [-1]), 0, sizeOf(shape)), shape);
}

/** Positions in the flattened tensor: the index along `axis`, the element's own position along every other. */
function flatPositions(indices: Tensor, shape: Shape, axis: number): Tensor {
  const strides = range(shape.length).map((i) => sizeOf(shape.slice(i + 1)));
  let flat = mul(indices, strides[axis]!);
  for (let i = 0; i < shape.length; i++) {
    if (i === axis || shape[i] === 1) continue;
    const own = shape.map((n, j) => (j === i ? n : 1));
    flat = add(flat, mul(iota(own, i, 'int32'), strides[i]!));
  }
  return flat;
}
