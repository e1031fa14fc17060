/** Primitives that move elements without changing them. All are linear; each one's adjoint is written with the others. */
import type { Shape } from '../api.js';
import { axesOf, axisOf, broadcastShapes, type Primitive, range, sameShape, showShape, sizeOf } from '../primitive.js';
import { Tensor } from '../tensor.js';
import { emit } from '../trace.js';
import { sumTo } from './reduce.js';

const uniform = (x: Tensor, shape: Shape): Tensor => Tensor.literal(x.literal!, { shape, dtype: x.dtype });

const reshapePrimitive: Primitive = {
  name: 'reshape',
  spec: ([x], params) => ({ shape: params['shape'] as Shape, dtype: x!.dtype }),
  jvp: (_, [dx], y) => reshape(dx!, y.shape),
  transpose: (ct, [x]) => [reshape(ct, x!.shape)],
  batch: ([x], _, params, size) => reshape(x!, [size, ...(params['shape'] as Shape)]),
};

/** The same elements in row-major order under another shape; one size may be −1. @throws RangeError when the sizes differ */
export function reshape(x: Tensor, shape: Shape): Tensor {
  const target = inferSize(x, shape);
  if (sameShape(target, x.shape)) return x;
  if (x.literal !== undefined) return uniform(x, target);
  if (x.node?.op === 'reshape') return reshape(Tensor.traced(x.trace!, x.node.inputs[0]!), target);
  return emit(reshapePrimitive, [x], { shape: target });
}

function inferSize(x: Tensor, shape: Shape): number[] {
  const target = [...shape];
  const free = target.indexOf(-1);
  if (free >= 0) {
    const rest = target.reduce((product, n, i) => (i === free ? product : product * n), 1);
    target[free] = rest === 0 ? 0 : x.size / rest;
  }
  if (sizeOf(target) !== x.size || target.some((n) => !Number.isInteger(n) || n < 0)) {
    throw new RangeError(`reshape: cannot turn shape ${showShape(x.shape)} (${x.size} elements) into ${showShape(shape)}`);
  }
  return target;
}

const transposePrimitive: Primitive = {
  name: 'transpose',
  spec: ([x], params) => ({ shape: (params['perm'] as number[]).map((i) => x!.shape[i]!), dtype: x!.dtype }),
  jvp: (_, [dx], __, params) => transpose(dx!, params['perm'] as number[]),
  transpose: (ct, _, params) => [transpose(ct, inversePermutation(params['perm'] as number[]))],
  batch: ([x], _, params) => transpose(x!, [0, ...(params['perm'] as number[]).map((i) => i + 1)]),
};

const inversePermutation = (perm: readonly number[]): number[] => range(perm.length).map((i) => perm.indexOf(i));

/** Permutes the axes: output axis i is input axis perm[i]; reverses them when `perm` is omitted. */
export function transpose(x: Tensor, perm: readonly number[] = range(x.rank).reverse()): Tensor {
  const axes = perm.map((axis) => axisOf('transpose', axis, x.rank));
  if (axes.length !== x.rank || new Set(axes).size !== x.rank) {
    throw new RangeError(`transpose: perm must be a permutation of the ${x.rank} axes, got [${perm.join(', ')}]`);
  }
  if (axes.every((axis, i) => axis === i)) return x;
  if (x.literal !== undefined) return uniform(x, axes.map((i) => x.shape[i]!));
  if (x.node?.op === 'transpose') {
    const inner = x.node.params['perm'] as number[];
    return transpose(Tensor.traced(x.trace!, x.node.inputs[0]!), axes.map((i) => inner[i]!));
  }
  return emit(transposePrimitive, [x], { perm: axes });
}

/** Moves one axis to another place. */
export function moveAxis(x: Tensor, from: number, to: number): Tensor {
  const order = range(x.rank).filter((i) => i !== from);
  order.splice(to, 0, from);
  return transpose(x, order);
}

