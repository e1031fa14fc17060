/** Graphs by hand, and reference loops that share nothing with the engine. */
import { expect } from 'vitest';
import type { DType, Graph, Node, Params, Shape, TypedArray } from '../../../src/api.js';
import { codegen } from '../../../src/engines/cpu/compile-loop.js';
import { conv2d, conv2dFilter, conv2dInput } from '../../../src/engines/cpu/convolution.js';
import { cholesky, triangularSolve } from '../../../src/engines/cpu/factorize.js';
import { gather, scatterAdd } from '../../../src/engines/cpu/indexing.js';
import { cpu } from '../../../src/engines/cpu/index.js';
import { simd } from '../../../src/engines/cpu/microkernel.js';
import { planning } from '../../../src/engines/cpu/plan.js';
import { poolArgMax, poolGather, poolScatter, windowSpread, windowSum } from '../../../src/engines/cpu/pooling.js';
import { argExtreme, cumsum } from '../../../src/engines/cpu/scan.js';
import { argsort } from '../../../src/engines/cpu/sort.js';
import { enterKernel } from '../../../src/host-kernels.js';
import type { HostKernel, Primitive } from '../../../src/primitive.js';

/** A graph made by hand applies no primitive, which would enter its kernel. */
const KERNELS: Readonly<Record<string, HostKernel>> = {
  conv2d, conv2dFilter, conv2dInput, cholesky, triangularSolve, gather, scatterAdd, poolArgMax, poolGather, poolScatter, windowSpread, windowSum, cumsum, argsort,
  argMax: argExtreme, argMin: argExtreme,
};
for (const [name, kernel] of Object.entries(KERNELS)) enterKernel({ name, kernel } as Primitive);

export const FLOATS: readonly DType[] = ['float64', 'float32'];

/** Relative to 1 or to the expected value, whichever is larger: rounding of the result, and of a few intermediates. */
export const TOLERANCE: Record<DType, number> = { float64: 1e-13, float32: 3e-7, int32: 0, bool: 0 };

let ids = 0;

export const node = (op: string, inputs: readonly Node[], params: Params, shape: Shape, dtype: DType): Node => ({
  id: ids++, op, inputs, params, shape, dtype,
});

export const input = (shape: Shape, dtype: DType = 'float64'): Node => node('input', [], {}, shape, dtype);

export const full = (value: number, shape: Shape = [], dtype: DType = 'float64'): Node =>
  node('full', [], { value, shape, dtype }, shape, dtype);

/** An elementwise node of the first operand's shape. */
export const map = (op: string, inputs: readonly Node[], dtype: DType = inputs[0]!.dtype, shape: Shape = inputs[0]!.shape): Node =>
  node(op, inputs, op === 'cast' ? { dtype } : {}, shape, dtype);

/** All nodes that the outputs need, in the order of their making. */
export function graph(inputs: readonly Node[], outputs: readonly Node[]): Graph {
  const live = new Set<Node>(inputs);
  const visit = (n: Node): void => {
    if (live.has(n)) return;
    n.inputs.forEach(visit);
    live.add(n);
  };
  outputs.forEach(visit);
  return { inputs, outputs, nodes: [...live].sort((a, b) => a.id - b.id) };
}

export function run(inputs: readonly Node[], outputs: readonly Node[], data: readonly TypedArray[]): TypedArray[] {
  return cpu.compile(graph(inputs, outputs)).run(data);
}

/** Every way in which the engine can be set: generated or interpreted loops, fused or not. */
export function inEveryMode(body: (mode: string) => void): void {
  for (const enabled of [true, false]) {
    for (const fusion of [true, false]) {
      codegen.enabled = enabled;
      planning.fusion = fusion;
      try {
        body(`${enabled ? 'generated' : 'interpreted'}, ${fusion ? 'fused' : 'unfused'}`);
      } finally {
        codegen.enabled = undefined;
        planning.fusion = true;
      }
    }
  }
}

/** With vectors, and as in a realm without them. */
export function withAndWithoutVectors(body: (enabled: boolean) => void): void {
  for (const enabled of [true, false]) {
    simd.enabled = enabled;
    try {
      body(enabled);
    } finally {
      simd.enabled = true;
    }
  }
}

export const sizeOf = (shape: Shape): number => shape.reduce((a, b) => a * b, 1);

/** Numbers in (−1, 1) from a fixed linear congruential sequence. */
export function sequence(seed: number): () => number {
  let state = seed * 7919 + 17;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state / 2147483648;
  };
}

const ARRAYS = { float32: Float32Array, float64: Float64Array, int32: Int32Array, bool: Uint8Array };

export const array = (dtype: DType, values: Iterable<number> | number): TypedArray =>
  typeof values === 'number' ? new ARRAYS[dtype](values) : ARRAYS[dtype].from(values);

/** Random data; integers in [−8, 8] for int32. */
export function random(shape: Shape, dtype: DType = 'float64', seed = 1): TypedArray {
  const next = sequence(seed);
  const out = array(dtype, sizeOf(shape));
  for (let i = 0; i < out.length; i++) out[i] = dtype === 'int32' ? Math.round(next() * 8) : dtype === 'bool' ? +(next() > 0) : next();
  return out;
}

/** Row-major coordinates of every element. */
export function* coordinates(shape: Shape): Generator<number[]> {
  const n = sizeOf(shape);
  for (let i = 0; i < n; i++) {
    const index = shape.map(() => 0);
    let rest = i;
    for (let k = shape.length - 1; k >= 0; k--) {
      index[k] = rest % shape[k]!;
      rest = Math.floor(rest / shape[k]!);
    }
    yield index;
  }
}

/** Address of a coordinate; axes of size 1 broadcast. */
export function at(shape: Shape, index: readonly number[]): number {
  let address = 0;
  shape.forEach((n, k) => (address = address * n + (n === 1 ? 0 : index[index.length - shape.length + k]!)));
  return address;
}

/** Compares elementwise; NaN equals NaN. */
export function expectClose(actual: TypedArray, expected: ArrayLike<number>, tolerance: number, label = ''): void {
  expect(actual.length, label).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    const a = actual[i]!;
    const e = expected[i]!;
    if (Object.is(a, e) || a === e || (Number.isNaN(a) && Number.isNaN(e))) continue;
    if (!(Math.abs(a - e) <= tolerance * Math.max(1, Math.abs(e)))) expect.fail(`${label}: element ${i} is ${a}, expected ${e}`);
  }
}

export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
