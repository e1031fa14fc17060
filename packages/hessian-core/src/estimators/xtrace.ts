/** Trace of an operator by the exchangeable estimator. */
import type { LinearOperator } from '@curv/linalg';
import type { TraceEstimate } from './hutchinson.js';
import { ProbedSubspace } from './leave-one-out.js';
import { dot, type ProbeOptions, probeStream, requireCount, requireSquare } from './probes.js';
import { checkConfidence, meanEstimate } from './statistics.js';

/** Options of `xtrace`. */
export interface XTraceOptions extends Omit<ProbeOptions, 'distribution'> {
  /** Default `sphere`. Rademacher probes cannot be rescaled, and without that standard errors come out too small. */
  readonly distribution?: 'sphere' | 'normal';
  /** Most products with the operator; two for each probe. Default 200. */
  readonly maxProducts?: number;
  /** Stop when the standard error is at most this part of |estimate|. Default 0: use all products. */
  readonly tolerance?: number;
  readonly confidence?: number;
}

/**
 * XTrace (Epperly, Tropp & Webber 2024, arXiv:2301.07825, algorithm 1.1): the mean over probes of the trace on the subspace that all other probes find, and
 * of Hutchinson's estimate with this probe on the rest. Where the spectrum decays, errors fall as fast as the eigenvalues do: best of the three
 * trace estimators there. Probes are brought to the length that the complement asks for (their section 2.4). With a
 * tolerance the number of probes doubles until it is met. Memory: two vectors for each product.
 * @param operator symmetric
 * @throws RangeError, TypeError on wrong options; the signal's reason
 */
export async function xtrace(operator: LinearOperator, options: XTraceOptions = {}): Promise<TraceEstimate> {
  const { maxProducts = 200, tolerance = 0, confidence = 0.95, distribution = 'sphere', signal, onProgress } = options;
  requireCount('maxProducts', maxProducts, 4);
  checkConfidence(confidence);
  if (distribution !== 'sphere' && distribution !== 'normal') throw new TypeError(`distribution must be sphere or normal, got ${String(distribution)}`);
  const n = requireSquare(operator);
  const space = new ProbedSubspace(operator, probeStream(options, 'xtrace'), distribution, (done) => {
    onProgress?.({ done, total: maxProducts });
    signal?.throwIfAborted();
  });
  signal?.throwIfAborted();
  const most = Math.min(Math.floor(maxProducts / 2), n);
  for (let count = tolerance > 0 ? Math.min(8, most) : most; ; count = Math.min(2 * count, most)) {
    await space.grow(count);
    if (space.exhausted) {
      const exact = space.basis.reduce((sum, q, j) => sum + dot(q, space.basisImages[j]!), 0);
      return { estimate: exact, standardError: 0, interval: [exact, exact], confidence, converged: true, products: space.products, samples: [exact] };
    }
    const samples = leaveOneOut(space, n);
    const mean = meanEstimate(samples, confidence);
    const met = mean.standardError <= tolerance * Math.abs(mean.estimate);
    if (met || count === most) return { ...mean, converged: tolerance === 0 || met, products: space.products, samples };
  }
}

/** One estimate for each probe. */
function leaveOneOut(space: ProbedSubspace, n: number): number[] {
  const { basis, basisImages, probes, images } = space;
  const k = basis.length;
  const h = basis.map((q) => Float64Array.from(basisImages, (z) => dot(q, z))); // QᵀAQ
  const quadratic = (c: Float64Array): number => c.reduce((sum, x, a) => sum + x * dot(h[a]!, c), 0);
  const trace = h.reduce((sum, row, a) => sum + row[a]!, 0);
  return space.ownDirections().map((s, i) => {
    const probe = probes[i]!;
    const w = space.coefficients(probe);
    const sw = dot(s, w);
    // The probe's part within the others' subspace Qᵢ is Q c.
    const c = w.map((x, a) => x - sw * s[a]!);
    const images2 = Float64Array.from(basisImages, (z) => dot(z, probe)); // (AQ)ᵀ ω
    const rest = dot(probe, images[i]!) - 2 * dot(images2, c) + quadratic(c);
    const length = dot(probe, probe) - dot(c, c);
    return trace - quadratic(s) + ((n - k + 1) / length) * rest;
  });
}
