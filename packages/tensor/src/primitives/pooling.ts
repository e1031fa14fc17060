/**
 * Pooling over windows of images. Max-pooling is a choice of positions, which is locally constant, followed by a gather, which is linear:
 * `poolArgMax` picks the first of equal largest elements, so its derivative flows to that one alone.
 */
import type { DType, Params } from '../api.js';
import * as kernels from '../engines/cpu/pooling.js';
import { FLOATS, NUMBERS, type Primitive, requireDType, requireRank, showShape } from '../primitive.js';
import type { Tensor } from '../tensor.js';
import { emit } from '../trace.js';
import { type Padding, type Pair, paddingOf, pairOf } from './convolution.js';
import { div } from './elementwise.js';
import { broadcastTo, reshape } from './shape.js';
import { full } from '../ops/create.js';

const outputShape = (shape: readonly number[], params: Params): number[] => {
  const { window, strides, padding } = params as { window: number[]; strides: number[]; padding: number[][] };
  const spatial = [0, 1].map((i) => Math.floor((shape[i + 1]! + padding[i]![0]! + padding[i]![1]! - window[i]!) / strides[i]!) + 1);
  if (spatial.some((n) => n < 1)) throw new RangeError(`pooling: window [${window.join(', ')}] is larger than the padded input ${showShape(shape)}`);
  return [shape[0]!, ...spatial, shape[3]!];
};

const inputShape = (shape: readonly number[], params: Params): number[] => [shape[0]!, ...(params['inputSize'] as number[]), shape[3]!];

/** Windows act on each image alone, so a batch of batches is one batch. */
function foldBatch(inputs: readonly Tensor[], batched: readonly boolean[], size: number, apply: (folded: Tensor[]) => Tensor): Tensor {
  const folded = inputs.map((x, i) => {
    const all = batched[i] ? x : broadcastTo(x, [size, ...x.shape]);
    return reshape(all, [size * all.shape[1]!, ...all.shape.slice(2)]);
  });
  const out = apply(folded);
  return reshape(out, [size, out.shape[0]! / size, ...out.shape.slice(1)]);
}

type Rules = Pick<Primitive, 'spec' | 'jvp' | 'transpose' | 'kernel'>;
function windowPrimitive(name: string, rules: Rules): Primitive {
  const prim: Primitive = {
    name,
    ...rules,
    batch: (inputs, batched, params, size) => foldBatch(inputs, batched, size, (folded) => emit(prim, folded, params)),
  };
  return prim;
}

const withInput = (params: Params, shape: readonly number[]): Params => ({ ...params, inputSize: shape.slice(1, 3) });
const withoutInput = ({ window, strides, padding }: Params): Params => ({ window, strides, padding });

const argMaxPrimitive = /* @__PURE__ */ windowPrimitive('poolArgMax', {
  kernel: kernels.poolArgMax,
  spec: ([x], params) => {
    requireDType('poolArgMax', [x!], NUMBERS);
    return { shape: outputShape(x!.shape, params), dtype: 'int32' as DType };
  },
  jvp: () => null,
});

const gatherPrimitive = /* @__PURE__ */ windowPrimitive('poolGather', {
  kernel: kernels.poolGather,
  spec: ([x], params) => ({ shape: outputShape(x!.shape, params), dtype: requireDType('poolGather', [x!], NUMBERS) }),
  jvp: ([, k], [dx], _, params) => dx ? emit(gatherPrimitive, [dx, k!], params) : null,
  transpose: (ct, [x, k], params) => [emit(scatterPrimitive, [ct, k!.value!], withInput(params, x!.shape)), null],
});

const scatterPrimitive: Primitive = /* @__PURE__ */ windowPrimitive('poolScatter', {
  kernel: kernels.poolScatter,
  spec: ([y], params) => ({ shape: inputShape(y!.shape, params), dtype: requireDType('poolScatter', [y!], NUMBERS) }),
  jvp: ([, k], [dy], _, params) => dy ? emit(scatterPrimitive, [dy, k!], params) : null,
  transpose: (ct, [, k], params) => [emit(gatherPrimitive, [ct, k!.value!], withoutInput(params)), null],
});

const sumPrimitive = /* @__PURE__ */ windowPrimitive('windowSum', {
  kernel: kernels.windowSum,
  spec: ([x], params) => ({ shape: outputShape(x!.shape, params), dtype: requireDType('windowSum', [x!], FLOATS) }),
  jvp: (_, [dx], __, params) => emit(sumPrimitive, [dx!], params),
  transpose: (ct, [x], params) => [emit(spreadPrimitive, [ct], withInput(params, x!.shape))],
});

const spreadPrimitive: Primitive = /* @__PURE__ */ windowPrimitive('windowSpread', {
  kernel: kernels.windowSpread,
  spec: ([y], params) => ({ shape: inputShape(y!.shape, params), dtype: requireDType('windowSpread', [y!], FLOATS) }),
  jvp: (_, [dy], __, params) => emit(spreadPrimitive, [dy!], params),
  transpose: (ct, _, params) => [emit(sumPrimitive, [ct], withoutInput(params))],
});

/** Options of pooling. */
export interface PoolOptions {
  /** Defaults to the window: windows that do not overlap. */
  readonly strides?: Pair;
  readonly padding?: Padding;
}

function poolParams(op: string, x: Tensor, window: Pair, options: PoolOptions): Params {
  requireRank(op, 'the input [batch, height, width, channels]', x, 4);
  const size = pairOf(op, 'window', window);
  const strides = pairOf(op, 'strides', options.strides ?? size);
  const padding = paddingOf(op, options.padding ?? 'valid', x.shape.slice(1, 3), size, strides);
  if (padding.some(([low, high], i) => low >= size[i]! || high >= size[i]!)) {
    throw new RangeError(`${op}: padding ${JSON.stringify(padding)} must be smaller than the window [${size.join(', ')}]`);
  }
  return { window: size, strides, padding };
}

/** Largest element of each window of [batch, height, width, channels]; the first in row order where several are equal. Padding never wins. */
export function maxPool2d(x: Tensor, window: Pair, options: PoolOptions = {}): Tensor {
  const params = poolParams('maxPool2d', x, window, options);
  return emit(gatherPrimitive, [x, emit(argMaxPrimitive, [x], params)], params);
}

/** Mean of each window of [batch, height, width, channels]; padding is not counted. */
export function avgPool2d(x: Tensor, window: Pair, options: PoolOptions = {}): Tensor {
  const params = poolParams('avgPool2d', x, window, options);
  const total = emit(sumPrimitive, [x], params);
  const { padding } = params as { padding: number[][] };
  if (padding.flat().every((p) => p === 0)) return div(total, (params['window'] as number[]).reduce((a, b) => a * b, 1));
  return div(total, emit(sumPrimitive, [full([1, x.shape[1]!, x.shape[2]!, 1], 1, x.dtype)], params));
}
