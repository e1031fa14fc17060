/** Gromov-Wasserstein and fused Gromov-Wasserstein transport. */
import { type Matrix, matmul, matvec, transpose } from '@curv/linalg';
import { requireBalancedWeights, requireMatrix, type Weights } from '../checks.js';
import { conditionalGradient, type ConditionalGradientOptions, type StationaryPlan } from './conditional-gradient.js';

/** Options of Gromov-Wasserstein transport. */
export interface GromovOptions extends ConditionalGradientOptions {
  /** n and m masses; uniform unless given. */
  readonly a?: ArrayLike<number>;
  readonly b?: ArrayLike<number>;
  /** How two distances are compared: (s − t)², or s log(s/t) − s + t. Default `square`. */
  readonly loss?: 'square' | 'kl';
}

/**
 * Σ L(C_ik, D_jl) P_ij P_kl, made stationary over plans: compares two spaces by the distances within them (Mémoli 2011; Peyré, Cuturi & Solomon 2016), by
 * conditional gradients with exact line search. The problem is not convex: the plan depends on `initial`. O(n² m + n m²) and an exact transport each iteration.
 * @param c n×n distances or similarities of the first space; need not be symmetric
 * @param d m×m of the second
 * @throws TypeError, RangeError on matrices that are not square, masses as in `exactTransport`; for `kl` entries of d that are not positive where those of c are
 */
export function gromovWasserstein(c: Matrix, d: Matrix, options: GromovOptions = {}): StationaryPlan {
  return solve('gromovWasserstein', null, c, d, 1, options);
}

/** Options of the fused problem. */
export interface FusedGromovOptions extends GromovOptions {
  /** Weight of the structures in [0, 1]; the features have 1 − alpha. Default ½. */
  readonly alpha?: number;
}

/**
 * (1 − α)⟨M, P⟩ + α Σ L(C_ik, D_jl) P_ij P_kl, made stationary over plans: spaces whose points have features (Vayer, Chapel, Flamary, Tavenard & Courty 2019,
 * arXiv:1805.09114, algorithm 1). As `gromovWasserstein`.
 * @param features n×m costs between features
 * @throws as `gromovWasserstein`; RangeError on another size of the features, alpha outside [0, 1]
 */
export function fusedGromovWasserstein(features: Matrix, c: Matrix, d: Matrix, options: FusedGromovOptions = {}): StationaryPlan {
  const { alpha = 0.5, ...rest } = options;
  if (!(alpha >= 0 && alpha <= 1)) throw new RangeError(`fusedGromovWasserstein: alpha must be in [0, 1], got ${String(alpha)}`);
  return solve('fusedGromovWasserstein', features, c, d, alpha, rest);
}

function solve(where: string, features: Matrix | null, c: Matrix, d: Matrix, alpha: number, options: GromovOptions): StationaryPlan {
  requireMatrix(where, 'c', c, c?.rows, c?.rows);
  requireMatrix(where, 'd', d, d?.rows, d?.rows);
  const [n, m] = [c.rows, d.rows];
  if (features) requireMatrix(where, 'features', features, n, m);
  if (options.initial) requireMatrix(where, 'initial', options.initial, n, m);
  const weights = requireBalancedWeights(where, options.a, options.b, n, m);
  const { constant, left, right } = decompose(where, c, d, weights, options.loss ?? 'square');
  const mass = weights.a.reduce((total, w) => total + w, 0);
  const [leftT, rightT] = [transpose(left), transpose(right)];
  const problem = {
    // ⟨P, 1⟩ is the mass, so that a constant cost stands for the part that depends on the masses alone.
    linear: Float64Array.from({ length: n * m }, (_, k) => (alpha * constant) / mass + (features ? (1 - alpha) * features.data[k]! : 0)),
    // −α(A P Bᵀ + Aᵀ P B)
    quadratic: (plan: Matrix): Float64Array => {
      const forward = matmul(matmul(left, plan), rightT).data;
      const backward = matmul(matmul(leftT, plan), right).data;
      return forward.map((v, k) => -alpha * (v + backward[k]!));
    },
  };
  return conditionalGradient(where, problem, weights, options);
}

/** L(s, t) = f₁(s) + f₂(t) − h₁(s) h₂(t) (Peyré, Cuturi & Solomon 2016, proposition 1): Σ (f₁ + f₂) P P is constant; A = h₁(C), B = h₂(D). */
function decompose(where: string, c: Matrix, d: Matrix, { a, b }: Weights, loss: 'square' | 'kl'): { constant: number; left: Matrix; right: Matrix } {
  const map = (matrix: Matrix, f: (value: number) => number): Matrix => ({ ...matrix, data: matrix.data.map(f) });
  const quadratic = (matrix: Matrix, w: Float64Array): number => matvec(matrix, w).reduce((total, v, i) => total + v * w[i]!, 0);
  if (loss === 'square') return { constant: quadratic(map(c, (s) => s * s), a) + quadratic(map(d, (t) => t * t), b), left: c, right: map(d, (t) => 2 * t) };
  if (loss !== 'kl') throw new RangeError(`${where}: loss must be square or kl, got ${String(loss)}`);
  for (const [name, { data }] of [['c', c], ['d', d]] as const) {
    const bad = data.findIndex((v) => v < 0);
    if (bad >= 0) throw new RangeError(`${where}: ${name} must not be negative for loss kl, got ${data[bad]!} at element ${bad}`);
  }
  // 0 log 0 = 0; the smallest number keeps s log(s/0) finite, as large as it is.
  const entropy = (s: number): number => (s === 0 ? 0 : s * Math.log(s) - s);
  return { constant: quadratic(map(c, entropy), a) + quadratic(d, b), left: c, right: map(d, (t) => Math.log(t + 1e-15)) };
}
