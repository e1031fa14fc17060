import * as ops from '@curv/tensor';
import { type Graph, grad, hvp, tensor, type Tensor, trace, vmap } from '@curv/tensor';
import { describe, expect, it } from 'vitest';
import { expandConvolutions } from '../../src/passes/convolutions.js';
import { mergeExponentials } from '../../src/passes/exponentials.js';
import { expandFactorizations } from '../../src/passes/factorizations.js';
import { settleLayout } from '../../src/passes/layout.js';
import { expandPooling } from '../../src/passes/pooling.js';
import { prepare } from '../../src/passes/prepare.js';
import { absorbSums, joinProducts } from '../../src/passes/products.js';
import { count, difference } from './run.js';

const zeros = (...shape: number[]): Tensor => tensor(new Float64Array(shape.reduce((a, b) => a * b, 1)), shape, 'float64');
const labels = (n: number): Tensor => tensor(new Int32Array(n), [n]);

const conv = (options: ops.Conv2dOptions, x: number[], w: number[]): Graph => trace((a: Tensor, b: Tensor) => hvp((p: Tensor) => ops.conv2d(p, b, options).tanh().sum())(a, a) as Tensor)(zeros(...x), zeros(...w));
const filters = (options: ops.Conv2dOptions, x: number[], w: number[]): Graph => trace((a: Tensor, b: Tensor) => hvp((p: Tensor) => ops.conv2d(a, p, options).tanh().sum())(b, b) as Tensor)(zeros(...x), zeros(...w));

describe('expandConvolutions', () => {
  it.each<[ops.Conv2dOptions, number[], number[]]>([
    [{ padding: 'same' }, [2, 5, 6, 3], [3, 3, 3, 4]],
    [{ strides: 2 }, [3, 8, 7, 2], [3, 2, 2, 3]],
    [{ dilation: [2, 1], padding: [[1, 2], [0, 1]] }, [1, 8, 7, 2], [3, 3, 2, 9]],
    [{ groups: 2, strides: [2, 1] }, [2, 6, 6, 4], [3, 3, 2, 6]],
    [{}, [2, 4, 4, 3], [1, 1, 3, 5]],
  ])('leaves products that equal the convolutions %j', (options, x, w) => {
    for (const graph of [conv(options, x, w), filters(options, x, w)]) {
      const found = expandConvolutions(graph);
      expect(count(found, 'conv2d', 'conv2dInput', 'conv2dFilter')).toBe(0);
      expect(difference(found, graph)).toBeLessThan(1e-13);
    }
  });

  it('gathers the patches of an image once for all products with them', () => {
    const graph = filters({ padding: 'same' }, [2, 8, 8, 8], [3, 3, 8, 4]);
    // The forward pass, its tangent, and the filter's gradients see one image.
    expect(count(graph, 'conv2d', 'conv2dFilter')).toBeGreaterThan(1);
    expect(count(expandConvolutions(graph), 'gather')).toBe(1);
    // Few channels: cuts of the padded image instead, one for each tap.
    const narrow = expandConvolutions(filters({ padding: 'same' }, [2, 8, 8, 3], [3, 3, 3, 4]));
    expect([count(narrow, 'gather'), count(narrow, 'slice'), count(narrow, 'concat')]).toEqual([0, 9, 1]);
  });

  it.each<[ops.Conv2dOptions, number[], number[]]>([
    [{ padding: 'same' }, [2, 5, 6, 3], [3, 3, 3, 4]],
    [{}, [2, 6, 7, 4], [2, 3, 4, 3]],
    [{ dilation: [2, 1], padding: [[1, 2], [0, 1]] }, [2, 8, 7, 2], [3, 3, 2, 9]],
    // Windows that reach from padding to padding: some shifts see nothing.
    [{ padding: [[2, 2], [3, 3]], dilation: 2 }, [1, 2, 1, 2], [3, 3, 2, 2]],
  ])('or shifts along one axis at a time %j', (options, x, w) => {
    for (const graph of [conv(options, x, w), filters(options, x, w)]) {
      const found = expandConvolutions(graph, () => true);
      expect(count(found, 'conv2d', 'conv2dInput', 'conv2dFilter')).toBe(0);
      expect(difference(found, graph)).toBeLessThan(1e-13);
    }
  });

  it('adds up the halves of a tangent, and a bias, inside of the shifted products', () => {
    const loss = ([k, b]: [Tensor, Tensor], x: Tensor): Tensor => ops.conv2d(x.tanh(), k, { padding: 'same' }).add(b).tanh().sum();
    const graph = trace((x: Tensor, k: Tensor, b: Tensor) => hvp((p: [Tensor, Tensor, Tensor]) => loss([p[0], p[1]], p[2]))([k, b, x], [k, b, x]) as Tensor[])(zeros(2, 5, 6, 3), zeros(3, 3, 3, 4), zeros(4));
    const found = expandConvolutions(graph, () => true);
    expect(difference(found, graph)).toBeLessThan(1e-13);
    // The forward pass, its tangent, the input's gradient and its tangent, three slices each.
    expect(found.nodes.filter(({ op, shape }) => op === 'slice' && shape[0] === 2).length).toBe(12);
  });
});

