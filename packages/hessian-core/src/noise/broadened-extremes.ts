/** Extreme eigenvalues of a Hessian with the noise of a batch on it. */

/** What `broadenedExtremes` needs. */
export interface BroadeningOptions {
  /** Largest and smallest eigenvalue of the Hessian over all data. */
  readonly max: number;
  readonly min: number;
  /** s² = P σ² / 𝔟: d times the variance of an entry of the noise, as `hessianNoise` estimates it. */
  readonly s2: number;
  /** Whether batch matrices are positive semidefinite, as Gauss-Newton matrices are: then no eigenvalue falls below 0. Default false. */
  readonly positiveSemidefinite?: boolean;
}

/** Predicted extremes of a batch's matrix. */
export interface BroadenedExtremes {
  readonly max: number;
  readonly min: number;
  /** Squared overlap of the batch's top eigenvector with the true one. */
  readonly overlap: number;
  /** Whether the largest eigenvalue stands outside of the noise. */
  readonly detached: boolean;
}

/**
 * H + ε with a low-rank H and independent symmetric noise of d · variance s² (Granziol, Zohren & Roberts 2022, arXiv:2006.09092; the
 * additive spiked Wigner model, Benaych-Georges & Nadakuditi 2011): λ₁' = λ₁ + s²/λ₁ where λ₁ > s, otherwise the edge 2 s of the semicircle; and so at
 * the lower end. Exact for d → ∞; below 1000 parameters good to about a tenth. Real batch noise is concentrated in the top eigenspace, which makes
 * this an underestimate there: see `fitNoiseConstant`.
 * @throws RangeError on NaN, s2 < 0 or min > max
 */
export function broadenedExtremes({ max, min, s2, positiveSemidefinite = false }: BroadeningOptions): BroadenedExtremes {
  if (!Number.isFinite(max) || !Number.isFinite(min) || min > max) throw new RangeError(`broadenedExtremes: expected finite min ≤ max, got ${min} and ${max}`);
  if (!(s2 >= 0 && s2 < Infinity)) throw new RangeError(`broadenedExtremes: s2 must be a finite number of at least 0, got ${s2}`);
  const s = Math.sqrt(s2);
  const detached = max > s;
  const lower = min < -s ? min + s2 / min : s === 0 ? 0 : -2 * s;
  return {
    max: detached ? max + s2 / max : 2 * s,
    min: positiveSemidefinite ? Math.max(0, lower) : lower,
    overlap: detached ? 1 - s2 / (max * max) : 0,
    detached,
  };
}
