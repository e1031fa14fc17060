/** Damped least squares by products alone. */
import { conjugateGradient, type LinearOperator, lsmr } from '@curv/linalg';
import { checkCount, checkNumber } from '../../checks.js';
import type { Oracle, Vector } from '../api.js';
import type { InnerSolver } from './api.js';

/** Options of `lsmrSolver` and `cgSolver`. */
export interface IterativeOptions {
  /** How exactly each system is solved: ‖Jᵀ(J p + r) + λ D² p‖ relative to ‖Jᵀr‖ (`cgSolver`), or LSMR's own test. Default 1e-6. */
  readonly tolerance?: number;
  /** Iterations of one solve, each with a product of J and one of Jᵀ; default 10 d, at least 100. */
  readonly maxIterations?: number;
}

function settingsOf({ tolerance = 1e-6, maxIterations }: IterativeOptions): { tolerance: number; most: (dimension: number) => number } {
  checkNumber('tolerance', tolerance, 'a number in (0, 1)', (t) => t > 0 && t < 1);
  if (maxIterations !== undefined) checkCount('maxIterations', maxIterations);
  return { tolerance, most: (dimension) => maxIterations ?? Math.max(100, 10 * dimension) };
}

const over = (v: Vector, scale: Vector): Vector => v.map((vi, i) => vi / scale[i]!);
const negative = (v: Vector): Vector => v.map((vi) => -vi);

/** LSMR on [J D⁻¹; √λ] q = −u, p = D⁻¹ q (Fong & Saunders 2011, arXiv:1006.0758): for many parameters, and for J of low rank. Memory 6 vectors. */
export function lsmrSolver(options: IterativeOptions = {}): InnerSolver {
  const { tolerance, most } = settingsOf(options);
  return {
    name: 'lsmr',
    needs: ['residual', 'jvp', 'vjp'],
    direct: false,
    linearize: async (x, residual, oracle) => ({
      gradient: await oracle.vjp(x, residual),
      image: (v) => oracle.jvp(x, v),
      damped: (lambda, scale) => ({
        async solve(u) {
          const operator: LinearOperator = {
            shape: [u.length, oracle.dimension],
            dtype: 'float64',
            apply: (v) => oracle.jvp(x, over(v, scale)),
            applyTranspose: async (w) => over(await oracle.vjp(x, w), scale),
          };
          const { x: q } = await lsmr(operator, negative(u), { damping: Math.sqrt(lambda), tolerance, maxIterations: most(oracle.dimension), conditionLimit: 1e16, ...signalOf(oracle) });
          return over(q, scale);
        },
      }),
    }),
  };
}

/** Conjugate gradients on (D⁻¹JᵀJD⁻¹ + λ) q = −D⁻¹Jᵀu, p = D⁻¹ q. Memory 6 vectors. */
export function cgSolver(options: IterativeOptions = {}): InnerSolver {
  const { tolerance, most } = settingsOf(options);
  return {
    name: 'cg',
    needs: ['residual', 'jvp', 'vjp'],
    direct: false,
    async linearize(x, residual, oracle) {
      const gradient = await oracle.vjp(x, residual);
      return {
        gradient,
        image: (v) => oracle.jvp(x, v),
        damped: (lambda, scale) => ({
          async solve(u) {
            const operator: LinearOperator = {
              shape: [oracle.dimension, oracle.dimension],
              dtype: 'float64',
              structure: { symmetric: true, positiveSemidefinite: true },
              apply: async (v) => over(await oracle.vjp(x, await oracle.jvp(x, over(v, scale))), scale).map((a, i) => a + lambda * v[i]!),
            };
            const rhs = negative(over(u === residual ? gradient : await oracle.vjp(x, u), scale));
            const { x: q } = await conjugateGradient(operator, rhs, { tolerance, maxIterations: most(oracle.dimension), ...signalOf(oracle) });
            return over(q, scale);
          },
        }),
      };
    },
  };
}

const signalOf = ({ signal }: Oracle): { signal?: AbortSignal } => (signal ? { signal } : {});
