/** Diagonal of an operator from random probes. */
import type { LinearOperator } from '@curv/linalg';
import { drawProbe, type ProbeOptions, probeStream, requireCount, requireSquare } from './probes.js';

/** Options of `diagonal`. */
export interface DiagonalOptions extends ProbeOptions {
  /** Probes to take; n unit vectors are used instead when that is cheaper. Default 100. */
  readonly probes?: number;
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
  const { probes = 100, distribution = 'rademacher', signal, onProgress } = options;
  requireCount('probes', probes);
  const n = requireSquare(operator);
  if (n <= probes) return exactDiagonal(operator, n, options);
  const stream = probeStream(options, 'diagonal');
  const [top, bottom, squares] = [0, 1, 2].map(() => new Float64Array(n)) as [Float64Array, Float64Array, Float64Array];
  for (let k = 0; k < probes; k++) {
    signal?.throwIfAborted();
    const v = drawProbe(stream, n, distribution);
    const av = await operator.apply(v);
    for (let i = 0; i < n; i++) {
      const term = v[i]! * av[i]!;
      top[i]! += term;
      squares[i]! += term * term;
      bottom[i]! += v[i]! * v[i]!;
    }
    onProgress?.({ done: k + 1, total: probes });
  }
  const estimate = top.map((t, i) => t / bottom[i]!);
  const standardError = squares.map((s, i) => Math.sqrt(Math.max(0, s / probes - (top[i]! / probes) ** 2) / Math.max(1, probes - 1)));
  return { estimate, standardError, products: probes, exact: false };
}

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
