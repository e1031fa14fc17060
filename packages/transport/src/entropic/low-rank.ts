/** Transport plans of low rank between point clouds. */
import type { Matrix } from '@curv/linalg';
import { random } from '@curv/tensor';
import type { ConvergenceReport, TransportStatus } from '../api.js';
import { requireBalancedWeights, requireCount, requireMatrix, requireNonNegative, requirePositive, sum } from '../checks.js';
import { sns } from './sns.js';

/** Options of `lowRankSinkhorn`. `tolerance` bounds the relative change of the cost over ten iterations; 1e-6 unless given. */
export interface LowRankOptions {
  /** The number of columns of Q and R, at most min(n, m). */
  readonly rank: number;
  /** Step of the mirror descent, divided by the square of the largest gradient entry; 10 unless given. */
  readonly step?: number;
  readonly maxIterations?: number;
  readonly tolerance?: number;
  readonly normalise?: boolean;
  /** Of the starting factors. */
  readonly seed?: number;
  readonly signal?: AbortSignal;
}

/** P = Q diag(1/g) Rᵀ. */
export interface LowRankResult extends Pick<ConvergenceReport, 'status' | 'converged' | 'errors' | 'rowError' | 'columnError' | 'marginalError'> {
  /** n×r, Q1 = a, Qᵀ1 = g */
  readonly Q: Matrix;
  /** m×r, R1 = b, Rᵀ1 = g */
  readonly R: Matrix;
  readonly g: Float64Array;
  /** ⟨C, P⟩ */
  readonly cost: number;
  readonly iterations: number;
}

/** Marginals of the factors hold to this after a projection, or what so many iterations give: the plan that is returned is fitted afterwards. */
const PROJECTION_ERROR = 1e-6;
const PROJECTION_ITERATIONS = 100;
/** g never falls below this share of its mean. */
const LEAST = 1e-5;

/**
 * min ⟨C, Q diag(1/g) Rᵀ⟩ over couplings of rank r for squared Euclidean costs, by mirror descent with Dykstra's projections (Scetbon, Cuturi & Peyré 2021, arXiv:2103.04737,
 * algorithms 2 and 3). Not convex: a local minimum that depends on the seed. Cost O((n + m) r d) an iteration beside the projections' O((n + m) r); no n×m matrix is formed.
 * `errors` are the costs.
 * @param xs n×d, one point a row
 * @param ys m×d
 * @param a n masses above 0; uniform unless given
 * @param b m masses above 0, of the same sum
 * @throws TypeError, RangeError on wrong arguments; the signal's reason
 */
export function lowRankSinkhorn(xs: Matrix, ys: Matrix, a: ArrayLike<number> | undefined, b: ArrayLike<number> | undefined, options: LowRankOptions): LowRankResult {
  const where = 'lowRankSinkhorn';
  requireMatrix(where, 'xs', xs);
  requireMatrix(where, 'ys', ys, undefined, xs.columns);
  const { rank: r, step = 10, maxIterations = 1000, tolerance = 1e-6, seed = 0, signal } = options;
  requireCount(where, 'rank', r);
  if (r > Math.min(xs.rows, ys.rows)) throw new RangeError(`${where}: rank must be at most ${Math.min(xs.rows, ys.rows)}, the smaller number of points, got ${r}`);
  requireCount(where, 'maxIterations', maxIterations);
  requireNonNegative(where, 'tolerance', tolerance);
  requirePositive(where, 'step', step);
  const weights = requireBalancedWeights(where, a, b, xs.rows, ys.rows, options.normalise);
  if (weights.a.includes(0) || weights.b.includes(0)) throw new RangeError(`${where}: every mass must be above 0: leave points of no mass out`);
  const stream = random(seed);
  const start = (n: number, label: string): Float64Array => {
    const draw = stream.fork(label);
    return Float64Array.from({ length: n * r }, () => 0.1 + draw.uniform());
  };
  const mass = sum(weights.a);
  let factors = project({ q: start(xs.rows, 'q'), r: start(ys.rows, 'r'), g: new Float64Array(r).fill(mass / r) }, weights.a, weights.b, mass);
  const costs: number[] = [];
  let status: TransportStatus = 'max-iterations';
  for (let k = 0; k < maxIterations && status !== 'converged'; k++) {
    signal?.throwIfAborted();
    const { cost, moved } = descend(xs, ys, factors, step);
    costs.push(cost);
    if (k >= 10 && Math.abs(costs[k - 10]! - cost) <= tolerance * Math.abs(cost)) status = 'converged';
    else factors = project(moved, weights.a, weights.b, mass);
  }
  factors = fitted(factors, weights.a, weights.b, mass);
  const rowError = marginalError(factors.q, weights.a, r);
  const columnError = marginalError(factors.r, weights.b, r);
  return {
    Q: { rows: xs.rows, columns: r, data: factors.q }, R: { rows: ys.rows, columns: r, data: factors.r }, g: factors.g, cost: descend(xs, ys, factors, step).cost,
    iterations: costs.length, errors: Float64Array.from(costs), status, converged: status === 'converged', rowError, columnError, marginalError: rowError + columnError,
  };
}

/** Dykstra's projections converge slowly: at the end Q and R are scaled to the g that was found. */
function fitted({ q, r, g }: Factors, a: Float64Array, b: Float64Array, mass: number): Factors {
  const total = sum(g);
  const shares = g.map((value) => (value * mass) / total);
  return { q: scaledTo(q, a, shares), r: scaledTo(r, b, shares), g: shares };
}

