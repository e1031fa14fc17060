/** Entropic transport that may create and destroy mass. */
import type { Matrix } from '@curv/linalg';
import type { TransportResult, TransportStatus } from '../api.js';
import { requireCount, requireMatrix, requireNonNegative, requirePositive, requireWeights } from '../checks.js';
import { planCost } from '../plan.js';
import { type EntropicOptions, requireRegularization } from './problem.js';
import { ScaledKernel } from './scaled-kernel.js';

/** Options of `unbalancedSinkhorn`. `tolerance` bounds the largest change of a potential in a sweep, in units of ε; 1e-9 unless given. */
export interface UnbalancedOptions extends Omit<EntropicOptions, 'normalise'> {
  /** Strengths λ of the divergences from a and from b, in units of the cost; Infinity holds a marginal fast. */
  readonly marginal: number | readonly [number, number];
}

/**
 * min ⟨C, P⟩ + ε KL(P | a ⊗ b) + λ₁ KL(P1 | a) + λ₂ KL(Pᵀ1 | b), by scalings with exponents λ/(λ + ε) (Chizat et al. 2018, arXiv:1607.05816), the mass that all potentials
 * share set to its optimum after each sweep (Séjourné et al. 2022, arXiv:2201.00730). The errors of the result are ‖P1 − a‖₁ and ‖Pᵀ1 − b‖₁, which need not be
 * small; `errors` are the changes. P = a_i b_j exp((x_i + y_j − C_ij)/ε), `dual` is the dual's value, equal to the primal's at the optimum.
 * @param cost n×m
 * @param a n masses above 0; 1/n each unless given
 * @param b m masses above 0, of any sum
 * @throws TypeError, RangeError on wrong arguments; the signal's reason
 */
export function unbalancedSinkhorn(cost: Matrix, a: ArrayLike<number> | undefined, b: ArrayLike<number> | undefined, options: UnbalancedOptions): TransportResult<Matrix> {
  const where = 'unbalancedSinkhorn';
  requireMatrix(where, 'cost', cost);
  const eta = requireRegularization(where, options);
  const { maxIterations = 10_000, tolerance = 1e-9, signal, onProgress } = options;
  requireCount(where, 'maxIterations', maxIterations);
  requireNonNegative(where, 'tolerance', tolerance);
  const strengths = typeof options.marginal === 'number' ? [options.marginal, options.marginal] : options.marginal;
  for (const lambda of strengths) if (lambda !== Infinity) requirePositive(where, 'marginal', lambda);
  const [w, v] = [requireWeights(where, 'a', a, cost.rows), requireWeights(where, 'b', b, cost.columns)];
  if (w.includes(0) || v.includes(0)) throw new RangeError(`${where}: every mass must be above 0: leave points of no mass out`);
  const state = new Unbalanced(cost, w, v, eta, strengths as [number, number]);
  state.start(options.initial?.y);
  const errors: number[] = [];
  let status: TransportStatus = 'max-iterations';
  while (errors.length < maxIterations) {
    signal?.throwIfAborted();
    const error = state.sweep();
    errors.push(error);
    onProgress?.({ iteration: errors.length, maxIterations, error });
    if (error <= tolerance || !Number.isFinite(error)) {
      status = error <= tolerance ? 'converged' : 'underflow';
      break;
    }
  }
  return state.result(cost, status, errors);
}

/** λ/(λ + ε) */
const powerOf = (lambda: number, eta: number): number => (lambda === Infinity ? 1 : (lambda * eta) / (lambda * eta + 1));

class Unbalanced {
  private readonly scaled: ScaledKernel;
  private readonly powers: readonly [number, number];
  private readonly logs: readonly [Float64Array, Float64Array];

  constructor(cost: Matrix, private readonly a: Float64Array, private readonly b: Float64Array, private readonly eta: number, private readonly strengths: readonly [number, number]) {
    this.scaled = new ScaledKernel(cost, a, b, eta);
    this.powers = [powerOf(strengths[0], eta), powerOf(strengths[1], eta)];
    this.logs = [a.map(Math.log), b.map(Math.log)];
  }

  /** Potentials of a balanced sweep: no sum vanishes at them. */
  start(y: Float64Array | undefined): void {
    const { scaled } = this;
    scaled.logarithmicSweep(y === undefined ? new Float64Array(scaled.m) : y.map((value, j) => this.eta * value + this.logs[1][j]!));
    scaled.absorb();
  }

