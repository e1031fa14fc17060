/** Extreme eigenvalues and eigenvectors of a symmetric operator. */
import { blockPowerIteration, type EigenResult, lanczosEigen, type LanczosEigenOptions, type LinearOperator, lobpcg } from '@curv/linalg';
import { requireCount, requireSquare } from './probes.js';

/** Options of `topEigenpairs`. */
export interface EigenOptions {
  /** How many. Default 10 (at most the dimension). */
  readonly k?: number;
  /** `LA` the largest, `SA` the smallest, `LM` the largest in magnitude. Default `LA`. */
  readonly which?: 'LA' | 'SA' | 'LM';
  /**
   * `lanczos`: fewest products without a preconditioner. `lobpcg`, for `LA` and `SA`: takes one, and finds multiple eigenvalues in one block; six blocks
   * of k + 2 + ⌈k/4⌉ vectors. `block-power`, for `LM`: subspace iteration, two blocks of k + 4 vectors, many more products. Default `lanczos`.
   */
  readonly method?: 'lanczos' | 'lobpcg' | 'block-power';
  /** Of `lobpcg`: symmetric positive definite, near the inverse of the operator (for `SA`). */
  readonly preconditioner?: LinearOperator;
  /** Of `lanczos`: most vectors in the basis; fewer take less memory and more products. Default 2k + 10, at least 20. */
  readonly basisSize?: number;
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
  const settings = {
    k,
    tolerance,
    maxIterations,
    seed,
    ...(signal && { signal }),
    ...(onProgress && { onProgress: (p: { iteration: number; converged: number }) => onProgress({ done: p.iteration, total: maxIterations, converged: p.converged }) }),
  };
  const found = await solve(operator, options, { ...settings, which, method });
  return { values: found.values, vectors: found.vectors, residuals: found.residuals, converged: found.converged, products: found.iterations };
}

type Settings = Pick<LanczosEigenOptions, 'k' | 'tolerance' | 'maxIterations' | 'seed' | 'signal' | 'onProgress'> & Required<Pick<EigenOptions, 'which' | 'method'>>;

function solve(operator: LinearOperator, { basisSize, preconditioner }: EigenOptions, { which, method, ...settings }: Settings): Promise<EigenResult> {
  switch (method) {
    case 'lanczos':
      return lanczosEigen(operator, { ...settings, which, ...(basisSize !== undefined && { basisSize }) });
    case 'lobpcg':
      if (which === 'LM') throw new TypeError('method lobpcg finds the ends of the spectrum: which must be LA or SA, got LM');
      return lobpcg(operator, { ...settings, which, ...(preconditioner && { preconditioner }) });
    case 'block-power':
      if (which !== 'LM') throw new TypeError(`method block-power finds the largest magnitudes only: which must be LM, got ${which}`);
      return blockPowerIteration(operator, settings);
    default:
      throw new TypeError(`method must be lanczos, lobpcg or block-power, got ${String(method)}`);
  }
}
