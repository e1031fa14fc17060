/** Diagonal of an operator from random probes. */
import type { LinearOperator } from '@curv/linalg';
import { drawProbe, type ProbeOptions, probeStream, requireCount, requireSquare } from './probes.js';

/** Options of `diagonal`. */
export interface DiagonalOptions extends ProbeOptions {
  /** Probes to take; n unit vectors are used instead when that is cheaper. Default 100. */
  readonly probes?: number;
  /** Stop when the standard errors are at most this part of the estimate, in the Euclidean norm, after at least 10 probes. Default 0: take all probes. */
  readonly tolerance?: number;
}

/** A diagonal with its uncertainty. */
export interface DiagonalEstimate {
  readonly estimate: Float64Array;
  /** Standard error of each entry; 0 where it was computed exactly. */
  readonly standardError: Float64Array;
  readonly products: number;
  readonly exact: boolean;
}

/**
 * diag A ≈ (Σ v ∘ A v) / (Σ v ∘ v) over probes (Bekas, Kokiopoulou & Saad 2007, equation 3.2). With Rademacher probes the variance of entry i in
 * one sample is Σ_{j≠i} a²ᵢⱼ. An operator of at most `probes` rows is read off exactly.
 */
export async function diagonal(operator: LinearOperator, options: DiagonalOptions = {}): Promise<DiagonalEstimate> {
  const { probes = 100, tolerance = 0, distribution = 'rademacher', signal, onProgress } = options;
  requireCount('probes', probes);
  const n = requireSquare(operator);
  if (n <= probes) return exactDiagonal(operator, n, options);
  const stream = probeStream(options, 'diagonal');
  const [top, bottom, squares] = [0, 1, 2].map(() => new Float64Array(n)) as [Float64Array, Float64Array, Float64Array];
  const result = (taken: number): DiagonalEstimate => ({
    estimate: top.map((t, i) => t / bottom[i]!),
    standardError: squares.map((s, i) => Math.sqrt(Math.max(0, s / taken - (top[i]! / taken) ** 2) / Math.max(1, taken - 1))),
    products: taken,
    exact: false,
  });
  for (let k = 1; ; k++) {
    signal?.throwIfAborted();
    const v = drawProbe(stream, n, distribution);
    const av = await operator.apply(v);
    for (let i = 0; i < n; i++) {
      const term = v[i]! * av[i]!;
      top[i]! += term;
      squares[i]! += term * term;
      bottom[i]! += v[i]! * v[i]!;
    }
    onProgress?.({ done: k, total: probes });
    if (k < probes && (tolerance === 0 || k < Math.min(10, probes))) continue;
    const found = result(k);
    if (k === probes || norm(found.standardError) <= tolerance * norm(found.estimate)) return found;
  }
}

const norm = (v: Float64Array): number => Math.sqrt(v.reduce((sum, x) => sum + x * x, 0));

async function exactDiagonal(operator: LinearOperator, n: number, { signal, onProgress }: DiagonalOptions): Promise<DiagonalEstimate> {
  const estimate = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    signal?.throwIfAborted();
    const unit = new Float64Array(n);
    unit[i] = 1;
    estimate[i] = (await operator.apply(unit))[i]!;
    onProgress?.({ done: i + 1, total: n });
  }
  return { estimate, standardError: new Float64Array(n), products: n, exact: true };
}
