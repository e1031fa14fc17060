/** Trace of an operator, exactly on a random subspace and by probing on the rest. */
import { type LinearOperator, orthonormalize } from '@curv/linalg';
import type { TraceEstimate } from './hutchinson.js';
import { dot, drawProbe, type ProbeOptions, probeStream, requireCount, requireSquare } from './probes.js';
import { checkConfidence, meanEstimate } from './statistics.js';

/** Options of `hutchPlusPlus`. */
export interface HutchPlusPlusOptions extends ProbeOptions {
  /** Products with the operator in all; a third each for finding the subspace, for its trace, and for probing. Default 60. */
  readonly products?: number;
  /** Stop probing when the standard error is at most this part of |estimate|. Default 0: use all products. */
  readonly tolerance?: number;
  readonly confidence?: number;
}

/**
 * Hutch++ (Meyer, Musco, Musco & Woodruff 2021, arXiv:2010.09649, algorithm 1): Q spans A S for a random sign matrix S;
 * tr A = tr(Qᵀ A Q) + tr((I − QQᵀ) A (I − QQᵀ)), the second term by Hutchinson's estimator. For positive semidefinite A the error is ε tr A after
 * O(1/ε) products, where Hutchinson needs O(1/ε²). The interval covers the probed part; the rest is exact. Memory: a third of `products` vectors.
 */
export async function hutchPlusPlus(operator: LinearOperator, options: HutchPlusPlusOptions = {}): Promise<TraceEstimate> {
  const { products = 60, tolerance = 0, confidence = 0.95, distribution = 'rademacher', signal, onProgress } = options;
  requireCount('products', products, 3);
  checkConfidence(confidence);
  const n = requireSquare(operator);
  const rank = Math.min(n, Math.floor(products / 3));
  const stream = probeStream(options, 'hutch++');
  let done = 0;
  const apply = async (v: Float64Array): Promise<Float64Array> => {
    signal?.throwIfAborted();
    const out = await operator.apply(v);
    done++;
    onProgress?.({ done, total: products });
    return out;
  };
  const image: Float64Array[] = [];
  for (let i = 0; i < rank; i++) image.push(await apply(drawProbe(stream, n, distribution)));
  const basis = orthonormalize(image);
  let exact = 0;
  for (const q of basis) exact += dot(q, await apply(q));
  const samples: number[] = [];
  let met = tolerance === 0;
  while (basis.length < n && done < products) {
    const v = projectOut(drawProbe(stream, n, distribution), basis);
    samples.push(exact + dot(v, await apply(v)));
    if (tolerance === 0 || samples.length < LEAST_SAMPLES) continue;
    const { estimate, standardError } = meanEstimate(samples, confidence);
    met = standardError <= tolerance * Math.abs(estimate);
    if (met) break;
  }
  if (samples.length === 0) return { estimate: exact, standardError: 0, interval: [exact, exact], confidence, converged: true, products: done, samples: [exact] };
  return { ...meanEstimate(samples, confidence), converged: met, products: done, samples };
}

/** Fewer would make the standard error itself a matter of luck. */
const LEAST_SAMPLES = 5;

/** v − Q Qᵀ v. */
function projectOut(v: Float64Array, basis: readonly Float64Array[]): Float64Array {
  for (const q of basis) {
    const c = dot(q, v);
    for (let i = 0; i < v.length; i++) v[i]! -= c * q[i]!;
  }
  return v;
}