/** The scaling diag(α) Q diag(β) of given marginals: entropic transport at the cost −log Q. */
function scaledTo(q: Float64Array, a: Float64Array, g: Float64Array): Float64Array {
  const cost = { rows: a.length, columns: g.length, data: q.map((value) => -Math.log(Math.max(value, 1e-300))) };
  return sns(cost, a, g, { eta: 1 }).plan.data;
}

interface Factors {
  readonly q: Float64Array;
  readonly r: Float64Array;
  readonly g: Float64Array;
}

const marginalError = (q: Float64Array, a: Float64Array, r: number): number => a.reduce((total, w, i) => total + Math.abs(sum(q.subarray(i * r, (i + 1) * r)) - w), 0);

/** C W diag(1/g) for C_ij = |x_i|² + |y_j|² − 2 x_i·y_j, in O((n + m) r d). */
function costTimes(xs: Matrix, ys: Matrix, w: Float64Array, g: Float64Array): Float64Array {
  const d = xs.columns;
  const r = g.length;
  const [masses, squares, means] = [new Float64Array(r), new Float64Array(r), new Float64Array(d * r)];
  for (let j = 0; j < ys.rows; j++) {
    let square = 0;
    for (let c = 0; c < d; c++) square += ys.data[j * d + c]! ** 2;
    for (let k = 0; k < r; k++) {
      const value = w[j * r + k]! / g[k]!;
      masses[k]! += value;
      squares[k]! += value * square;
      for (let c = 0; c < d; c++) means[c * r + k]! += value * ys.data[j * d + c]!;
    }
  }
  const out = new Float64Array(xs.rows * r);
  for (let i = 0; i < xs.rows; i++) {
    let square = 0;
    for (let c = 0; c < d; c++) square += xs.data[i * d + c]! ** 2;
    for (let k = 0; k < r; k++) {
      let value = square * masses[k]! + squares[k]!;
      for (let c = 0; c < d; c++) value -= 2 * xs.data[i * d + c]! * means[c * r + k]!;
      out[i * r + k] = value;
    }
  }
  return out;
}

/** The cost, and the factors after a step in the geometry of entropy: Q∘exp(−γ C R/g), R∘exp(−γ CᵀQ/g), g∘exp(γ ω/g²) with ω = diag(QᵀCR). */
function descend(xs: Matrix, ys: Matrix, { q, r, g }: Factors, step: number): { cost: number; moved: Factors } {
  const [forQ, forR] = [costTimes(xs, ys, r, g), costTimes(ys, xs, q, g)];
  const slope = new Float64Array(g.length);
  q.forEach((value, at) => (slope[at % g.length]! -= (value * forQ[at]!) / g[at % g.length]!));
  const cost = -slope.reduce((total, value, k) => total + value * g[k]!, 0);
  const largest = [forQ, forR, slope].reduce((most, gradient) => gradient.reduce((high, value) => Math.max(high, Math.abs(value)), most), 0);
  const gamma = largest > 0 ? step / largest ** 2 : 0;
  const moved = (factor: Float64Array, gradient: Float64Array): Float64Array => factor.map((value, at) => value * Math.exp(-gamma * gradient[at]!));
  return { cost, moved: { q: moved(q, forQ), r: moved(r, forR), g: moved(g, slope) } };
}

/** The nearest factors, in the divergence of Kullback and Leibler, with Q1 = a, R1 = b, Qᵀ1 = Rᵀ1 = g ≥ least: algorithm 2. */
function project({ q: k1, r: k2, g: g0 }: Factors, a: Float64Array, b: Float64Array, mass: number): Factors {
  const r = g0.length;
  const least = (LEAST * mass) / r;
  const ones = (): Float64Array => new Float64Array(r).fill(1);
  const sides = [{ kernel: k1, mass: a, u: new Float64Array(a.length), v: ones(), correction: ones() }, { kernel: k2, mass: b, u: new Float64Array(b.length), v: ones(), correction: ones() }];
  const [low, common] = [ones(), ones()];
  const g = g0.slice();
  for (let iteration = 0; iteration < PROJECTION_ITERATIONS; iteration++) {
    let error = 0;
    const sums = sides.map(({ kernel, mass: w, u, v }) => {
      const columns = new Float64Array(r);
      for (let i = 0; i < w.length; i++) {
        let total = 0;
        for (let k = 0; k < r; k++) total += kernel[i * r + k]! * v[k]!;
        error += Math.abs(u[i]! * total - w[i]!);
        u[i] = w[i]! / total;
        for (let k = 0; k < r; k++) columns[k]! += u[i]! * kernel[i * r + k]!;
      }
      return columns;
    });
    if (iteration > 0 && error <= PROJECTION_ERROR * mass) break;
    for (let k = 0; k < r; k++) {
      const raised = g[k]! * low[k]!;
      const bounded = Math.max(least, raised);
      low[k] = raised / bounded;
      const product = sides.reduce((total, { v, correction }, s) => total * v[k]! * correction[k]! * sums[s]![k]!, bounded * common[k]!);
      const next = Math.cbrt(product);
      common[k] = (bounded * common[k]!) / next;
      sides.forEach((side, s) => {
        const v = next / sums[s]![k]!;
        side.correction[k] = (side.v[k]! * side.correction[k]!) / v;
        side.v[k] = v;
      });
      g[k] = next;
    }
  }
  const [q, w] = sides.map(({ kernel, u, v }) => kernel.map((value, at) => value * u[Math.floor(at / r)]! * v[at % r]!)) as [Float64Array, Float64Array];
  return { q, r: w, g };
}
