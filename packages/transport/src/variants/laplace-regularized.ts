/** Exact transport that keeps neighbours together. */
import { kdTree, type Matrix, matmul, transpose } from '@curv/linalg';
import { requireBalancedWeights, requireCount, requireMatrix, requireNonNegative } from '../checks.js';
import { costMatrix } from '../costs.js';
import { conditionalGradient, type ConditionalGradientOptions, type StationaryPlan } from './conditional-gradient.js';

/** Options of Laplace-regularized transport. */
export interface LaplaceRegularizedOptions extends ConditionalGradientOptions {
  readonly a?: ArrayLike<number>;
  readonly b?: ArrayLike<number>;
  /** Weight η of the penalty, default 1. */
  readonly strength?: number;
  /** Share of the penalty on the sources in [0, 1], the rest is on the targets; default ½. */
  readonly sourceShare?: number;
  /** Neighbours of a point in its graph, default 3. */
  readonly neighbours?: number;
  /** Ground cost n×m; squared distances unless given. */
  readonly cost?: Matrix;
}

/**
 * min ⟨C, P⟩ + η (s tr(Yᵀ Pᵀ L_X P Y) + (1 − s) tr(Xᵀ P L_Y Pᵀ X)): points that are near are sent to points that are near; L are the Laplacians of the graphs of
 * nearest neighbours (Flamary, Courty, Tuia & Rakotomamonjy 2014; Courty et al. 2017, arXiv:1507.00504, section 4.3). Convex; conditional gradients with exact line
 * search, which come near the optimum as 1/k: the default tolerance of the gap is 1e-6.
 * @param xs n×d sources
 * @param ys m×d targets
 * @throws as `exactTransport`; RangeError on a share outside [0, 1]
 */
export function laplaceRegularizedTransport(xs: Matrix, ys: Matrix, options: LaplaceRegularizedOptions = {}): StationaryPlan {
  const where = 'laplaceRegularizedTransport';
  requireMatrix(where, 'xs', xs);
  requireMatrix(where, 'ys', ys, undefined, xs.columns);
  const { strength = 1, sourceShare = 0.5, neighbours = 3, tolerance = 1e-6 } = options;
  requireNonNegative(where, 'strength', strength);
  requireCount(where, 'neighbours', neighbours);
  if (!(sourceShare >= 0 && sourceShare <= 1)) throw new RangeError(`${where}: sourceShare must be in [0, 1], got ${String(sourceShare)}`);
  const cost = options.cost ?? costMatrix(xs, ys);
  requireMatrix(where, 'cost', cost, xs.rows, ys.rows);
  const weights = requireBalancedWeights(where, options.a, options.b, xs.rows, ys.rows);
  const [laplacianX, laplacianY] = [laplacian(xs, neighbours), laplacian(ys, neighbours)];
  const [gramX, gramY] = [matmul(xs, transpose(xs)), matmul(ys, transpose(ys))];
  // Q P = 2 η (s L_X P Y Yᵀ + (1 − s) X Xᵀ P L_Y)
  const quadratic = (plan: Matrix): Float64Array => {
    const bySources = matmul(matmul(laplacianX, plan), gramY).data;
    const byTargets = matmul(matmul(gramX, plan), laplacianY).data;
    return bySources.map((v, k) => 2 * strength * (sourceShare * v + (1 - sourceShare) * byTargets[k]!));
  };
  return conditionalGradient(where, { linear: cost.data, quadratic }, weights, { ...options, tolerance });
}

/** D − S of the graph that joins each point with its nearest ones, S the mean of the graph and its transpose. */
function laplacian(points: Matrix, neighbours: number): Matrix {
  const { rows: n, columns: d, data } = points;
  const tree = kdTree(points);
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    const { indices } = tree.nearest(data.slice(i * d, (i + 1) * d), neighbours + 1);
    for (const j of [...indices].filter((k) => k !== i).slice(0, neighbours)) {
      out[i * n + j]! -= 0.5;
      out[j * n + i]! -= 0.5;
      out[i * n + i]! += 0.5;
      out[j * n + j]! += 0.5;
    }
  }
  return { rows: n, columns: n, data: out };
}
