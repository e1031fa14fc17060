/**
 * Two-dimensional convolution (cross-correlation) and its two adjoints. T(x, w, y) = ⟨y, conv(x, w)⟩ is linear in each argument, and the three
 * primitives are its derivatives with respect to y, x and w: differentiating any of them gives the other two, so the family is closed.
 */
import type { Params, Spec } from '../api.js';
import * as kernels from '../engines/cpu/convolution.js';
import { FLOATS, type Primitive, requireDType, requireRank, showShape } from '../primitive.js';
import type { Tensor } from '../tensor.js';
import { emit } from '../trace.js';
import { add } from './elementwise.js';
import { broadcastTo, moveAxis, reshape } from './shape.js';

/** Geometry shared by the three primitives. */
interface ConvParams {
  readonly strides: readonly [number, number];
  readonly padding: readonly [readonly [number, number], readonly [number, number]];
  readonly dilation: readonly [number, number];
  readonly groups: number;
}

const geometry = (params: Params): ConvParams & Params => ({
  strides: params['strides'] as [number, number],
  padding: params['padding'] as [[number, number], [number, number]],
  dilation: params['dilation'] as [number, number],
  groups: params['groups'] as number,
});

/** Output size along one spatial axis. */
const outputSize = (n: number, k: number, p: ConvParams, i: 0 | 1): number =>
  Math.floor((n + p.padding[i][0] + p.padding[i][1] - (k - 1) * p.dilation[i] - 1) / p.strides[i]) + 1;

function convSpec([x, w]: readonly Spec[], params: Params): Spec {
  const dtype = requireDType('conv2d', [x!, w!], FLOATS);
  requireRank('conv2d', 'the input [batch, height, width, channels]', x!, 4);
  requireRank('conv2d', 'the filter [height, width, channels / groups, filters]', w!, 4);
  const p = geometry(params);
  const [n, h, width, cin] = x!.shape as [number, number, number, number];
  const [kh, kw, cg, cout] = w!.shape as [number, number, number, number];
  if (cg * p.groups !== cin || cout % p.groups !== 0) {
    throw new RangeError(
      `conv2d: filter ${showShape(w!.shape)} does not fit input ${showShape(x!.shape)} with groups = ${p.groups}: expected filter shape [kh, kw, ${cin / p.groups}, a multiple of ${p.groups}]`,
    );
  }
  const shape = [n, outputSize(h, kh, p, 0), outputSize(width, kw, p, 1), cout];
  if (shape[1]! < 1 || shape[2]! < 1) {
    throw new RangeError(`conv2d: filter ${showShape(w!.shape)} with dilation [${p.dilation.join(', ')}] is larger than the padded input ${showShape(x!.shape)}`);
  }
  return { shape, dtype };
}

type Maybe = Tensor | null | undefined;
const sum = (a: Maybe, b: Maybe): Tensor | null => (a && b ? add(a, b) : (a ?? b ?? null));
const linear = (x: { value: Tensor | null } | undefined): boolean => x!.value === null;

/** [s, n, …] → [s·n, …]. */
const foldFront = (x: Tensor): Tensor => reshape(x, [x.shape[0]! * x.shape[1]!, ...x.shape.slice(2)]);
const unfoldFront = (x: Tensor, size: number): Tensor => reshape(x, [size, x.shape[0]! / size, ...x.shape.slice(1)]);
/** [s, …, c] → […, s·c]: the batch becomes groups of channels. */
const foldChannels = (x: Tensor): Tensor => {
  const moved = moveAxis(x, 0, x.rank - 2);
  return reshape(moved, [...moved.shape.slice(0, -2), moved.shape[x.rank - 2]! * moved.shape[x.rank - 1]!]);
};
const unfoldChannels = (x: Tensor, size: number): Tensor =>
  moveAxis(reshape(x, [...x.shape.slice(0, -1), size, x.shape[x.rank - 1]! / size]), x.rank - 1, 0);
const everywhere = (x: Tensor, batched: boolean, size: number): Tensor => (batched ? x : broadcastTo(x, [size, ...x.shape]));

