/**
 * Entropic transport as functions of tensors. A solver of the host runs inside the graph; derivatives are those of the optimum: the envelope theorem for the value, the
 * implicit function theorem for potentials and plan (one Newton system), to any order. Memory does not depend on the solver's iterations.
 */
import { cholesky, concat, customDerivative, eye, hostCall, matmul, slice, type Tensor, triangularSolve, type TypedArray } from '@curv/tensor';
import { type Regularization, requireRegularization } from '../entropic/problem.js';
import { sns } from '../entropic/sns.js';
import { requireProblem } from './shapes.js';

/** Options of the differentiable functions. */
export interface EntropicTensorOptions extends Regularization {
  /** ‖P1 − a‖₁ + ‖Pᵀ1 − b‖₁ at which the solver stops; 1e-13 unless given. */
  readonly tolerance?: number;
}

/** An error of the marginals from which on derivatives would mislead. */
const USELESS = 1e-6;

type Solver = (operand: TypedArray) => Float64Array;
/** Solvers by what they are made of: a graph's node is known by its function, so equal problems in a graph are solved once. */
const solvers = new Map<string, Solver>();

function solverOf(n: number, m: number, eta: number, tolerance: number): Solver {
  const key = [n, m, eta, tolerance].join();
  let solver = solvers.get(key);
  if (solver === undefined) solvers.set(key, (solver = (operand) => solve(operand as Float64Array, n, m, eta, tolerance)));
  return solver;
}

/** [C, a, b] → [x, y] with Σ y = 0. */
function solve(operand: Float64Array, n: number, m: number, eta: number, tolerance: number): Float64Array {
  const cost = { rows: n, columns: m, data: operand.slice(0, n * m) };
  const [a, b] = [operand.slice(n * m, n * m + n), operand.slice(n * m + n)];
  const empty = [...a, ...b].findIndex((w) => w === 0);
  if (empty >= 0)
    throw new RangeError(`entropic gradients: every mass must be above 0, got 0 at element ${empty < n ? empty : empty - n} of ${empty < n ? 'a' : 'b'}: leave the point out`);
  const { x, y, marginalError, status } = sns(cost, a, b, { eta, tolerance });
  if (!(marginalError < USELESS)) throw new RangeError(`entropic gradients: the solver stopped (${status}) at a marginal error of ${marginalError}`);
  const mean = y.reduce((total, value) => total + value, 0) / m;
  const out = new Float64Array(n + m);
  for (let i = 0; i < n; i++) out[i] = x[i]! + mean;
  for (let j = 0; j < m; j++) out[n + j] = y[j]! - mean;
  return out;
}

const column = (v: Tensor): Tensor => v.reshape([v.shape[0]!, 1]);
const row = (v: Tensor): Tensor => v.reshape([1, v.shape[0]!]);

/** P_ij = exp(η(x_i + y_j − C_ij) − 1) */
const planAt = (cost: Tensor, z: Tensor, eta: number): Tensor => {
  const n = cost.shape[0]!;
  return column(slice(z, [0], [n])).add(row(slice(z, [n]))).sub(cost).mul(eta).sub(1).exp();
};

/**
 * (p, q) of D₁p + Pq = g, Pᵀp + D₂q = h with Σ q = 0, by Cholesky's factorization of the Schur complement S = D₂ − PᵀD₁⁻¹P, whose null vector 1 is lifted to the mean
 * of D₂. Cost O(n m² + m³).
 */
function newtonSolve(plan: Tensor, g: Tensor, h: Tensor): Tensor {
  const m = plan.shape[1]!;
  const rows = plan.sum([1]);
  const columns = plan.sum([0]);
  const scaled = plan.div(column(rows));
  const schur = diagonal(columns).sub(matmul(scaled, plan, { transposeA: true })).add(columns.sum().div(m * m));
  const factor = cholesky(schur);
  const right = column(h).sub(matmul(scaled, column(g), { transposeA: true }));
  const q = triangularSolve(factor, triangularSolve(factor, right), { transpose: true });
  const p = column(g).sub(matmul(plan, q)).div(column(rows));
  return concat([p, q], 0).reshape([rows.shape[0]! + m]);
}

function diagonal(v: Tensor): Tensor {
  const m = v.shape[0]!;
  return row(v).broadcastTo([m, m]).mul(eye(m, v.dtype));
}

