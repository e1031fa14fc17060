/** The spectrum of a problem's Hessian and of its parts, in one call. */
import type { LinearOperator } from '@curv/linalg';
import type { OperatorOptions, Problem } from '../api.js';
import { hutchinsonTrace } from '../estimators/hutchinson.js';
import { type SpectralDensity, spectralDensity } from '../estimators/spectral-density.js';
import { topEigenpairs } from '../estimators/top-eigenpairs.js';
import { exactSpectrum } from './exact-spectrum.js';
import { hessianParts } from './hessian-parts.js';
import { type SpectrumSplit, splitSpectrum } from './split-spectrum.js';

/** Options of `spectrumReport`. */
export interface SpectrumReportOptions extends OperatorOptions {
  /** Up to this dimension spectra are exact; above it their ends and a density are estimated. Default 600. */
  readonly limit?: number;
  /** Eigenvalues at the upper end above `limit`. Default 20. */
  readonly k?: number;
  /** Probes of traces and densities above `limit`. Default 10. */
  readonly probes?: number;
  readonly seed?: number;
}

/** The spectrum of one matrix. */
export interface MatrixSpectrum {
  /** Largest first: all, or the largest ones followed by the smallest. */
  readonly values: Float64Array;
  /** Whether these are all. */
  readonly exact: boolean;
  readonly split: SpectrumSplit;
  readonly trace: number;
  /** 0 where the spectrum is exact. */
  readonly traceStandardError: number;
  /** Relative asymmetry of the matrix, where it was formed. */
  readonly asymmetry: number | null;
  readonly density: SpectralDensity | null;
  readonly products: number;
  readonly converged: boolean;
}

/** What `spectrumReport` gives. Deterministic for a seed. */
export interface SpectrumReport {
  readonly loss: number;
  readonly gradientNorm: number;
  readonly dimension: number;
  readonly hessian: MatrixSpectrum;
  readonly gaussNewton: MatrixSpectrum;
  readonly covariance: MatrixSpectrum;
  /** tr R = tr H − tr G. */
  readonly residualTrace: number;
}

/**
 * Spectra of H, G and C with their outlier and bulk parts, and the traces (Sagun et al. 2017, arXiv:1706.04454). Cost: 3 d products up to
 * `limit` parameters; above, about 50 k + 30 `probes` for each matrix.
 * @throws TypeError, RangeError on a problem that is not well formed
 */
export async function spectrumReport(problem: Problem, options: SpectrumReportOptions = {}): Promise<SpectrumReport> {
  const parts = hessianParts(problem, options);
  try {
    const gradient = await parts.hessian.gradient();
    const h = await matrixSpectrum(parts.hessian, options);
    const g = await matrixSpectrum(parts.gaussNewton, options);
    return {
      loss: await parts.hessian.risk(),
      gradientNorm: Math.sqrt(gradient.reduce((sum, x) => sum + x * x, 0)),
      dimension: gradient.length,
      hessian: h,
      gaussNewton: g,
      covariance: await matrixSpectrum(parts.covariance, options),
      residualTrace: h.trace - g.trace,
    };
  } finally {
    parts.dispose();
  }
}

async function matrixSpectrum(operator: LinearOperator, { limit = 600, k = 20, probes = 10, seed = 0, signal }: SpectrumReportOptions): Promise<MatrixSpectrum> {
  const abort = signal ? { signal } : {};
  const n = operator.shape[0];
  if (n <= limit) {
    const { values, asymmetry, products } = await exactSpectrum(operator, { limit, ...abort });
    return { values, exact: true, split: splitSpectrum(values), trace: values.reduce((a, b) => a + b, 0), traceStandardError: 0, asymmetry, density: null, products, converged: true };
  }
  const top = await topEigenpairs(operator, { k: Math.min(k, n), seed, ...abort });
  const bottom = await topEigenpairs(operator, { k: 1, which: 'SA', seed, ...abort });
  const density = await spectralDensity(operator, { probes, seed, ...abort });
  const trace = await hutchinsonTrace(operator, { maxProbes: 3 * probes, seed, ...abort });
  const values = Float64Array.of(...top.values, ...bottom.values);
  const split = { ...splitSpectrum(values), flatFraction: flatShare(density, top.values[0]!) };
  return {
    values, exact: false, split, trace: trace.estimate, traceStandardError: trace.standardError, asymmetry: null, density,
    products: top.products + bottom.products + density.products + trace.products,
    converged: top.converged && bottom.converged,
  };
}

/** Weight of the quadrature's nodes near zero: what part of the spectrum is flat. */
function flatShare({ nodes, weights }: SpectralDensity, largest: number): number {
  let share = 0;
  nodes.forEach((list, k) => list.forEach((node, j) => (share += Math.abs(node) < 1e-3 * Math.abs(largest) ? weights[k]![j]! : 0)));
  return share / nodes.length;
}
