/** The types of `@curv/transport`. Points are matrices of one point a row; costs are in the user's units throughout. */
import type { Matrix, SparseMatrix } from '@curv/linalg';

/** A transport plan: n×m, entry (i, j) the mass that goes from source i to target j. */
export type Plan = Matrix | SparseMatrix;

/** Dual variables in units of the cost. Only x_i + y_j is determined: a solver states how it splits the constant. */
export interface Potentials {
  /** n; −∞ at a source of no mass. */
  readonly x: Float64Array;
  /** m; −∞ at a target of no mass. */
  readonly y: Float64Array;
}

/**
 * Why a solver stopped. `stalled`: the error no longer falls, at the limit of the arithmetic or of the method. `underflow`: the plan cannot be represented at
 * this regularization by this method. `infeasible`: the given supports cannot carry the masses.
 */
export type TransportStatus = 'converged' | 'max-iterations' | 'stalled' | 'underflow' | 'infeasible';

/** What a solver did, in operations that do not depend on the machine. A method fills in what it has. */
export interface TransportCounts {
  /** Iterations of the outermost loop: sweeps, pivots, Newton steps. */
  readonly iterations: number;
  /** Sweeps over both potentials. */
  readonly sweeps?: number;
  readonly newton?: number;
  /** Products with a Hessian in conjugate gradients. */
  readonly cg?: number;
  /** Passes that evaluate all n·m exponentials. */
  readonly kernelPasses?: number;
}

/** How a run went. */
export interface ConvergenceReport {
  readonly status: TransportStatus;
  /** Whether `status` is `converged`. */
  readonly converged: boolean;
  readonly counts: TransportCounts;
  /** The error that the tolerance is about, at every check, the last one included. */
  readonly errors: Float64Array;
  /** ‖P1 − a‖₁ of the returned plan. */
  readonly rowError: number;
  /** ‖Pᵀ1 − b‖₁ of the returned plan. */
  readonly columnError: number;
  /** rowError + columnError. */
  readonly marginalError: number;
}

/** A plan with its dual variables, and how it was found. */
export interface TransportResult<P extends Plan = Plan> extends Potentials, ConvergenceReport {
  readonly plan: P;
  /** ⟨C, P⟩ */
  readonly cost: number;
  /** The dual objective at the potentials: for exact transport ⟨a, x⟩ + ⟨b, y⟩, for the others see the method. */
  readonly dual: number;
}

/** What an iteration reports. */
export interface TransportProgress {
  readonly iteration: number;
  readonly maxIterations: number;
  /** The error that the tolerance is about. */
  readonly error: number;
}

/** Options that all iterative solvers share. */
export interface TransportOptions {
  readonly maxIterations?: number;
  /** Bound of the error that the method names. */
  readonly tolerance?: number;
  /** Potentials to start from, in units of the cost. */
  readonly initial?: Potentials;
  /** Scales `a` and `b` to sum 1 instead of refusing sums that differ. */
  readonly normalise?: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: TransportProgress) => void;
}
