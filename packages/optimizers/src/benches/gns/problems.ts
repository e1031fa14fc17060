/** The problems of the bench, in closed form: value, gradient, and the matrices that stand for the Hessian. */
import { breastCancer } from '@curv-internal/datasets';
import { matmul, type Matrix, matrix, matvec, transpose } from '@curv/linalg';
import type { Random } from '@curv/tensor';
import type { Vector } from '../../minimize/api.js';

/** A function with several curvature matrices. */
export interface GnsProblem {
  readonly dimension: number;
  value(x: Vector): number;
  gradient(x: Vector): Vector;
  exact(x: Vector): Matrix;
}

/** Residuals u: Rⁿ → Rᵐ with first and second derivatives. */
export interface Residuals {
  readonly dimension: number;
  u(x: Vector): Vector;
  jacobian(x: Vector): Matrix;
  /** Σ wᵢ ∇²uᵢ, added to a matrix. */
  addCurvature(x: Vector, w: Vector, out: Matrix): void;
}

const norm2 = (v: Vector): number => v.reduce((s, x) => s + x * x, 0);
const at = ({ columns, data }: Matrix, i: number, j: number): number => data[i * columns + j]!;

/** Aᵀ v. */
function transposedProduct({ rows, columns, data }: Matrix, v: Vector): Vector {
  const out = new Float64Array(columns);
  let i = 0;
  // Four rows at a time, so that the sums are read and written once for all of them.
  for (; i + 3 < rows; i += 4) {
    const [p0, p1, p2, p3] = [i * columns, (i + 1) * columns, (i + 2) * columns, (i + 3) * columns];
    const [v0, v1, v2, v3] = [v[i]!, v[i + 1]!, v[i + 2]!, v[i + 3]!];
    for (let j = 0; j < columns; j++) out[j]! += data[p0 + j]! * v0 + data[p1 + j]! * v1 + (data[p2 + j]! * v2 + data[p3 + j]! * v3);
  }
  for (; i < rows; i++) for (let j = 0; j < columns; j++) out[j]! += data[i * columns + j]! * v[i]!;
  return out;
}

/** f = ‖u‖ᵖ / p; H of Gauss-Newton = ‖u‖^{p−2} JᵀJ + (p − 2) ‖u‖^{p−4} (Jᵀu)(Jᵀu)ᵀ. */
export function residualPower({ dimension: n, u, jacobian, addCurvature }: Residuals, p: number): GnsProblem & { gaussNewton(x: Vector): Matrix } {
  interface Parts { readonly x: Vector; readonly r: Vector; readonly size: number; readonly j: Matrix; readonly jtu: Vector }
  let last: Parts | null = null;
  /** Value, gradient and curvature at a point share these. */
  const parts = (x: Vector): Parts => {
    if (last?.x === x) return last;
    const r = u(x);
    const j = jacobian(x);
    return (last = { x, r, size: Math.sqrt(norm2(r)), j, jtu: transposedProduct(j, r) });
  };
  const gaussNewton = (x: Vector): Matrix => {
    const { size, j, jtu } = parts(x);
    const h = matmul(transpose(j), j);
    const [first, second] = size === 0 ? [p === 2 ? 1 : 0, 0] : [size ** (p - 2), (p - 2) * size ** (p - 4)];
    for (let a = 0; a < n; a++) for (let b = 0; b < n; b++) h.data[a * n + b] = first * at(h, a, b) + second * jtu[a]! * jtu[b]!;
    return h;
  };
  return {
    dimension: n,
    value: (x) => parts(x).size ** p / p,
    gradient(x) {
      const { size, jtu } = parts(x);
      const scale = size === 0 ? (p === 2 ? 1 : 0) : size ** (p - 2);
      return jtu.map((g) => scale * g);
    },
    gaussNewton,
    exact(x) {
      const { r, size } = parts(x);
      const h = gaussNewton(x);
      if (size > 0) addCurvature(x, r.map((ri) => size ** (p - 2) * ri), h);
      return h;
    },
  };
}

/** u = (1 − x₁, 10 (x₂ − x₁²)). */
export const rosenbrockResiduals: Residuals = {
  dimension: 2,
  u: (x) => Float64Array.of(1 - x[0]!, 10 * (x[1]! - x[0]! ** 2)),
  jacobian: (x) => matrix(2, 2, [-1, 0, -20 * x[0]!, 10]),
  addCurvature: (_, w, out) => void (out.data[0]! += -20 * w[1]!),
};

/** (1 − x₁)² + 100 (x₂ − x₁²)²: twice the case p = 2 of those residuals. */
export function rosenbrock(): GnsProblem {
  const half = residualPower(rosenbrockResiduals, 2);
  return {
    dimension: 2,
    value: (x) => 2 * half.value(x),
    gradient: (x) => half.gradient(x).map((g) => 2 * g),
    exact(x) {
      const h = half.exact(x);
      return { ...h, data: h.data.map((v) => 2 * v) };
    },
  };
}