const convPrimitive: Primitive = {
  name: 'conv2d',
  kernel: kernels.conv2d,
  spec: convSpec,
  jvp: ([x, w], [dx, dw], _, params) => sum(dx && conv(dx, w!, params), dw && conv(x!, dw, params)),
  transpose: (ct, [x, w], params) =>
    linear(x) ? [convInput(ct, w!.value!, params, x!.shape), null] : [null, convFilter(x!.value!, ct, params, w!.shape)],
  batch: ([x, w], [xBatched, wBatched], params, size) => {
    if (!wBatched) return unfoldFront(conv(foldFront(x!), w!, params), size);
    // Filters of the whole batch side by side: one group (or `groups` of them) for each.
    const groups = size * (params['groups'] as number);
    return unfoldChannels(conv(foldChannels(everywhere(x!, xBatched!, size)), foldChannels(w!), { ...params, groups }), size);
  },
};

const convInputPrimitive: Primitive = {
  name: 'conv2dInput',
  kernel: kernels.conv2dInput,
  spec: ([y, w], params) => {
    const dtype = requireDType('conv2dInput', [y!, w!], FLOATS);
    const [h, width] = params['inputSize'] as [number, number];
    return { shape: [y!.shape[0]!, h, width, w!.shape[2]! * (params['groups'] as number)], dtype };
  },
  jvp: ([y, w], [dy, dw], x, params) => sum(dy && convInput(dy, w!, params, x.shape), dw && convInput(y!, dw, params, x.shape)),
  transpose: (ct, [y, w], params) =>
    linear(y) ? [conv(ct, w!.value!, params), null] : [null, convFilter(ct, y!.value!, params, w!.shape)],
  batch: ([y, w], [yBatched, wBatched], params, size) => {
    const inner = [0, ...(params['inputSize'] as number[])];
    if (!wBatched) return unfoldFront(convInput(foldFront(y!), w!, params, inner), size);
    const groups = size * (params['groups'] as number);
    return unfoldChannels(convInput(foldChannels(everywhere(y!, yBatched!, size)), foldChannels(w!), { ...params, groups }, inner), size);
  },
};

const convFilterPrimitive: Primitive = {
  name: 'conv2dFilter',
  kernel: kernels.conv2dFilter,
  spec: ([x, y], params) => {
    const dtype = requireDType('conv2dFilter', [x!, y!], FLOATS);
    const [kh, kw] = params['filterSize'] as [number, number];
    return { shape: [kh, kw, x!.shape[3]! / (params['groups'] as number), y!.shape[3]!], dtype };
  },
  jvp: ([x, y], [dx, dy], w, params) => sum(dx && convFilter(dx, y!, params, w.shape), dy && convFilter(x!, dy, params, w.shape)),
  transpose: (ct, [x, y], params) =>
    linear(x) ? [convInput(y!.value!, ct, params, x!.shape), null] : [null, conv(x!.value!, ct, params)],
  batch: ([x, y], [xBatched, yBatched], params, size) => {
    const groups = size * (params['groups'] as number);
    const filter = params['filterSize'] as number[];
    if (!xBatched && params['groups'] === 1) return unfoldChannels(convFilter(x!, foldChannels(y!), params, filter), size);
    const both = [everywhere(x!, xBatched!, size), everywhere(y!, yBatched!, size)].map(foldChannels) as [Tensor, Tensor];
    return unfoldChannels(convFilter(both[0], both[1], { ...params, groups }, filter), size);
  },
};

const conv = (x: Tensor, w: Tensor, params: Params): Tensor => emit(convPrimitive, [x, w], geometry(params));
const convInput = (y: Tensor, w: Tensor, params: Params, xShape: readonly number[]): Tensor =>
  emit(convInputPrimitive, [y, w], { ...geometry(params), inputSize: xShape.slice(1, 3) });
const convFilter = (x: Tensor, y: Tensor, params: Params, wShape: readonly number[]): Tensor =>
  emit(convFilterPrimitive, [x, y], { ...geometry(params), filterSize: wShape.slice(0, 2) });

/** One number for both axes, or one for each. */
export type Pair = number | readonly [number, number];
/** `valid` (none), `same` (output size = ⌈input / stride⌉), or explicit [[top, bottom], [left, right]]. */
export type Padding = 'valid' | 'same' | readonly [readonly [number, number], readonly [number, number]];

/** Options of `conv2d`. */
export interface Conv2dOptions {
  readonly strides?: Pair;
  readonly padding?: Padding;
  readonly dilation?: Pair;
  /** Channel groups; as many as input channels gives a depthwise convolution. */
  readonly groups?: number;
}

