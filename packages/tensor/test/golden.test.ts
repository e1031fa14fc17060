/** Values, gradients, Hessian-vector products and third derivatives against PyTorch and mpmath; see tooling/reference/tensor.py. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as T from '../src/index.js';
import type { Tensor } from '../src/index.js';

const golden = <Content>(name: string): Content => JSON.parse(readFileSync(new URL(`./golden/${name}.json`, import.meta.url), 'utf8')) as Content;

function array(shape: readonly number[], phase: number, scale = 1): Tensor {
  const n = shape.reduce((a, b) => a * b, 1);
  return T.tensor(Float64Array.from({ length: n }, (_, i) => scale * Math.sin(0.7 * i + phase)), shape);
}

const flat = (tree: readonly Tensor[]): number[] => tree.flatMap((t) => [...t.dataSync()]);

function relative(found: readonly number[], expected: readonly number[]): number {
  expect(found.length).toBe(expected.length);
  return Math.max(...found.map((x, i) => Math.abs(x - expected[i]!))) / Math.max(...expected.map(Math.abs), 1e-300);
}

const x = array([6, 4], 0.3);
const labels = T.tensor(Int32Array.of(0, 2, 1, 1, 0, 2), [6]);
const image = array([2, 7, 6, 4], 0.2);
const pair = T.tensor(Int32Array.of(1, 0), [2]);

const conv = (w: Tensor, v: Tensor, options: T.Conv2dOptions): Tensor =>
  T.softmaxCrossEntropy(T.conv2d(image, w, options).tanh().reshape([2, -1]).mean(1, { keepDims: true }).matmul(v), pair);
const pooled = (w: Tensor, v: Tensor, pool: typeof T.maxPool2d): Tensor =>
  T.softmaxCrossEntropy(pool(T.conv2d(image, w).tanh(), 2).mean(2).reshape([2, -1]).matmul(v), pair);

/** The same losses as in the Python program. */
const LOSSES: Readonly<Record<string, (...p: Tensor[]) => Tensor>> = {
  'tanh net, softmax cross-entropy': (w, b, v) => T.softmaxCrossEntropy(x.matmul(w!).add(b!).tanh().matmul(v!), labels),
  'softplus net, squared error': (w, b, v) => T.meanSquaredError(x.matmul(w!).add(b!).softplus().matmul(v!), array([6, 3], 1.1)),
  'gelu net, sigmoid cross-entropy': (w, v) => T.sigmoidCrossEntropy(x.matmul(w!).gelu().matmul(v!), array([6, 3], 0.4).abs()),
  'conv, padding 1': (w, v) => conv(w!, v!, { padding: [[1, 1], [1, 1]] }),
  'conv, stride 2': (w, v) => conv(w!, v!, { strides: 2 }),
  'conv, dilation 2': (w, v) => conv(w!, v!, { dilation: 2 }),
  'conv, 2 groups': (w, v) => conv(w!, v!, { groups: 2 }),
  'conv, depthwise': (w, v) => conv(w!, v!, { groups: 4, padding: 'same' }),
  'max pool': (w, v) => pooled(w!, v!, T.maxPool2d),
  'avg pool': (w, v) => pooled(w!, v!, T.avgPool2d),
  'batch norm, training': (w, scale, offset) => T.batchNorm(x.matmul(w!), { scale: scale!, offset: offset! }).pow(3).mean(),
  'log-sum-exp and products': (w) => w!.logSumExp(1).prod().add(w!.prod(0).sum()),
  'cholesky log-determinant': (w) => {
    const l = T.cholesky(w!.matmul(w!, { transposeB: true }).add(T.eye(4, 'float64').mul(3)));
    return l.mul(T.eye(4, 'float64')).sum(1).log().sum();
  },
};

interface Golden {
  readonly name: string;
  readonly shapes: readonly number[][];
  readonly value: number;
  readonly gradient: readonly number[];
  readonly hvp: readonly number[];
  readonly third: readonly number[];
}

describe('models against PyTorch in float64', () => {
  it.each(golden<Golden[]>('models').map((g) => [g.name, g] as const))('%s', (name, g) => {
    const f = (p: Tensor[]): Tensor => LOSSES[name]!(...p);
    const params = g.shapes.map((shape, i) => array(shape, 1 + i, 0.6));
    const v = g.shapes.map((shape, i) => array(shape, 2.5 + i));
    expect(relative([f(params).item()], [g.value])).toBeLessThan(1e-12);
    expect(relative(flat(T.grad(f)(params) as Tensor[]), g.gradient)).toBeLessThan(1e-12);
    expect(relative(flat(T.hvp(f)(params, v) as Tensor[]), g.hvp)).toBeLessThan(1e-12);
    const third = T.jvp((p: Tensor[]) => T.hvp(f)(p, v) as Tensor[])(params, v)[1] as Tensor[];
    expect(relative(flat(third), g.third)).toBeLessThan(1e-11);
  });
});

const unary = { ...T } as unknown as Record<string, (x: Tensor) => Tensor>;

describe('elementwise functions to third order against mpmath', () => {
  const table = golden<Record<string, { x: number; values: number[] }[]>>('unary');
  it.each(Object.entries(table))('%s', (name, points) => {
    let f = unary[name]!;
    for (let order = 0; order < 4; order++) {
      for (const { x: at, values } of points) {
        const found = f(T.scalar(at, 'float64')).item();
        // Third derivatives combine a few rounded terms: measured up to 4e-15.
        expect(Math.abs(found - values[order]!)).toBeLessThanOrEqual(2e-14 * Math.max(1, Math.abs(values[order]!)));
      }
      const before = f;
      f = (x1) => T.grad(before)(x1) as Tensor;
    }
  });
});