/** u₁ = ½ (1 − x₁), u_i = x_i − 2 x_{i−1}² + 1. */
export const chebyshevChain = (n: number): Residuals => ({
  dimension: n,
  u: (x) => Float64Array.from(x, (xi, i) => (i === 0 ? 0.5 * (1 - xi) : xi - 2 * x[i - 1]! ** 2 + 1)),
  jacobian(x) {
    const j = matrix(n, n);
    j.data[0] = -0.5;
    for (let i = 1; i < n; i++) {
      j.data[i * n + i] = 1;
      j.data[i * n + i - 1] = -4 * x[i - 1]!;
    }
    return j;
  },
  addCurvature(_, w, out) {
    for (let i = 1; i < n; i++) out.data[(i - 1) * n + i - 1]! += -4 * w[i]!;
  },
});

/** u = A x − b. */
export const linearResiduals = (a: Matrix, b: Vector): Residuals => ({ dimension: a.columns, u: (x) => matvec(a, x).map((v, i) => v - b[i]!), jacobian: () => a, addCurvature: () => {} });

/** f = μ log Σ exp((⟨aᵢ, x⟩ − bᵢ) / μ), shifted so that its minimum is at 0. */
export interface LogSumExp extends GnsProblem {
  /** (1/μ) Aᵀ diag(π) A. */
  gaussNewton(x: Vector): Matrix;
  /** Aᵀ A + 1e-10 I. */
  readonly metric: Matrix;
  readonly minimum: number;
}

export function logSumExp(stream: Random, n: number, m: number, mu: number): LogSumExp {
  const raw = matrix(m, n, Float64Array.from({ length: m * n }, () => 2 * stream.uniform() - 1));
  const b = Float64Array.from({ length: m }, () => 2 * stream.uniform() - 1);
  const weights = (a: Matrix, x: Vector): { pi: Vector; value: number } => {
    const z = matvec(a, x).map((v, i) => (v - b[i]!) / mu);
    const top = z.reduce((t, v) => Math.max(t, v), -Infinity);
    const e = z.map((v) => Math.exp(v - top));
    const sum = e.reduce((s, v) => s + v, 0);
    return { pi: e.map((v) => v / sum), value: mu * (top + Math.log(sum)) };
  };
  // Rows minus their mean under π(0): the gradient at 0 vanishes.
  const center = matvec(transpose(raw), weights(raw, new Float64Array(n)).pi);
  const a = matrix(m, n, raw.data.map((v, k) => v - center[k % n]!));
  const at2 = transpose(a);
  const weighted = (pi: Vector): Matrix => matmul(at2, { ...a, data: a.data.map((v, k) => (v * pi[Math.floor(k / n)]!) / mu) });
  const metric = matmul(at2, a);
  for (let i = 0; i < n; i++) metric.data[i * n + i]! += 1e-10;
  const gradient = (x: Vector): Vector => matvec(at2, weights(a, x).pi);
  return {
    dimension: n,
    value: (x) => weights(a, x).value,
    gradient,
    gaussNewton: (x) => weighted(weights(a, x).pi),
    exact(x) {
      const h = weighted(weights(a, x).pi);
      const g = gradient(x);
      for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) h.data[i * n + j]! -= (g[i]! * g[j]!) / mu;
      return h;
    },
    metric,
    minimum: weights(a, new Float64Array(n)).value,
  };
}

/** Mean logistic loss on standardized breast-cancer data with a constant column, unregularized. */
export async function logistic(): Promise<GnsProblem & { fisher(x: Vector): Matrix }> {
  const { inputs, targets, rows, columns } = await breastCancer();
  const n = columns + 1;
  const x = matrix(rows, n);
  for (let j = 0; j < columns; j++) {
    let [mean, square] = [0, 0];
    for (let i = 0; i < rows; i++) mean += inputs[i * columns + j]! / rows;
    for (let i = 0; i < rows; i++) square += (inputs[i * columns + j]! - mean) ** 2 / rows;
    for (let i = 0; i < rows; i++) x.data[i * n + j] = (inputs[i * columns + j]! - mean) / Math.sqrt(square);
  }
  for (let i = 0; i < rows; i++) x.data[i * n + columns] = 1;
  const xt = transpose(x);
  const probabilities = (w: Vector): Vector => matvec(x, w).map((z) => 1 / (1 + Math.exp(-z)));
  const gram = (weights: Vector): Matrix => matmul(xt, { ...x, data: x.data.map((v, k) => (v * weights[Math.floor(k / n)]!) / rows) });
  return {
    dimension: n,
    value: (w) => matvec(x, w).reduce((s, z, i) => s + Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - targets[i]! * z, 0) / rows,
    gradient: (w) => matvec(xt, probabilities(w).map((p, i) => (p - targets[i]!) / rows)),
    exact: (w) => gram(probabilities(w).map((p) => p * (1 - p))),
    fisher: (w) => gram(probabilities(w).map((p, i) => (p - targets[i]!) ** 2)),
  };
}
