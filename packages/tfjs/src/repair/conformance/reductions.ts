/** Reductions, products of matrices, cumulative sums. */
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { type TapeCase, tapeCase, within } from './case.js';

const S = [2, 3, 2];
export const reductions: readonly TapeCase[] = [
  ...(['sum', 'mean', 'max', 'min', 'prod', 'logSumExp'] as const).flatMap((name) => [
    tapeCase('reduction', name, [S], (tf, x: Tensor) => tf[name](x)),
    tapeCase('reduction', `${name}, axis`, [S], (tf, x: Tensor) => tf[name](x, [1])),
    tapeCase('reduction', `${name}, axes, keepDims`, [S], (tf, x: Tensor) => tf[name](x, [0, 2], true)),
  ]),
  tapeCase('reduction', 'moments', [S], (tf, x: Tensor) => {
    const { mean, variance } = tf.moments(x, [0, 1]);
    return tf.mul(mean, variance);
  }),
  ...([1, 2, 'euclidean', Infinity] as const).map((order) => tapeCase('reduction', `norm ${order}`, [[3, 2]], (tf, x: Tensor) => tf.norm(x, order as number, order === 'euclidean' ? undefined : 0))),
  tapeCase('reduction', 'softmax', [[2, 3]], (tf, x: Tensor) => tf.softmax(x)),
  tapeCase('reduction', 'logSoftmax', [[2, 3]], (tf, x: Tensor) => tf.logSoftmax(x)),
  tapeCase('reduction', 'log(softmax)', [[2, 3]], (tf, x: Tensor) => tf.log(tf.softmax(x))),
  ...[0, 1].flatMap((axis) => [
    tapeCase('reduction', `cumsum, axis ${axis}`, [[3, 3]], (tf, x: Tensor) => tf.cumsum(x, axis)),
    tapeCase('reduction', `cumsum, axis ${axis}, exclusive, reverse`, [[3, 3]], (tf, x: Tensor) => tf.cumsum(x, axis, true, true)),
    tapeCase('reduction', `cumprod, axis ${axis}`, [[3, 3]], (tf, x: Tensor) => tf.cumprod(x, axis)),
    tapeCase('reduction', `cumprod, axis ${axis}, exclusive, reverse`, [[3, 3]], (tf, x: Tensor) => tf.cumprod(x, axis, true, true)),
  ]),
  tapeCase('reduction', 'topk', [[2, 5]], (tf, x: Tensor) => tf.topk(x, 3).values),
];

export const products: readonly TapeCase[] = [
  ...[[false, false], [false, true], [true, false], [true, true]].map(([ta, tb]) =>
    tapeCase('product', `matMul ${ta ? 'aᵀ' : 'a'} ${tb ? 'bᵀ' : 'b'}`, [ta ? [2, 4, 3] : [2, 3, 4], tb ? [2, 2, 4] : [2, 4, 2]], (tf, a: Tensor, b: Tensor) => tf.matMul(a, b, ta, tb)),
  ),
  tapeCase('product', 'matMul, broadcast stack', [[2, 3, 4], [1, 4, 2]], (tf, a: Tensor, b: Tensor) => tf.matMul(a, b)),
  tapeCase('product', 'dot', [[4], [4]], (tf, a: Tensor, b: Tensor) => tf.dot(a, b)),
  tapeCase('product', 'outerProduct', [[3], [2]], (tf, a: Tensor1D, b: Tensor1D) => tf.outerProduct(a, b)),
  tapeCase('product', 'fused matMul', [[3, 4], [4, 2], [2]], (tf, a: Tensor, b: Tensor, bias: Tensor) => tf.fused.matMul({ a, b, bias, activation: 'linear' })),
  tapeCase('product', 'fused matMul, relu', [[3, 4], [4, 2], [2]], (tf, a: Tensor, b: Tensor, bias: Tensor) => tf.fused.matMul({ a, b, bias, activation: 'relu' })),
  ...['ij,jk->ik', 'bij,bkj->bik', 'ij,kj->j', 'i,j->ij', 'ij,k->i'].map((equation) => {
    const sizes: Readonly<Record<string, number>> = { b: 2, i: 3, j: 2, k: 4 };
    const shapes = equation.split('->')[0]!.split(',').map((term) => [...term].map((index) => sizes[index]!));
    return tapeCase('product', `einsum ${equation}`, shapes, (tf, a: Tensor, b: Tensor) => tf.einsum(equation, a, b));
  }),
  tapeCase('product', 'einsum ijk->ki', [[3, 2, 4]], (tf, a: Tensor) => tf.einsum('ijk->ki', a)),
  tapeCase('product', 'gramSchmidt', [[2, 3]], (tf, x: Tensor2D) => tf.linalg.gramSchmidt(x) as Tensor),
  tapeCase('product', 'qr', [[3, 2]], (tf, x: Tensor2D) => {
    const [q, r] = tf.linalg.qr(x);
    return tf.matMul(q, tf.square(r));
  }),
  tapeCase('product', 'bandPart', [[3, 3]], (tf, x: Tensor2D) => tf.linalg.bandPart(x, 1, 0)),
  tapeCase('product', 'diag', [[3]], (tf, x: Tensor) => tf.diag(x)),
  tapeCase('product', 'MLP, tanh', [within([4, 3], -1, 1), within([3, 5], -1, 1), within([5, 2], -1, 1)], (tf, x: Tensor2D, w1: Tensor2D, w2: Tensor2D) => tf.softmax(tf.matMul(tf.tanh(tf.matMul(x, w1)), w2))),
];