describe('expandPooling', () => {
  it.each<[string, Graph]>([
    ['max, disjoint', trace((x: Tensor) => hvp((p: Tensor) => ops.maxPool2d(p, 2).square().sum())(x, x) as Tensor)(zeros(2, 4, 6, 3))],
    ['max, overlapping, padded', trace((x: Tensor) => hvp((p: Tensor) => ops.maxPool2d(p, 3, { strides: 2, padding: [[1, 1], [1, 0]] }).square().sum())(x, x) as Tensor)(zeros(2, 5, 4, 2))],
    ['mean', trace((x: Tensor) => hvp((p: Tensor) => ops.avgPool2d(p, [3, 2], { strides: 2, padding: 'same' }).square().sum())(x, x) as Tensor)(zeros(1, 5, 6, 2))],
  ])('leaves gathers and comparisons that equal the pools: %s', (_, graph) => {
    const found = expandPooling(graph);
    expect(count(found, 'poolArgMax', 'poolGather', 'poolScatter', 'windowSum', 'windowSpread')).toBe(0);
    expect(difference(found, graph)).toBeLessThan(1e-14);
  });
});

describe('settleLayout', () => {
  const channelsFirst = [3, 1, 2, 0];

  it('cancels transposes across elementwise operations, reductions and reshapes', () => {
    const f = (x: Tensor, b: Tensor): Tensor => x.transpose(channelsFirst).exp().transpose(channelsFirst).add(b).transpose(channelsFirst).mul(2).sum([1, 2]).transpose();
    const graph = trace(f)(zeros(2, 3, 4, 5), zeros(5));
    expect(count(graph, 'transpose')).toBe(4);
    expect(count(settleLayout(graph), 'transpose')).toBe(0);
    expect(difference(settleLayout(graph), graph)).toBe(0);
  });

  it('reads matrices transposed instead of moving them', () => {
    const graph = trace((a: Tensor, b: Tensor) => a.reshape([4, 3, 1]).transpose([1, 0, 2]).reshape([3, 4]).matmul(b))(zeros(4, 3), zeros(4, 2));
    expect(count(settleLayout(graph), 'transpose')).toBe(0);
    expect(difference(settleLayout(graph), graph)).toBe(0);
  });

  it('leaves repetition to broadcasting', () => {
    const graph = trace((a: Tensor, b: Tensor) => a.broadcastTo([3, 4]).mul(b).add(b.sum(0).broadcastTo([3, 4])))(zeros(3, 1), zeros(3, 4));
    expect(count(graph, 'broadcast')).toBe(2);
    expect(count(settleLayout(graph), 'broadcast')).toBe(0);
    expect(difference(settleLayout(graph), graph)).toBe(0);
  });

  it.each<[string, Graph]>([
    ['slices, pads, concatenation', trace((x: Tensor) => ops.concat([x.transpose([2, 0, 1]).slice([1, 0, 0], [4, 2, 3], [2, 1, 1]).pad([0, 1, 0], [1, 0, 2]), x.transpose([2, 0, 1]).slice([0, 0, 0], [3, 1, 3]).pad([0, 0, 0], [0, 2, 2])], 0).reverse([0, 2]).cumsum(1))(zeros(2, 3, 4))],
    ['indices', trace((x: Tensor) => x.transpose([2, 0, 1]).gather(x.transpose([2, 0, 1]).argMax(1), 0).sum([0]).argsort(1).cast('float64'))(zeros(2, 3, 4))],
    ['scatter', trace((x: Tensor, i: Tensor) => ops.scatterAdd(x.transpose([1, 2, 0]), i, 1, 5))(zeros(2, 3, 4), labels(4))],
    ['reshape across moved axes', trace((x: Tensor) => x.transpose([1, 0, 2]).reshape([3, 8]).exp().reshape([6, 4]).transpose())(zeros(2, 3, 4))],
  ])('keeps values: %s', (_, graph) => {
    expect(difference(settleLayout(graph), graph)).toBe(0);
  });
});

