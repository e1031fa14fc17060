import * as ops from '../ops/index.js';
import type { Sample } from './samples.js';
import type { Tensor } from '../tensor.js';

const shapes = (list: readonly (readonly number[])[]): string => list.map((s) => `[${s.join(', ')}]`).join(' ');

/** Operand shapes and flags of matrix products. */
const PRODUCTS: readonly (readonly [readonly number[], readonly number[], boolean, boolean])[] = [
  [[3, 4], [4, 5], false, false], [[4, 3], [4, 5], true, false], [[3, 4], [5, 4], false, true], [[4, 3], [5, 4], true, true], [[1, 7], [7, 1], false, false],
  [[2, 3, 4], [2, 4, 5], false, false], [[2, 4, 3], [4, 5], true, false], [[3, 4], [2, 5, 4], false, true], [[2, 1, 3, 4], [3, 4, 2], false, false],
  [[0, 4], [4, 3], false, false], [[3, 0], [0, 2], false, false], [[33, 70], [70, 37], false, false],
];

const REDUCED: readonly (readonly [readonly number[], readonly number[]])[] = [[[3, 4], [0]], [[3, 4], [1]], [[3, 4], [0, 1]], [[2, 3, 4], [0, 2]], [[2, 3, 4], [1]], [[], []], [[5], [0]], [[1, 3], [0]]];