/** [x, y] of a problem as one vector. */
function stackedPotentials(eta: number, tolerance: number): (cost: Tensor, a: Tensor, b: Tensor) => Tensor {
  const potentials = customDerivative(
    (cost: Tensor, a: Tensor, b: Tensor): Tensor => {
      const [n, m] = cost.shape as [number, number];
      return hostCall(solverOf(n, m, eta, tolerance), concat([cost.reshape([n * m]), a, b], 0), { shape: [n + m], dtype: 'float64' });
    },
    {
      // Of P1 = a, Pᵀ1 = b with dP = η P∘(dx + dy − dC): D₁dx + Pdy = da/η + (P∘dC)1, and so for columns.
      jvp: ([cost]: Tensor[], [dc, da, db]: Tensor[], z: Tensor) => {
        const plan = planAt(cost!, z, eta);
        const moved = plan.mul(dc!);
        return newtonSolve(plan, da!.div(eta).add(moved.sum([1])), db!.div(eta).add(moved.sum([0])));
      },
    },
  );
  return potentials;
}

interface Parts {
  readonly cost: Tensor;
  readonly a: Tensor;
  readonly b: Tensor;
  readonly eta: number;
  readonly tolerance: number;
}

function partsOf(where: string, cost: Tensor, a: Tensor | undefined, b: Tensor | undefined, options: EntropicTensorOptions): Parts {
  const eta = requireRegularization(where, options);
  return { ...requireProblem(where, cost, a, b), eta, tolerance: options.tolerance ?? 1e-13 };
}

/**
 * The potentials x [n] and y [m], of which Σ y = 0. Derivatives of any order in the cost and the masses by the implicit function theorem.
 * @param cost [n, m]
 * @param a [n] masses, all above 0; uniform unless given
 * @param b [m] masses of the same sum
 * @throws TypeError, RangeError on wrong shapes, masses or options; RangeError where the solver gets nowhere
 */
export function entropicPotentials(cost: Tensor, a: Tensor | undefined, b: Tensor | undefined, options: EntropicTensorOptions): { x: Tensor; y: Tensor } {
  const parts = partsOf('entropicPotentials', cost, a, b, options);
  const z = stackedPotentials(parts.eta, parts.tolerance)(parts.cost, parts.a, parts.b).cast(cost.dtype);
  const n = cost.shape[0]!;
  return { x: slice(z, [0], [n]), y: slice(z, [n]) };
}

/**
 * The entropic plan [n, m]. Derivatives as those of `entropicPotentials`.
 * @throws as `entropicPotentials`
 */
export function entropicPlan(cost: Tensor, a: Tensor | undefined, b: Tensor | undefined, options: EntropicTensorOptions): Tensor {
  const { cost: c, a: w, b: v, eta, tolerance } = partsOf('entropicPlan', cost, a, b, options);
  return planAt(c, stackedPotentials(eta, tolerance)(c, w, v), eta).cast(cost.dtype);
}

/**
 * min ⟨C, P⟩ + ε Σ P log P, a scalar. Its derivative is dW = ⟨P, dC⟩ + ⟨x, da⟩ + ⟨y, db⟩ (envelope theorem); that of the masses is for changes that keep the total.
 * Higher derivatives go through those of the plan and the potentials.
 * @throws as `entropicPotentials`
 */
export function entropicCost(cost: Tensor, a: Tensor | undefined, b: Tensor | undefined, options: EntropicTensorOptions): Tensor {
  const { cost: c, a: w, b: v, eta, tolerance } = partsOf('entropicCost', cost, a, b, options);
  const potentials = stackedPotentials(eta, tolerance);
  const value = customDerivative(
    (c0: Tensor, w0: Tensor, v0: Tensor): Tensor => {
      const z = potentials(c0, w0, v0);
      return z.mul(concat([w0, v0], 0)).sum().sub(planAt(c0, z, eta).sum().div(eta));
    },
    {
      jvp: ([c0, w0, v0]: Tensor[], [dc, dw, dv]: Tensor[]) => {
        const z = potentials(c0!, w0!, v0!);
        return planAt(c0!, z, eta).mul(dc!).sum().add(z.mul(concat([dw!, dv!], 0)).sum());
      },
    },
  );
  return value(c, w, v).cast(cost.dtype);
}

/**
 * ⟨C, P⟩ of the entropic plan, without the entropy (the "sharp" cost), a scalar. Derivatives go through the plan's.
 * @throws as `entropicPotentials`
 */
export const entropicTransportCost = (cost: Tensor, a: Tensor | undefined, b: Tensor | undefined, options: EntropicTensorOptions): Tensor =>
  entropicPlan(cost, a, b, options).mul(cost).sum();