describe('joinProducts', () => {
  it('makes one product of a stack times a matrix, and of a sum over a stack', () => {
    const loss = (w: Tensor, x: Tensor): Tensor => x.matmul(w).tanh().sum();
    const graph = trace((w: Tensor, x: Tensor) => hvp(loss)(w, w, x) as Tensor)(zeros(3, 4), zeros(5, 2, 3));
    const found = joinProducts(graph);
    expect(found.nodes.filter(({ op, shape }) => op === 'matmul' && shape.length > 2)).toEqual([]);
    expect(difference(found, graph)).toBeLessThan(1e-14);
  });

  it('leaves stacks that differ', () => {
    const graph = trace((a: Tensor, b: Tensor) => a.matmul(b))(zeros(5, 2, 3), zeros(5, 3, 4));
    expect(count(joinProducts(graph), 'matmul')).toBe(1);
    expect(difference(joinProducts(graph), graph)).toBe(0);
  });
});

describe('mergeExponentials', () => {
  it('takes softmax from the exponentials of its logarithm', () => {
    const graph = trace((x: Tensor) => hvp((p: Tensor) => p.softmax(-1).square().sum())(x, x) as Tensor)(zeros(3, 4));
    expect(count(graph, 'exp')).toBe(2);
    expect(count(mergeExponentials(graph), 'exp')).toBe(1);
    expect(difference(mergeExponentials(graph), graph)).toBeLessThan(1e-15);
  });
});

describe('absorbSums', () => {
  it('takes a bias and a sum of products into the product', () => {
    const graph = trace((x: Tensor, w: Tensor, b: Tensor) => x.matmul(w).add(b).tanh().matmul(w).add(x.matmul(w, { transposeB: true })))(zeros(4, 3), zeros(3, 3), zeros(3));
    const found = absorbSums(graph);
    expect(count(found, 'add')).toBe(0);
    expect(count(found, 'gemm')).toBe(2);
    expect(difference(found, graph)).toBeLessThan(1e-14);
  });

  it('leaves a product that is needed by itself', () => {
    const graph = trace((x: Tensor, w: Tensor) => [x.matmul(w), x.matmul(w).add(1)])(zeros(4, 3), zeros(3, 3));
    expect(count(absorbSums(graph), 'gemm')).toBe(0);
  });
});

describe('expandFactorizations', () => {
  it('unrolls cholesky and triangular solves', () => {
    const f = (a: Tensor, b: Tensor): Tensor => ops.triangularSolve(ops.cholesky(a.matmul(a, { transposeB: true }).add(ops.eye(4, 'float64').mul(4))), b, { transpose: true });
    const graph = trace(f)(zeros(4, 4), zeros(4, 2));
    expect(count(expandFactorizations(graph), 'cholesky', 'triangularSolve')).toBe(0);
    expect(difference(expandFactorizations(graph), graph)).toBeLessThan(1e-14);
  });

  it('gives NaN from a non-positive pivot on', () => {
    const graph = trace((a: Tensor) => ops.cholesky(a.add(ops.eye(3, 'float64').mul(0))))(zeros(3, 3));
    expect(difference(expandFactorizations(graph), expandFactorizations(graph))).toBeNaN();
  });
});

describe('prepare', () => {
  it('computes the forward pass of a Hessian-vector product once, and keeps a per-example gradient right', () => {
    const loss = (k: Tensor, x: Tensor, y: Tensor): Tensor => ops.softmaxCrossEntropy(ops.maxPool2d(ops.conv2d(x, k, { padding: 'same' }).tanh(), 2).mean([1, 2]), y);
    const graph = trace((k: Tensor, x: Tensor, y: Tensor) => hvp(loss)(k, k, x, y) as Tensor)(zeros(3, 3, 1, 3), zeros(4, 6, 6, 1), labels(4));
    expect(difference(prepare(graph), graph)).toBeLessThan(1e-14);
    expect(count(prepare(graph), 'tanh')).toBe(1);
    const one = (k: Tensor, x: Tensor, y: Tensor): Tensor => loss(k, x.reshape([1, ...x.shape]), y.reshape([1]));
    const each = trace(vmap(grad(one), { inAxes: [null, 0, 0] }))(zeros(3, 3, 1, 3), zeros(4, 6, 6, 1), labels(4));
    expect(difference(prepare(each), each)).toBeLessThan(1e-14);
  });
});
