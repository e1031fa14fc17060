/** Outliers and bulk of a spectrum. */
import { requireCount } from '../estimators/probes.js';

/** Options of `splitSpectrum`. */
export interface SplitOptions {
  /** Most outliers to look for. Default 20. */
  readonly maxOutliers?: number;
  /** Smallest ratio of neighbours that counts as a gap. Default 1.3. */
  readonly minRatio?: number;
  /** What part of the largest eigenvalue counts as large. Default 0.05. */
  readonly largeThreshold?: number;
  /** What part of the largest eigenvalue, in magnitude, counts as flat. Default 1e-3. */
  readonly flatThreshold?: number;
}

/** The shape of a spectrum. λ₁ is its largest eigenvalue, or the largest magnitude where none is positive. */
export interface SpectrumSplit {
  /** Eigenvalues above the largest gap; 0 without a gap. */
  readonly outliers: number;
  /** Where the largest ratio is, whether or not it counts as a gap: it lies between eigenvalues `gap` and `gap` + 1. */
  readonly gap: number;
  /** λⱼ / λⱼ₊₁ there. */
  readonly ratio: number;
  /** Eigenvalues above `largeThreshold` · λ₁. */
  readonly large: number;
  /** Share of eigenvalues of magnitude below `flatThreshold` · λ₁. */
  readonly flatFraction: number;
  /** −λ_min / λ_max, at least 0; Infinity where all are negative. */
  readonly negativity: number;
}

/**
 * Splits eigenvalues, in any order, at the largest ratio λⱼ / λⱼ₊₁ among the first `maxOutliers` positive ones. Denominators are at least
 * 1e-12 λ₁: ratios among the near-zero bulk mean nothing. (Sagun et al. 2017, arXiv:1706.04454, count by eye; this rule is ours.)
 * @throws RangeError on no eigenvalues or values that are not finite
 */
export function splitSpectrum(values: ArrayLike<number>, options: SplitOptions = {}): SpectrumSplit {
  const { maxOutliers = 20, minRatio = 1.3, largeThreshold = 0.05, flatThreshold = 1e-3 } = options;
  requireCount('maxOutliers', maxOutliers);
  if (!(minRatio >= 1)) throw new RangeError(`minRatio must be at least 1, got ${minRatio}`);
  const sorted = Float64Array.from(values).sort().reverse();
  const n = sorted.length;
  if (n === 0 || !sorted.every(Number.isFinite)) throw new RangeError(`splitSpectrum: values must be finite numbers, at least one, got ${n === 0 ? 'none' : 'NaN or infinity'}`);
  const [largest, smallest] = [sorted[0]!, sorted[n - 1]!];
  const scale = largest > 0 ? largest : Math.max(Math.abs(smallest), Math.abs(largest));
  const { at, ratio } = largestGap(sorted, maxOutliers);
  const count = (test: (x: number) => boolean): number => sorted.reduce((sum, x) => sum + (test(x) ? 1 : 0), 0);
  return {
    outliers: ratio >= minRatio ? at : 0,
    gap: at,
    ratio,
    large: largest > 0 ? count((x) => x > largeThreshold * largest) : 0,
    flatFraction: scale === 0 ? 1 : count((x) => Math.abs(x) < flatThreshold * scale) / n,
    negativity: smallest >= 0 ? 0 : largest > 0 ? -smallest / largest : Infinity,
  };
}

function largestGap(sorted: Float64Array, most: number): { at: number; ratio: number } {
  const floor = 1e-12 * sorted[0]!;
  let best = { at: 0, ratio: 1 };
  for (let j = 1; j <= Math.min(most, sorted.length - 1) && sorted[j - 1]! > 0; j++) {
    const ratio = sorted[j - 1]! / Math.max(sorted[j]!, floor);
    if (ratio > best.ratio) best = { at: j, ratio };
  }
  return best;
}