export const STRUCTURAL: readonly Sample[] = [
  ...PRODUCTS.map(([a, b, transposeA, transposeB]): Sample => ({
    name: `matmul ${shapes([a, b])}${transposeA ? ' A transposed' : ''}${transposeB ? ' B transposed' : ''}`,
    inputs: [{ shape: a }, { shape: b }],
    f: (x, y) => ops.matmul(x, y, { transposeA, transposeB }),
  })),
  { name: 'matmul of transposes', inputs: [{ shape: [4, 3] }, { shape: [5, 4] }], f: (x, y) => x.transpose().matmul(y.transpose()) },
  { name: 'dot of vectors', inputs: [{ shape: [6] }, { shape: [6] }], f: ops.dot },
  { name: 'dot vector matrix', inputs: [{ shape: [3] }, { shape: [3, 2] }], f: ops.dot },
  ...REDUCED.flatMap(([shape, axes]): Sample[] => [
    { name: `sum ${shapes([shape, axes])}`, inputs: [{ shape }], f: (x) => x.sum(axes) },
    { name: `mean kept ${shapes([shape, axes])}`, inputs: [{ shape }], f: (x) => x.mean(axes, { keepDims: true }) },
    { name: `max ${shapes([shape, axes])}`, inputs: [{ shape, domain: 'spread' }], f: (x) => x.max(axes) },
    { name: `min ${shapes([shape, axes])}`, inputs: [{ shape, domain: 'spread' }], f: (x) => x.min(axes) },
    { name: `prod ${shapes([shape, axes])}`, inputs: [{ shape }], f: (x) => x.prod(axes) },
    { name: `logSumExp ${shapes([shape, axes])}`, inputs: [{ shape }], f: (x) => x.logSumExp(axes) },
  ]),
  { name: 'sum over nothing', inputs: [{ shape: [0, 3] }], f: (x) => x.sum(0) },
  { name: 'max with ties', inputs: [{ shape: [2, 4], domain: { below: 2 } }], f: (x) => x.cast('float32').max(1), discrete: true },
  { name: 'argMax with ties', inputs: [{ shape: [3, 7], domain: { below: 3 } }], f: (x) => x.argMax(1), discrete: true },
  { name: 'argMin first axis', inputs: [{ shape: [5, 2], domain: 'spread' }], f: (x) => x.argMin(0), discrete: true },
  { name: 'argsort with ties', inputs: [{ shape: [2, 8], domain: { below: 4 } }], f: (x) => x.argsort(), discrete: true },
  { name: 'sort', inputs: [{ shape: [3, 5], domain: 'spread' }], f: (x) => x.sort(0).mul(x) },
  ...[0, 1].flatMap((axis) =>
    [false, true].flatMap((reverse) =>
      [false, true].map((exclusive): Sample => ({
        name: `cumsum axis ${axis}${reverse ? ' reverse' : ''}${exclusive ? ' exclusive' : ''}`,
        inputs: [{ shape: [3, 4] }],
        f: (x) => x.cumsum(axis, { reverse, exclusive }),
      })),
    ),
  ),
  { name: 'cumprod', inputs: [{ shape: [2, 5] }], f: (x) => x.cumprod(1) },
  { name: 'reshape', inputs: [{ shape: [2, 6] }], f: (x) => x.reshape([3, -1]).exp().reshape([12]) },
  { name: 'transpose', inputs: [{ shape: [2, 3, 4] }], f: (x) => x.transpose([2, 0, 1]) },
  { name: 'transpose rank 5', inputs: [{ shape: [2, 1, 3, 2, 2] }], f: (x) => x.transpose([4, 2, 0, 3, 1]) },
  { name: 'broadcast', inputs: [{ shape: [3, 1] }], f: (x) => x.broadcastTo([2, 3, 4]) },
  { name: 'slice strided', inputs: [{ shape: [7, 5] }], f: (x) => x.slice([1, 0], [7, 4], [2, 3]) },
  { name: 'slice empty', inputs: [{ shape: [4] }], f: (x) => x.slice([3], [3]) },
  { name: 'slice negative', inputs: [{ shape: [6] }], f: (x) => x.slice([-4], [-1]) },
  { name: 'pad', inputs: [{ shape: [2, 3] }], f: (x) => x.pad([1, 0], [0, 2]) },
  { name: 'pad interior', inputs: [{ shape: [3, 2] }], f: (x) => x.pad([0, 1], [2, 0], [2, 1]) },
  { name: 'concat', inputs: [{ shape: [2, 3] }, { shape: [2, 0] }, { shape: [2, 2] }], f: (...list) => ops.concat(list, 1) },
  { name: 'stack', inputs: [{ shape: [2, 3] }, { shape: [2, 3] }], f: (...list) => ops.stack(list, 1) },
  { name: 'reverse', inputs: [{ shape: [2, 3, 2] }], f: (x) => x.reverse([0, 2]) },
  { name: 'gather', inputs: [{ shape: [4, 3] }, { shape: [5], domain: { below: 4 } }], f: (x, i) => x.gather(i) },
  { name: 'gather inner axis, matrix of indices', inputs: [{ shape: [2, 5, 3] }, { shape: [2, 4], domain: { below: 5 } }], f: (x, i) => x.gather(i, 1) },
  { name: 'scatterAdd', inputs: [{ shape: [6, 2] }, { shape: [6], domain: { below: 4 } }], f: (x, i) => ops.scatterAdd(x, i, 0, 4) },
  { name: 'scatterAdd inner axis', inputs: [{ shape: [2, 3, 2] }, { shape: [3], domain: { below: 5 } }], f: (x, i) => ops.scatterAdd(x, i, 1, 5) },
  { name: 'takeAlongAxis', inputs: [{ shape: [3, 4] }, { shape: [3, 2], domain: { below: 4 } }], f: (x, i) => x.takeAlongAxis(i, 1) },
  { name: 'iota and eye', inputs: [{ shape: [3, 3] }], f: (x) => x.matmul(ops.eye(3, x.dtype)).add(ops.iota([3, 3], 1, x.dtype)) },
  { name: 'cholesky', inputs: [{ shape: [4, 4] }], f: (x) => ops.cholesky(x.matmul(x, { transposeB: true }).add(ops.eye(4, x.dtype).mul(4))) },
  { name: 'cholesky stacked', inputs: [{ shape: [2, 3, 3] }], f: (x) => ops.cholesky(x.matmul(x, { transposeB: true }).add(ops.eye(3, x.dtype).mul(4))) },
  ...[true, false].flatMap((lower) =>
    [true, false].flatMap((transpose) =>
      [true, false].map((unit): Sample => ({
        name: `triangularSolve${lower ? ' lower' : ' upper'}${transpose ? ' transposed' : ''}${unit ? ' unit' : ''}`,
        inputs: [{ shape: [3, 3], domain: 'unit' }, { shape: [3, 2] }],
        f: (a, b) => ops.triangularSolve(a.add(ops.eye(3, a.dtype).mul(3)), b, { lower, transpose, unit }),
      })),
    ),
  ),
  ...[true, false].map((transpose): Sample => ({
    name: `linearSolve${transpose ? ' transposed' : ''}`,
    inputs: [{ shape: [2, 3, 3], domain: 'unit' }, { shape: [2, 3, 2] }],
    f: (a, b) => ops.linearSolve(a.add(ops.eye(3, a.dtype).mul(2)), b, { transpose }),
  })),
  { name: 'lyapunovSolve', inputs: [{ shape: [2, 3, 3], domain: 'unit' }, { shape: [2, 3, 3] }], f: (a, q) => ops.lyapunovSolve(apart(a), q) },
  { name: 'symmetricEigen values', inputs: [{ shape: [3, 3], domain: 'unit' }], f: (x) => ops.symmetricEigen(apart(x)).values },
  { name: 'symmetricEigen vectors, stacked', inputs: [{ shape: [2, 3, 3], domain: 'unit' }], f: (x) => ops.symmetricEigen(apart(x)).vectors },
];

/** Eigenvalues about 2, 4, 6, so that none meet. */
const apart = (x: Tensor): Tensor => x.mul(0.5).add(ops.eye(3, x.dtype).mul(ops.iota([3, 3], 0, x.dtype).mul(2).add(2)));
