/** Newton's method regularized by the gradient-normalized smoothness. */
import { cholesky, type Matrix, matvec, symmetricEigen } from '@curv/linalg';
import { checkCount, checkNumber } from '../../checks.js';
import type { Iterated, Minimizer, Oracle, Point, Vector } from '../api.js';
import { add, dot, norm, plus, scaled } from '../vector.js';

/** H = U diag(c) Uᵀ with few columns: `columns[k]` of length n, `weights[k]` ≥ 0. */
export interface LowRank {
  readonly columns: readonly Vector[];
  readonly weights: readonly number[];
}

/** Options of `gns`. */
export interface GnsOptions {
  /** H(x): symmetric, or of low rank; `none` for the normalized gradient method. By default the Hessian by n products with `hvp`. */
  readonly curvature?: 'none' | ((x: Vector) => Matrix | LowRank | Promise<Matrix | LowRank>);
  /** B of the norm ‖h‖² = hᵀ B h, positive definite; default the identity. */
  readonly metric?: Matrix;
  /** γ of the first trial; default 1. */
  readonly gamma?: number;
  /** Default 1e-9. */
  readonly leastGamma?: number;
  /** Trials of one iteration; default 60. */
  readonly maxTrials?: number;
  /** `spectral` decomposes H once an iteration and solves each trial in O(n²); `cholesky` factors each trial. Default `cholesky`. */
  readonly solver?: 'cholesky' | 'spectral';
}

/** B⁻¹ and the norms that go with it. */
interface Metric {
  readonly matrix: Matrix | null;
  /** B⁻¹ g. */
  inverse(g: Vector): Vector;
  /** B v. */
  apply(v: Vector): Vector;
}

function metricOf(matrix: Matrix | undefined): Metric {
  if (matrix === undefined) return { matrix: null, inverse: (g) => g, apply: (v) => v };
  const factor = cholesky(matrix);
  if (!factor.ok) throw new RangeError(`metric: expected a positive definite matrix, but the pivot of row ${factor.failedPivot} is not positive`);
  return { matrix, inverse: (g) => factor.solve(g), apply: (v) => matvec(matrix, v) };
}

/** h with (H + λ B) h = −g, or null where that matrix is not positive definite. */
type Solve = (lambda: number, g: Vector) => Vector | null;

const isLowRank = (h: Matrix | LowRank): h is LowRank => 'columns' in h && Array.isArray(h.columns);

function checkSize({ rows, columns }: Matrix, n: number): void {
  if (rows !== n || columns !== n) throw new RangeError(`curvature: expected a ${n}×${n} matrix, got ${rows}×${columns}`);
}

function choleskySolve(h: Matrix, { matrix }: Metric): Solve {
  const n = h.rows;
  return (lambda, g) => {
    const data = h.data.slice();
    if (matrix === null) for (let i = 0; i < n; i++) data[i * n + i]! += lambda;
    else for (let i = 0; i < data.length; i++) data[i]! += lambda * matrix.data[i]!;
    const factor = cholesky({ rows: n, columns: n, data });
    return factor.ok ? scaled(-1, factor.solve(g)) : null;
  };
}

/** One eigendecomposition of H, for B = I. */
function spectralSolve(h: Matrix): Solve {
  const n = h.rows;
  const { values, vectors } = symmetricEigen(h);
  return (lambda, g) => {
    if (values[0]! + lambda <= 0) return null;
    const out = new Float64Array(n);
    for (let k = 0; k < n; k++) {
      let c = 0;
      for (let i = 0; i < n; i++) c += vectors.data[i * n + k]! * g[i]!;
      c /= -(values[k]! + lambda);
      for (let i = 0; i < n; i++) out[i]! += c * vectors.data[i * n + k]!;
    }
    return out;
  };
}