const broadcastPrimitive: Primitive = {
  name: 'broadcast',
  spec: ([x], params) => ({ shape: params['shape'] as Shape, dtype: x!.dtype }),
  jvp: (_, [dx], y) => broadcastTo(dx!, y.shape),
  transpose: (ct, [x]) => [sumTo(ct, x!.shape)],
  batch: ([x], _, params, size) => {
    const shape = params['shape'] as Shape;
    const ones = new Array<number>(shape.length - (x!.rank - 1)).fill(1);
    return broadcastTo(reshape(x!, [size, ...ones, ...x!.shape.slice(1)]), [size, ...shape]);
  },
};

/** Repeats along axes of size 1 and new leading axes, as NumPy's broadcast_to. @throws RangeError when shapes do not fit */
export function broadcastTo(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  if (!sameShape(broadcastShapes('broadcastTo', [x.shape, shape]), shape)) {
    throw new RangeError(`broadcastTo: shape ${showShape(x.shape)} does not broadcast to ${showShape(shape)}`);
  }
  if (x.literal !== undefined) return uniform(x, shape);
  return emit(broadcastPrimitive, [x], { shape: [...shape] });
}

const slicePrimitive: Primitive = {
  name: 'slice',
  spec: ([x], { start, stop, strides }) => ({
    shape: (start as number[]).map((from, i) => Math.max(0, Math.ceil(((stop as number[])[i]! - from) / (strides as number[])[i]!))),
    dtype: x!.dtype,
  }),
  jvp: (_, [dx], __, { start, stop, strides }) => slice(dx!, start as number[], stop as number[], strides as number[]),
  transpose: (ct, [x], { start, strides }) => {
    const high = x!.shape.map((n, i) => {
      const count = ct.shape[i]!;
      return n - (start as number[])[i]! - (count === 0 ? 0 : (count - 1) * (strides as number[])[i]! + 1);
    });
    return [pad(ct, start as number[], high, (strides as number[]).map((s) => s - 1))];
  },
  batch: ([x], _, { start, stop, strides }, size) =>
    slice(x!, [0, ...(start as number[])], [size, ...(stop as number[])], [1, ...(strides as number[])]),
};

/** Elements start, start + stride, … below stop along each axis; negative bounds count from the end. Missing axes are taken whole. */
export function slice(x: Tensor, start: readonly number[], stop?: readonly number[], strides?: readonly number[]): Tensor {
  for (const list of [start, stop ?? [], strides ?? []]) {
    if (list.length > x.rank || list.some((v) => !Number.isInteger(v))) {
      throw new RangeError(`slice: bounds and strides must be at most ${x.rank} integers for shape ${showShape(x.shape)}, got [${list.join(', ')}]`);
    }
  }
  const steps = x.shape.map((_, i) => strides?.[i] ?? 1);
  if (steps.some((s) => s < 1)) throw new RangeError(`slice: strides must be positive, got [${steps.join(', ')}]; use reverse() for a negative one`);
  const bound = (value: number, n: number): number => Math.min(n, Math.max(0, value < 0 ? value + n : value));
  const from = x.shape.map((n, i) => bound(start[i] ?? 0, n));
  const to = x.shape.map((n, i) => Math.max(from[i]!, bound(stop?.[i] ?? n, n)));
  if (x.shape.every((n, i) => from[i] === 0 && to[i] === n && steps[i] === 1)) return x;
  const params = { start: from, stop: to, strides: steps };
  if (x.literal !== undefined) return uniform(x, slicePrimitive.spec([x], params).shape);
  return emit(slicePrimitive, [x], params);
}

