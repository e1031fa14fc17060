/** The parts of a damped least-squares method: how J p ≈ −r is solved, and how the damping is chosen. No code runs here. */
import type { MinimizeNeed, Oracle, Vector } from '../api.js';

/** JᵀJ + λ D², ready to solve with. */
export interface Damped {
  /** p of least ‖J p + u‖² + λ ‖D p‖². */
  solve(u: Vector): Promise<Vector>;
  /** bᵀ (JᵀJ + λ D²)⁻¹ b; absent where it would take an iteration, NaN where the matrix is singular. */
  energy?(b: Vector): number;
}

/** The linearized residual at a point. */
export interface Linearized {
  /** Jᵀ r. */
  readonly gradient: Vector;
  /** ‖J eⱼ‖; absent where J is only known by products. */
  readonly columnNorms?: Vector;
  /** J v. */
  image(v: Vector): Promise<Vector>;
  /** @returns null where JᵀJ + λ D² is not positive definite to rounding */
  damped(lambda: number, scale: Vector): Damped | null;
}

/** Solves the linear least-squares problems inside of a method. */
export interface InnerSolver {
  readonly name: string;
  readonly needs: readonly MinimizeNeed[];
  /** Whether it factors a matrix, and so knows `columnNorms` and `energy`. */
  readonly direct: boolean;
  linearize(x: Vector, residual: Vector, oracle: Oracle): Promise<Linearized>;
}

/** A step that the damping proposes. */
export interface Proposal {
  readonly lambda: number;
  /** p. */
  readonly step: Vector;
  /** With which the step was solved for. */
  readonly damped: Damped;
}

/** What came of a step. */
export interface Outcome {
  /** Actual ÷ predicted decrease of ½ ‖r‖². */
  readonly ratio: number;
  /** Actual decrease ÷ value. */
  readonly actual: number;
  /** gᵀp ÷ value. */
  readonly slope: number;
  readonly lambda: number;
  /** ‖D p‖. */
  readonly size: number;
  /** Whether this is the first step of the run. */
  readonly first: boolean;
}

/** Chooses λ: the search of a damped method. */
export interface Damping<S = any> {
  readonly name: string;
  /** Whether it asks for `energy`, which iterative solvers lack. */
  readonly direct: boolean;
  init(at: Linearized, scale: Vector, x: Vector): S;
  /** @returns null where no damping that it tries gives a positive definite matrix */
  propose(at: Linearized, residual: Vector, scale: Vector, state: S): Promise<Proposal | null>;
  update(state: S, outcome: Outcome): S;
}