/** (λB + U C Uᵀ)⁻¹ by the Sherman-Morrison-Woodbury identity: O(n r) after B⁻¹ U (the authors' rank-one solve for r = 1). */
function woodburySolve({ columns, weights }: LowRank, metric: Metric): Solve {
  const kept = columns.flatMap((u, k) => (weights[k]! > 0 ? [scaled(Math.sqrt(weights[k]!), u)] : []));
  const images = kept.map((u) => metric.inverse(u));
  const r = kept.length;
  const gram = new Float64Array(r * r);
  for (let i = 0; i < r; i++) for (let j = 0; j < r; j++) gram[i * r + j] = dot(kept[i]!, images[j]!);
  return (lambda, g) => {
    const base = metric.inverse(g);
    const h = scaled(-1 / lambda, base);
    if (r === 0) return h;
    const small = gram.slice();
    for (let i = 0; i < r; i++) small[i * r + i]! += lambda;
    const c = cholesky({ rows: r, columns: r, data: small }).solve(Float64Array.from(kept, (u) => dot(u, base)));
    images.forEach((image, i) => add(h, c[i]! / lambda, image));
    return h;
  };
}

async function denseHessian(oracle: Oracle, x: Vector): Promise<Matrix> {
  const n = x.length;
  const data = new Float64Array(n * n);
  for (let j = 0; j < n; j++) data.set(await oracle.hvp(x, Float64Array.from({ length: n }, (_, i) => (i === j ? 1 : 0))), j * n);
  return { rows: n, columns: n, data };
}

/**
 * (H + λ B) h = −g with λ = ‖g‖∗ / γ, taken when f falls by at least ‖g⁺‖∗² / (8 λ); γ doubles after a step and halves after a refusal (Semenov, Jaggi & Doikov 2025,
 * arXiv:2506.13710, algorithm 1). It needs no constants of the problem. Cost of a trial: n³/3 (`cholesky`), n² (`spectral`), n r (low rank), n (`none`).
 */
export function gns(options: GnsOptions = {}): Minimizer<number> {
  const { curvature, gamma = 1, leastGamma = 1e-9, maxTrials = 60, solver = 'cholesky' } = options;
  checkNumber('gamma', gamma, 'a positive number', (x) => x > 0);
  checkNumber('leastGamma', leastGamma, 'a positive number', (x) => x > 0);
  checkCount('maxTrials', maxTrials);
  if (solver !== 'cholesky' && solver !== 'spectral') throw new TypeError(`solver: expected cholesky or spectral, got ${String(solver)}`);
  if (solver === 'spectral' && options.metric) throw new TypeError('solver: spectral needs the identity as metric');
  const metric = metricOf(options.metric);

  const solveOf = async (point: Point, oracle: Oracle): Promise<Solve> => {
    if (curvature === 'none') return woodburySolve({ columns: [], weights: [] }, metric);
    const h = curvature ? await curvature(point.x) : await denseHessian(oracle, point.x);
    if (isLowRank(h)) return woodburySolve(h, metric);
    checkSize(h, oracle.dimension);
    return solver === 'spectral' ? spectralSolve(h) : choleskySolve(h, metric);
  };

  return {
    name: 'gns',
    needs: curvature ? [] : ['hvp'],
    init: () => gamma,
    async step(point, current, oracle): Promise<Iterated<number>> {
      const solve = await solveOf(point, oracle);
      const dual = (g: Vector): number => Math.sqrt(dot(g, metric.inverse(g)));
      const size = dual(point.gradient);
      let radius = current;
      for (let trial = 0; trial < maxTrials; trial++, radius /= 2) {
        const lambda = size / radius;
        oracle.evaluations.solve++;
        const h = solve(lambda, point.gradient);
        if (h === null) continue;
        const next = await oracle.at(plus(point.x, 1, h));
        if (accepts(point, next, h, lambda, dual)) {
          return { point: next, state: Math.max(2 * radius, leastGamma), stuck: null, info: { gamma: radius, step: norm(h) } };
        }
      }
      return { point, state: radius, stuck: 'searchFailed' };
    },
  };
}

/** f − f⁺ ≥ ‖g⁺‖∗² / (8 λ); once differences of f are rounding, twice that bound on −⟨g⁺, h⟩ and a smaller gradient (our choice). */
function accepts(point: Point, next: Point, h: Vector, lambda: number, dual: (g: Vector) => number): boolean {
  if (next.value === Infinity) return false;
  const demanded = dual(next.gradient) ** 2 / (8 * lambda);
  const decrease = point.value - next.value;
  if (decrease >= demanded) return true;
  return Math.abs(decrease) <= 1e-13 * Math.abs(point.value) && -dot(next.gradient, h) >= 2 * demanded && dual(next.gradient) < dual(point.gradient);
}
