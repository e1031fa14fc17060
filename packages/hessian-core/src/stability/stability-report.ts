/** At which learning rates a minimum holds gradient descent and SGD. */
import { exactThreshold, type ThresholdOptions } from './exact-threshold.js';
import { type BatchOptions, type OutputRows, samplesOf, spanFrame } from './output-rows.js';
import { noiseAlignment } from './noise-alignment.js';

/** Options of `stabilityReport`. */
export interface StabilityOptions extends BatchOptions, ThresholdOptions {
  /** Whether to compute the exact threshold of SGD. Default true. */
  readonly exact?: boolean;
  /** rᵢ = f(xᵢ) − yᵢ, for the noise alignment, and to see how far the point is from fitting all data (one output only). */
  readonly residuals?: ArrayLike<number>;
}

/** A minimum's sharpness and the learning rates that it allows. */
export interface StabilityReport {
  /** tr G, ‖G‖_F and λ_max(G) of G = (1/n) Σ gᵢ gᵢᵀ, the Hessian of ½ (f − y)² where all data are fitted. */
  readonly trace: number;
  readonly frobenius: number;
  readonly lambdaMax: number;
  /** (1/n) Σ ‖gᵢ‖⁴ (for K outputs (1/n) Σ ‖Hᵢ‖²_F). */
  readonly fourthMoment: number;
  readonly rank: number;
  /** Gradient descent is stable up to 2 / λ_max. */
  readonly gradientDescent: number;
  /** SGD with single samples is unstable above 2 / tr G. */
  readonly traceBound: number;
  /** SGD with these batches is unstable above this; below it may be. */
  readonly necessary: number;
  /** SGD is stable in mean square exactly up to this; null where it was not asked for. */
  readonly exact: number | null;
  /** μ of `noiseAlignment` and the threshold √(B/μ) / ‖G‖_F that it gives; null without residuals. */
  readonly alignment: number | null;
  readonly frobeniusBound: number | null;
  /** ‖r‖ / √n: the theory is that of a minimum where it is 0; null without residuals. */
  readonly residualNorm: number | null;
  readonly converged: boolean;
  readonly iterations: number;
}

/**
 * Thresholds of the learning rate η for the loss (1/2n) Σ (f(xᵢ) − yᵢ)² at a minimum that fits all data (Wu & Su 2023, arXiv:2305.17490); for a loss
 * without the ½ take half of them. `necessary` is 2 tr G / [(1 − b) ‖G‖²_F + b (1/n) Σ ‖gᵢ‖⁴], b = 1/B (`noise` of the batch): the map of second moments is self-adjoint,
 * so its spectral radius is at least its Rayleigh quotient at I. Always exact ≤ necessary, exact ≤ gradientDescent. Infinity where all gradients are 0.
 * Cost: the Gram matrix (n² p), its eigenvalues (8 n³), and n r² a step of the exact threshold.
 * @throws RangeError on no gradients, rows of different length, NaN, or a batch that cannot be drawn
 */
export function stabilityReport(gradients: OutputRows, options: StabilityOptions = {}): StabilityReport {
  const samples = samplesOf(gradients, options);
  const { count, outputs, noise, batch } = samples;
  const frame = spanFrame(samples);
  const { eigenvalues, gram } = frame;
  const trace = eigenvalues.reduce((sum, x) => sum + x, 0);
  const frobenius = Math.sqrt(eigenvalues.reduce((sum, x) => sum + x * x, 0));
  const lambdaMax = eigenvalues.length > 0 ? eigenvalues[eigenvalues.length - 1]! : 0;
  let fourthMoment = 0;
  for (let i = 0; i < count; i++) {
    for (let c = i * outputs; c < (i + 1) * outputs; c++) for (let e = i * outputs; e < (i + 1) * outputs; e++) fourthMoment += gram.data[c * gram.columns + e]! ** 2 / count;
  }
  const limit = (top: number, bottom: number): number => (bottom === 0 ? Infinity : top / bottom);
  const { threshold, converged, iterations } = options.exact === false ? { threshold: null, converged: true, iterations: 0 } : exactThreshold(samples, frame, options);
  const { residuals } = options;
  if (residuals && outputs > 1) throw new RangeError('residuals: the noise alignment is defined for one output');
  const alignment = residuals ? noiseAlignment(samples.rows, residuals) : null;
  return {
    trace, frobenius, lambdaMax, fourthMoment, rank: eigenvalues.length,
    gradientDescent: limit(2, lambdaMax),
    traceBound: limit(2, trace),
    necessary: limit(2 * trace, (1 - noise) * frobenius ** 2 + noise * fourthMoment),
    exact: threshold,
    alignment,
    frobeniusBound: alignment === null ? null : Math.sqrt(batch / alignment) / frobenius,
    residualNorm: residuals ? Math.sqrt(Array.from(residuals).reduce((sum, r) => sum + r * r, 0) / count) : null,
    converged, iterations,
  };
}

/**
 * Whether a learning rate keeps gradient descent and SGD at the minimum. Without an exact threshold SGD may be `unknown`: `necessary` only says when it
 * is not stable.
 * @throws RangeError unless the learning rate is positive
 */
export function isStable(report: StabilityReport, learningRate: number): { readonly gradientDescent: boolean; readonly sgd: boolean | 'unknown' } {
  if (!(learningRate > 0 && learningRate < Infinity)) throw new RangeError(`learningRate must be a positive number, got ${learningRate}`);
  const { exact, necessary, gradientDescent } = report;
  return { gradientDescent: learningRate <= gradientDescent, sgd: exact !== null ? learningRate <= exact : learningRate > necessary ? false : 'unknown' };
}