  /** x/ε: logarithmic potentials hold log a. */
  private dualsOf(): [Float64Array, Float64Array] {
    const [u, v] = this.scaled.potentials();
    return [u.map((value, i) => value - this.logs[0][i]!), v.map((value, j) => value - this.logs[1][j]!)];
  }

  /** f ← (λ/(λ+ε)) (f − log(P1/a)), so for g; then the shift between what both marginals ask for. @returns the largest change */
  sweep(): number {
    const { scaled } = this;
    const [f0, g0] = this.dualsOf();
    scaled.rowSums();
    this.relax(scaled.alpha, scaled.dots, this.a, f0, this.powers[0]);
    scaled.columnSums();
    this.relax(scaled.beta, scaled.columns, this.b, g0, this.powers[1]);
    this.shift();
    const [f, g] = this.dualsOf();
    let change = 0;
    // where neither marginal gives, the potentials may drift by a constant
    for (let i = 0; i < f.length; i++) change = Math.max(change, Math.abs(f[i]! - f0[i]!));
    for (let j = 0; j < g.length; j++) change = Math.max(change, Math.abs(g[j]! - g0[j]!));
    scaled.absorbIfFar();
    return change;
  }

  private relax(s: Float64Array, d: Float64Array, mass: Float64Array, dual: Float64Array, power: number): void {
    for (let i = 0; i < s.length; i++) {
      const marginal = s[i]! * d[i]!;
      s[i]! *= Math.exp(power * (dual[i]! - Math.log(marginal / mass[i]!)) - dual[i]!);
    }
  }

  /** (f + t, g − t) at the t that maximizes −λ₁⟨a, e^{−(f+t)/λ₁}⟩ − λ₂⟨b, e^{−(g−t)/λ₂}⟩; in units of ε. */
  private shift(): void {
    const [l1, l2] = [this.strengths[0] * this.eta, this.strengths[1] * this.eta];
    if (l1 === Infinity || l2 === Infinity) return;
    const [f, g] = this.dualsOf();
    const t = ((l1 * l2) / (l1 + l2)) * (logMean(this.a, f, l1) - logMean(this.b, g, l2));
    const factor = Math.exp(t);
    for (let i = 0; i < f.length; i++) this.scaled.alpha[i]! *= factor;
    for (let j = 0; j < g.length; j++) this.scaled.beta[j]! /= factor;
  }

  result(cost: Matrix, status: TransportStatus, errors: readonly number[]): TransportResult<Matrix> {
    const { scaled, eta, a, b, strengths } = this;
    scaled.absorb();
    scaled.sums();
    const [f, g] = this.dualsOf();
    const plan = new Float64Array(scaled.n * scaled.m);
    for (let i = 0; i < scaled.n; i++) plan.set(scaled.kernel.subarray(i * scaled.stride, i * scaled.stride + scaled.m), i * scaled.m);
    const dense = { rows: scaled.n, columns: scaled.m, data: plan };
    const mass = plan.reduce((total, value) => total + value, 0);
    const product = a.reduce((s, w) => s + w, 0) * b.reduce((s, w) => s + w, 0);
    const dual = (conjugate(a, f, strengths[0] * eta) + conjugate(b, g, strengths[1] * eta) - mass + product) / eta;
    const [rowError, columnError] = [scaled.rowError(), scaled.columnError()];
    return {
      plan: dense, x: f.map((value) => value / eta), y: g.map((value) => value / eta), cost: planCost(cost, dense), dual, status, converged: status === 'converged',
      counts: { iterations: errors.length, sweeps: errors.length, kernelPasses: scaled.kernelPasses }, errors: Float64Array.from(errors),
      rowError, columnError, marginalError: rowError + columnError,
    };
  }
}

/** log ⟨w, e^{−f/l}⟩ */
function logMean(w: Float64Array, f: Float64Array, l: number): number {
  const least = f.reduce((low, value) => Math.min(low, value), Infinity);
  return Math.log(w.reduce((total, mass, i) => total + mass * Math.exp((least - f[i]!) / l), 0)) - least / l;
}

/** λ⟨w, 1 − e^{−f/λ}⟩, or ⟨w, f⟩ at λ = ∞. */
const conjugate = (w: Float64Array, f: Float64Array, l: number): number =>
  w.reduce((total, mass, i) => total + mass * (l === Infinity ? f[i]! : -l * Math.expm1(-f[i]! / l)), 0);
