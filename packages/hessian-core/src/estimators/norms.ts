/** Norms of an operator. */
import type { LinearOperator } from '@curv/linalg';
import type { HutchinsonOptions } from './hutchinson.js';
import { dot, drawProbe, probeStream, requireCount, requireSquare } from './probes.js';
import { checkConfidence, type Estimate, meanEstimate } from './statistics.js';
import { type EigenOptions, topEigenpairs } from './top-eigenpairs.js';

/** A Frobenius norm with its uncertainty. */
export interface FrobeniusEstimate extends Estimate {
  readonly converged: boolean;
  readonly products: number;
  /** The same for the square, of which the samples are unbiased estimates. */
  readonly square: Estimate;
}

/**
 * ‖A‖_F from ‖A‖²_F = E‖A v‖² over probes (Hutchinson's estimator of tr AᵀA). The interval is the root of the square's; the root of an unbiased
 * estimate is low by about standardError² / 2‖A‖_F.
 */
export async function frobeniusNorm(operator: LinearOperator, options: HutchinsonOptions = {}): Promise<FrobeniusEstimate> {
  const { maxProbes = 100, tolerance = 0, confidence = 0.95, distribution = 'rademacher', signal, onProgress } = options;
  const minProbes = options.minProbes ?? Math.min(10, maxProbes);
  requireCount('maxProbes', maxProbes);
  requireCount('minProbes', minProbes);
  checkConfidence(confidence);
  const n = requireSquare(operator);
  const stream = probeStream(options, 'frobenius');
  const samples: number[] = [];
  for (;;) {
    signal?.throwIfAborted();
    const image = await operator.apply(drawProbe(stream, n, distribution));
    samples.push(dot(image, image));
    onProgress?.({ done: samples.length, total: maxProbes });
    const square = meanEstimate(samples, confidence);
    const estimate = Math.sqrt(square.estimate);
    const standardError = estimate > 0 ? square.standardError / (2 * estimate) : 0;
    const met = samples.length >= minProbes && standardError <= tolerance * estimate;
    if (samples.length < maxProbes && !(tolerance > 0 && met)) continue;
    const interval = square.interval.map((x) => Math.sqrt(Math.max(0, x))) as unknown as readonly [number, number];
    return { estimate, standardError, interval, confidence, converged: tolerance === 0 || met, products: samples.length, square };
  }
}

/** A spectral norm. */
export interface SpectralNorm {
  /** |λ| of the eigenvalue of largest magnitude found. */
  readonly value: number;
  /** The eigenvalue itself. */
  readonly eigenvalue: number;
  readonly vector: Float64Array;
  /** ‖A v − λ v‖: an eigenvalue lies within it of the one found, and the norm is at least `value`. */
  readonly residual: number;
  readonly converged: boolean;
  readonly products: number;
}

/** ‖A‖₂ = max |λ| of a symmetric operator, by Lanczos iteration. */
export async function spectralNorm(operator: LinearOperator, options: Omit<EigenOptions, 'k' | 'which'> = {}): Promise<SpectralNorm> {
  const { values, vectors, residuals, converged, products } = await topEigenpairs(operator, { ...options, k: 1, which: 'LM' });
  return { value: Math.abs(values[0]!), eigenvalue: values[0]!, vector: vectors[0]!, residual: residuals[0]!, converged, products };
}