/** @throws RangeError unless a positive integer or two */
export function pairOf(op: string, name: string, value: Pair): [number, number] {
  const pair: [number, number] = typeof value === 'number' ? [value, value] : [value[0], value[1]];
  if (!pair.every((v) => Number.isInteger(v) && v >= 1)) throw new RangeError(`${op}: ${name} must be one or two positive integers, got ${String(value)}`);
  return pair;
}

/** Explicit padding for windows of the given size, stride and dilation. */
export function paddingOf(op: string, padding: Padding, input: readonly number[], window: readonly number[], strides: readonly number[], dilation: readonly number[] = [1, 1]): [[number, number], [number, number]] {
  if (padding === 'valid') return [[0, 0], [0, 0]];
  if (padding === 'same') {
    return [0, 1].map((i) => {
      const total = Math.max(0, (Math.ceil(input[i]! / strides[i]!) - 1) * strides[i]! + (window[i]! - 1) * dilation[i]! + 1 - input[i]!);
      return [Math.floor(total / 2), Math.ceil(total / 2)];
    }) as [[number, number], [number, number]];
  }
  if (!Array.isArray(padding) || padding.length !== 2 || !padding.flat().every((v) => Number.isInteger(v) && v >= 0) || padding.flat().length !== 4) {
    throw new RangeError(`${op}: padding must be 'valid', 'same' or [[top, bottom], [left, right]] of non-negative integers, got ${JSON.stringify(padding)}`);
  }
  return padding.map((p) => [...p]) as [[number, number], [number, number]];
}

function convParams(op: string, inputSize: readonly number[], filterSize: readonly number[], options: Conv2dOptions): ConvParams & Params {
  const strides = pairOf(op, 'strides', options.strides ?? 1);
  const dilation = pairOf(op, 'dilation', options.dilation ?? 1);
  const { groups = 1 } = options;
  if (!Number.isInteger(groups) || groups < 1) throw new RangeError(`${op}: groups must be a positive integer, got ${groups}`);
  return { strides, padding: paddingOf(op, options.padding ?? 'valid', inputSize, filterSize, strides, dilation), dilation, groups };
}

/**
 * Convolution (cross-correlation, as in every deep-learning library) of images.
 * @param x [batch, height, width, channels]
 * @param w [height, width, channels / groups, filters]
 * @returns [batch, height′, width′, filters]
 */
export function conv2d(x: Tensor, w: Tensor, options: Conv2dOptions = {}): Tensor {
  requireRank('conv2d', 'the input [batch, height, width, channels]', x, 4);
  requireRank('conv2d', 'the filter [height, width, channels / groups, filters]', w, 4);
  return conv(x, w, convParams('conv2d', x.shape.slice(1, 3), w.shape, options));
}

/** Depthwise convolution: each channel of `x` with its own filters, w [height, width, channels, multiplier]. */
export function depthwiseConv2d(x: Tensor, w: Tensor, options: Omit<Conv2dOptions, 'groups'> = {}): Tensor {
  requireRank('depthwiseConv2d', 'the filter [height, width, channels, multiplier]', w, 4);
  const [kh, kw, c, multiplier] = w.shape as [number, number, number, number];
  return conv2d(x, reshape(w, [kh, kw, 1, c * multiplier]), { ...options, groups: c });
}

/**
 * Transposed convolution: the adjoint of `conv2d` in its input, as used for upsampling.
 * @param y [batch, height, width, channels]
 * @param w [height, width, filters / groups, channels]: the filter of the convolution that this one reverses
 * @param outputSize spatial size of the result; must be one that the convolution maps to y's
 */
export function conv2dTranspose(y: Tensor, w: Tensor, outputSize: readonly [number, number], options: Conv2dOptions = {}): Tensor {
  requireRank('conv2dTranspose', 'the input [batch, height, width, channels]', y, 4);
  requireRank('conv2dTranspose', 'the filter [height, width, filters / groups, channels]', w, 4);
  const params = convParams('conv2dTranspose', outputSize, w.shape, options);
  const shape = [y.shape[0]!, ...outputSize, w.shape[2]! * params.groups];
  const back = convSpec([{ shape, dtype: y.dtype }, w], params);
  if (String(back.shape) !== String(y.shape)) {
    throw new RangeError(`conv2dTranspose: a convolution of ${showShape(shape)} gives ${showShape(back.shape)}, not the input's ${showShape(y.shape)}`);
  }
  return convInput(y, w, params, shape);
}
