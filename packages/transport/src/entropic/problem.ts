/** An entropic problem as its solvers see it: checked, without rows and columns of no mass; and the way back. */
import type { Matrix } from '@curv/linalg';
import type { Potentials, TransportCounts, TransportOptions, TransportResult, TransportStatus } from '../api.js';
import { requireBalancedWeights, requireCount, requireMatrix, requireNonNegative, requirePositive } from '../checks.js';
import type { ScaledKernel } from './scaled-kernel.js';

/** How strong the regularization is: one of the two. */
export interface Regularization {
  /** Strength ε of the entropy, in units of the cost: min ⟨C, P⟩ + ε Σ P log P. */
  readonly epsilon?: number;
  /** Inverse temperature η = 1/ε. */
  readonly eta?: number;
}

/** Options of the entropic solvers. `tolerance` bounds ‖P1 − a‖₁ + ‖Pᵀ1 − b‖₁. */
export interface EntropicOptions extends TransportOptions, Regularization {}

/** A problem over the rows and columns that hold mass. */
export interface EntropicProblem {
  readonly cost: Matrix;
  readonly a: Float64Array;
  readonly b: Float64Array;
  readonly eta: number;
  readonly initial: Potentials | undefined;
  /** Indices of the rows and columns in the given problem. */
  readonly rows: Int32Array;
  readonly columns: Int32Array;
  /** The given problem's sizes. */
  readonly n: number;
  readonly m: number;
}

/** @throws TypeError unless exactly one is given; RangeError unless it is a finite number above 0. @returns η */
export function requireRegularization(where: string, { epsilon, eta }: Regularization): number {
  if ((epsilon === undefined) === (eta === undefined))
    throw new TypeError(`${where}: give epsilon or eta = 1/epsilon, ${epsilon === undefined ? 'got neither' : `not both (got ${epsilon} and ${eta})`}`);
  if (eta !== undefined) requirePositive(where, 'eta', eta);
  else requirePositive(where, 'epsilon', epsilon!);
  return eta ?? 1 / epsilon!;
}

/** @throws TypeError, RangeError on what is wrong with the arguments */
export function entropicProblem(where: string, cost: Matrix, a: ArrayLike<number> | undefined, b: ArrayLike<number> | undefined, options: EntropicOptions): EntropicProblem {
  requireMatrix(where, 'cost', cost);
  const eta = requireRegularization(where, options);
  if (options.maxIterations !== undefined) requireCount(where, 'maxIterations', options.maxIterations, 0);
  if (options.tolerance !== undefined) requireNonNegative(where, 'tolerance', options.tolerance);
  const { rows: n, columns: m } = cost;
  const weights = requireBalancedWeights(where, a, b, n, m, options.normalise);
  const rows = support(weights.a);
  const columns = support(weights.b);
  const whole = rows.length === n && columns.length === m;
  const initial = options.initial === undefined ? undefined : initialOn(where, options.initial, n, m, rows, columns);
  return {
    cost: whole ? cost : submatrix(cost, rows, columns),
    a: take(weights.a, rows), b: take(weights.b, columns), eta, initial, rows, columns, n, m,
  };
}

const support = (weights: Float64Array): Int32Array => Int32Array.from([...weights.keys()].filter((i) => weights[i]! > 0));
const take = (values: Float64Array, at: Int32Array): Float64Array => Float64Array.from(at, (i) => values[i]!);

function submatrix({ columns: m, data }: Matrix, rows: Int32Array, columns: Int32Array): Matrix {
  const out = new Float64Array(rows.length * columns.length);
  rows.forEach((i, p) => columns.forEach((j, q) => (out[p * columns.length + q] = data[i * m + j]!)));
  return { rows: rows.length, columns: columns.length, data: out };
}

function initialOn(where: string, { x, y }: Potentials, n: number, m: number, rows: Int32Array, columns: Int32Array): Potentials {
  if (x?.length !== n || y?.length !== m) throw new RangeError(`${where}: initial must hold x of ${n} and y of ${m} elements, got ${x?.length} and ${y?.length}`);
  const taken = { x: take(x, rows), y: take(y, columns) };
  if (![...taken.x, ...taken.y].every(Number.isFinite)) throw new RangeError(`${where}: initial must be finite wherever there is mass`);
  return taken;
}

/** Potentials in units of the cost from logarithmic ones, u = ηx − ½, over the whole problem; the constant so that ⟨a, x⟩ = ⟨b, y⟩. */
function potentialsOf(problem: EntropicProblem, u: Float64Array, v: Float64Array): Potentials {
  const { a, b, eta } = problem;
  const inner = (w: Float64Array, p: Float64Array): number => p.reduce((total, value, i) => total + w[i]! * value, 0);
  const mass = a.reduce((total, value) => total + value, 0);
  const shift = (inner(b, v) - inner(a, u)) / (2 * mass);
  const x = new Float64Array(problem.n).fill(-Infinity);
  const y = new Float64Array(problem.m).fill(-Infinity);
  problem.rows.forEach((i, p) => (x[i] = (u[p]! + shift + 0.5) / eta));
  problem.columns.forEach((j, q) => (y[j] = (v[q]! - shift + 0.5) / eta));
  return { x, y };
}

/** The result at the kernel's scalings. Exponentials are evaluated once more, and the errors are those of the plan that is returned. */
export function resultOf(problem: EntropicProblem, scaled: ScaledKernel, status: TransportStatus, errors: readonly number[], counts: Omit<TransportCounts, 'kernelPasses'>): TransportResult<Matrix> {
  const { n, m, rows, columns, eta, cost } = problem;
  scaled.absorb();
  scaled.sums();
  const [rowError, columnError] = [scaled.rowError(), scaled.columnError()];
  const [u, v] = [scaled.u, scaled.v];
  const plan = new Float64Array(n * m);
  let [total, mass] = [0, 0];
  for (let p = 0; p < rows.length; p++) {
    const [from, to] = [p * scaled.stride, rows[p]! * m];
    for (let q = 0; q < columns.length; q++) {
      const value = scaled.kernel[from + q]!;
      plan[to + columns[q]!] = value;
      total += value * cost.data[p * cost.columns + q]!;
      mass += value;
    }
  }
  let dual = -mass;
  for (let p = 0; p < rows.length; p++) dual += problem.a[p]! * (u[p]! + 0.5);
  for (let q = 0; q < columns.length; q++) dual += problem.b[q]! * (v[q]! + 0.5);
  return {
    plan: { rows: n, columns: m, data: plan }, ...potentialsOf(problem, u, v), cost: total, dual: dual / eta,
    status, converged: status === 'converged', counts: { ...counts, kernelPasses: scaled.kernelPasses },
    errors: Float64Array.from(errors), rowError, columnError, marginalError: rowError + columnError,
  };
}