const padPrimitive: Primitive = {
  name: 'pad',
  spec: ([x], { low, high, interior }) => ({
    shape: x!.shape.map(
      (n, i) => (low as number[])[i]! + n + Math.max(0, n - 1) * (interior as number[])[i]! + (high as number[])[i]!,
    ),
    dtype: x!.dtype,
  }),
  jvp: (_, [dx], __, { low, high, interior }) => pad(dx!, low as number[], high as number[], interior as number[]),
  transpose: (ct, _, { low, high, interior }) => {
    const stop = ct.shape.map((n, i) => n - (high as number[])[i]!);
    return [slice(ct, low as number[], stop, (interior as number[]).map((k) => k + 1))];
  },
  batch: ([x], _, { low, high, interior }) => pad(x!, [0, ...(low as number[])], [0, ...(high as number[])], [0, ...(interior as number[])]),
};

/** Zeros before, after and (`interior` many) between the elements along each axis. */
export function pad(x: Tensor, low: readonly number[], high: readonly number[], interior: readonly number[] = x.shape.map(() => 0)): Tensor {
  for (const list of [low, high, interior]) {
    if (list.length !== x.rank || list.some((v) => !Number.isInteger(v) || v < 0)) {
      throw new RangeError(`pad: expected ${x.rank} non-negative integers for shape ${showShape(x.shape)}, got [${list.join(', ')}]`);
    }
  }
  if ([low, high, interior].every((list) => list.every((v) => v === 0))) return x;
  return emit(padPrimitive, [x], { low: [...low], high: [...high], interior: [...interior] });
}

const concatPrimitive: Primitive = {
  name: 'concat',
  spec: (inputs, params) => {
    const axis = params['axis'] as number;
    const first = inputs[0]!;
    for (const x of inputs) {
      if (x.dtype !== first.dtype) throw new TypeError(`concat: operands must have one dtype, got ${first.dtype} and ${x.dtype}`);
      if (x.shape.length !== first.shape.length || x.shape.some((n, i) => i !== axis && n !== first.shape[i])) {
        throw new RangeError(`concat: shapes must agree except along axis ${axis}, got ${showShape(first.shape)} and ${showShape(x.shape)}`);
      }
    }
    const total = inputs.reduce((sum, x) => sum + x.shape[axis]!, 0);
    return { shape: first.shape.map((n, i) => (i === axis ? total : n)), dtype: first.dtype };
  },
  jvp: (primals, tangents, _, params) =>
    concat(primals.map((x, i) => tangents[i] ?? Tensor.literal(0, { shape: x.shape, dtype: x.dtype })), params['axis'] as number),
  transpose: (ct, inputs, params) => {
    const axis = params['axis'] as number;
    let offset = 0;
    return inputs.map((x) => {
      const from = offset;
      offset += x.shape[axis]!;
      if (x.value !== null) return null;
      const start = ct.shape.map((_, i) => (i === axis ? from : 0));
      return slice(ct, start, ct.shape.map((n, i) => (i === axis ? from + x.shape[axis]! : n)));
    });
  },
  batch: (inputs, batched, params, size) =>
    concat(inputs.map((x, i) => (batched[i] ? x : broadcastTo(x, [size, ...x.shape]))), (params['axis'] as number) + 1),
};

/** Joins tensors along an axis. */
export function concat(tensors: readonly Tensor[], axis = 0): Tensor {
  if (tensors.length === 0) throw new RangeError('concat: expected at least one tensor, got none');
  const at = axisOf('concat', axis, tensors[0]!.rank);
  return tensors.length === 1 ? tensors[0]! : emit(concatPrimitive, tensors, { axis: at });
}

const reversePrimitive: Primitive = {
  name: 'reverse',
  spec: ([x]) => ({ shape: x!.shape, dtype: x!.dtype }),
  jvp: (_, [dx], __, params) => reverse(dx!, params['axes'] as number[]),
  transpose: (ct, _, params) => [reverse(ct, params['axes'] as number[])],
  batch: ([x], _, params) => reverse(x!, (params['axes'] as number[]).map((a) => a + 1)),
};

/** Reverses the order along the given axes (all by default). */
export function reverse(x: Tensor, axes?: number | readonly number[]): Tensor {
  const list = axesOf('reverse', axes, x.rank);
  return list.length === 0 || x.literal !== undefined ? x : emit(reversePrimitive, [x], { axes: list });
}
