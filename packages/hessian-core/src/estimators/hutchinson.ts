/** Trace of an operator from random quadratic forms. */
import type { LinearOperator } from '@curv/linalg';
import { dot, drawProbe, type ProbeOptions, probeStream, requireCount, requireSquare } from './probes.js';
import { checkConfidence, type Estimate, meanEstimate } from './statistics.js';

/** Options of `hutchinsonTrace`. */
export interface HutchinsonOptions extends ProbeOptions {
  /** Most probes to take. Default 100. */
  readonly maxProbes?: number;
  /** Fewest probes before stopping. Default 10, or `maxProbes` if that is less. */
  readonly minProbes?: number;
  /** Stop when the standard error is at most this part of |estimate|. Default 0: take all probes. */
  readonly tolerance?: number;
  /** Level of the interval. Default 0.95. */
  readonly confidence?: number;
}

/** A trace with its uncertainty. */
export interface TraceEstimate extends Estimate {
  /** Whether the tolerance was reached (always where none was asked for). */
  readonly converged: boolean;
  /** Products with the operator. */
  readonly products: number;
  /** The single quadratic forms vᵀ A v. */
  readonly samples: readonly number[];
}

/**
 * tr A = E[vᵀ A v] for probes of covariance I (Hutchinson 1990; Girard 1989). With Rademacher probes the variance of one sample is
 * 2 (‖A‖²_F − Σ a²ᵢᵢ). Cost: one product for each probe.
 */
export async function hutchinsonTrace(operator: LinearOperator, options: HutchinsonOptions = {}): Promise<TraceEstimate> {
  const { maxProbes = 100, tolerance = 0, confidence = 0.95, distribution = 'rademacher', signal, onProgress } = options;
  const minProbes = options.minProbes ?? Math.min(10, maxProbes);
  requireCount('maxProbes', maxProbes);
  requireCount('minProbes', minProbes);
  checkConfidence(confidence);
  const n = requireSquare(operator);
  const stream = probeStream(options, 'hutchinson');
  const samples: number[] = [];
  let converged = tolerance === 0;
  while (samples.length < maxProbes) {
    signal?.throwIfAborted();
    const v = drawProbe(stream, n, distribution);
    samples.push(dot(v, await operator.apply(v)));
    onProgress?.({ done: samples.length, total: maxProbes });
    if (tolerance === 0 || samples.length < minProbes) continue;
    const { estimate, standardError } = meanEstimate(samples, confidence);
    converged = standardError <= tolerance * Math.abs(estimate);
    if (converged) break;
  }
  return { ...meanEstimate(samples, confidence), converged, products: samples.length, samples };
}
