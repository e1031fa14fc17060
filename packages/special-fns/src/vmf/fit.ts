import { requireChoice } from '../checks.js';
import { VMF_METHODS, type VmfMethod, vmfConcentration } from './concentration.js';
import { vmfLogNormalizer } from './log-normalizer.js';
import { meanDirection, requireUnitRows } from './samples.js';

export interface VmfFit {
  /** Mean direction, a unit vector. */
  readonly mu: Float64Array;
  /** Concentration κ ≥ 0. */
  readonly kappa: number;
  /** Σ log density over the samples. */
  readonly logLikelihood: number;
  /** Length R̄ of the samples' mean. */
  readonly meanLength: number;
  readonly iterations: number;
  readonly converged: boolean;
}

/**
 * Fits a von Mises-Fisher distribution to unit vectors, n×p by rows: μ is the direction of their mean, κ solves A_p(κ) = R̄ (see `vmfConcentration`).
 * Cost n p, and at most 50 Bessel ratios.
 * @throws RangeError for fewer than two rows, p < 2, rows that are not unit to 1e-6; with the word degenerate when all samples are equal
 */
export function fitVonMisesFisher(samples: Float64Array, p: number, { method = 'mle' }: { readonly method?: VmfMethod } = {}): VmfFit {
  requireChoice('fitVonMisesFisher', 'method', method, VMF_METHODS);
  const n = requireUnitRows('fitVonMisesFisher', samples, p, 2);
  const { mu, length } = meanDirection(samples, p, null);
  const { kappa, iterations, converged } = vmfConcentration(p, length, method);
  return { mu, kappa, logLikelihood: n * (kappa * length + vmfLogNormalizer(p, kappa)), meanLength: length, iterations, converged };
}
