/** Dot. */
import { matmul, maximum, sqrt, type Tensor } from '@curv/tensor';
import type { LayerRule } from '../api.js';

/** x / √max(Σ x², 1e-7) along an axis. */
const unit = (x: Tensor, axis: number): Tensor => x.div(sqrt(maximum(x.square().sum(axis, { keepDims: true }), 1e-7)));

/** Sum of products along one axis of each input ([batch, n] or [batch, n, m]), for each example. */
export const dotLayer: LayerRule = {
  apply([x, y], { config }) {
    if (x === undefined || y === undefined) throw new RangeError('expected two inputs');
    if (x.rank > 3 || y.rank > 3) throw new RangeError(`inputs must have rank 2 or 3, got ${x.rank} and ${y.rank}`);
    const given = config['axes'] as number | readonly [number, number];
    const pair = typeof given === 'number' ? [given, given] : given;
    const axes = [x, y].map((t, i) => (pair[i]! < 0 ? pair[i]! + t.rank : pair[i]!)) as [number, number];
    if (axes.some((axis, i) => axis < 1 || axis >= [x, y][i]!.rank)) throw new RangeError(`axes must lie behind the batch axis, got ${JSON.stringify(given)}`);
    const [a, b] = config['normalize'] === true ? [unit(x, axes[0]), unit(y, axes[1])] : [x, y];
    if (a.rank === 2 && b.rank === 2) return a.mul(b).sum(1, { keepDims: true });
    // A vector is a column; what is summed becomes the inner axis of a matrix product.
    const [left, right] = [a, b].map((t) => (t.rank === 2 ? t.reshape([...t.shape, 1]) : t)) as [Tensor, Tensor];
    const out = matmul(left, right, { transposeA: axes[0] !== 2, transposeB: axes[1] === 2 });
    return a.rank === 3 && b.rank === 3 ? out : out.reshape([out.shape[0]!, out.size / out.shape[0]!]);
  },
};
