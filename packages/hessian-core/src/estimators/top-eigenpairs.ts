/** Extreme eigenvalues and eigenvectors of a symmetric operator. */
import { blockPowerIteration, lanczosEigen, type LinearOperator } from '@curv/linalg';
import { requireCount, requireSquare } from './probes.js';

/** Options of `topEigenpairs`. */
export interface EigenOptions {
  /** How many. Default 10 (at most the dimension). */
  readonly k?: number;
  /** `LA` the largest, `SA` the smallest, `LM` the largest in magnitude. Default `LA`. */
  readonly which?: 'LA' | 'SA' | 'LM';
  /**
   * `lanczos`: fewest products. `block-power`: subspace iteration, for `LM` only: less memory (twice k + 4 vectors), no orthogonality to
   * lose, many more products. Default `lanczos`.
   */
  readonly method?: 'lanczos' | 'block-power';
  /** A pair counts as found when ‖A v − λ v‖ ≤ tolerance · max |λ|. Default 1e-6 in float64 and 1e-4 in float32. */
  readonly tolerance?: number;
  /** Most products with the operator. Default 50 k, at least 300. */
  readonly maxProducts?: number;
  readonly seed?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number; readonly converged: number }) => void;
}

/** Eigenpairs with their residuals. */
export interface Eigenpairs {
  /** In the order asked for: largest, smallest, or largest in magnitude first. */
  readonly values: Float64Array;
  /** Unit vectors, one for each value. */
  readonly vectors: readonly Float64Array[];
  /** ‖A v − λ v‖ of each. */
  readonly residuals: Float64Array;
  readonly converged: boolean;
  readonly products: number;
}

/**
 * Eigenpairs at one end of the spectrum by thick-restart Lanczos with full reorthogonalization (Wu & Simon 2000). Memory: the Krylov basis,
 * about 2k + 10 vectors.
 */
export async function topEigenpairs(operator: LinearOperator, options: EigenOptions = {}): Promise<Eigenpairs> {
  const n = requireSquare(operator);
  const { which = 'LA', method = 'lanczos', seed = 0, signal, onProgress } = options;
  const k = options.k ?? Math.min(10, n);
  requireCount('k', k);
  if (k > n) throw new RangeError(`k must be at most the operator's dimension ${n}, got ${k}`);
  const tolerance = options.tolerance ?? (operator.dtype === 'float32' ? 1e-4 : 1e-6);
  const maxIterations = options.maxProducts ?? Math.max(300, 50 * k);
  if (method !== 'lanczos' && method !== 'block-power') throw new TypeError(`method must be lanczos or block-power, got ${String(method)}`);
  if (method === 'block-power' && which !== 'LM') throw new TypeError(`method block-power finds the largest magnitudes only: which must be LM, got ${which}`);
  const settings = {
    k,
    tolerance,
    maxIterations,
    seed,
    ...(signal && { signal }),
    ...(onProgress && { onProgress: (p: { iteration: number; converged: number }) => onProgress({ done: p.iteration, total: maxIterations, converged: p.converged }) }),
  };
  const found = await (method === 'lanczos' ? lanczosEigen(operator, { ...settings, which }) : blockPowerIteration(operator, settings));
  return { values: found.values, vectors: found.vectors, residuals: found.residuals, converged: found.converged, products: found.iterations };
}
