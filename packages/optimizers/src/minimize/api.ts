/** The types of deterministic minimization: one flat float64 vector, oracles, and methods made of parts. No code runs here. */
import type { Matrix } from '@curv/linalg';
import type { Objective, OracleName } from '@curv/tensor';

export type Vector = Float64Array;

/** What a method of minimization can ask for. */
export type MinimizeNeed = OracleName | 'residual' | 'jacobian';

/** A place with value and gradient. */
export interface Point {
  readonly x: Vector;
  readonly value: number;
  readonly gradient: Vector;
  /** r(x) where the value is ½ ‖r‖² and the method asked for it. */
  readonly residual?: Vector;
}

/** How often each oracle was asked. */
export interface Evaluations {
  /** Values, with or without gradient. */
  value: number;
  gradient: number;
  /** Products with the Hessian, the Gauss-Newton matrix, the Jacobian or its transpose. */
  product: number;
  /** Jacobians of the residual, as matrices. */
  jacobian: number;
  /** Linear systems factored or solved directly. */
  solve: number;
}

/** What a method sees of the problem. */
export interface Oracle {
  readonly dimension: number;
  readonly evaluations: Evaluations;
  readonly signal: AbortSignal | undefined;
  /** Value and gradient; where the value is not finite, infinity. */
  at(x: Vector): Promise<Point>;
  /** Hessian at x times v. */
  hvp(x: Vector, v: Vector): Promise<Vector>;
  /** Gauss-Newton matrix at x times v. */
  ggnvp(x: Vector, v: Vector): Promise<Vector>;
  /** r(x) and ½ ‖r‖²; where it is not finite, infinity. */
  residual(x: Vector): Promise<{ readonly residual: Vector; readonly value: number }>;
  /** J(x), m×d. */
  jacobian(x: Vector): Promise<Matrix>;
  /** J v. */
  jvp(x: Vector, v: Vector): Promise<Vector>;
  /** Jᵀ w. */
  vjp(x: Vector, w: Vector): Promise<Vector>;
  /** d²r(x + t v)/dt² at 0: exact where the problem gives it, otherwise a difference that costs one more residual. */
  secondDirectional(x: Vector, v: Vector, residual: Vector, jv: () => Promise<Vector>): Promise<Vector>;
}

/** Why a method cannot go on; null while it can. */
export type Stuck = null | 'lineSearchFailed' | 'radiusTooSmall' | 'searchFailed';

/** Convergence that only a method can see: its step or its predicted decrease is small, or no step changes the value by more than its rounding. */
export type Done = 'step' | 'decrease' | 'rounding';

/** One iteration's outcome. */
export interface Iterated<S> {
  readonly point: Point;
  readonly state: S;
  readonly stuck: Stuck;
  /** A convergence test of the method's own that this step met. */
  readonly done?: Done;
  /** Figures of the iteration: step length, radius, damping. */
  readonly info?: Readonly<Record<string, number>>;
}

/** A method as an `{ init, step }` pair: pure up to the oracle's counters. */
export interface Minimizer<S = any> {
  readonly name: string;
  readonly needs: readonly MinimizeNeed[];
  init(start: Point): S;
  step(point: Point, state: S, oracle: Oracle): Promise<Iterated<S>>;
}

/** φ(t) = f(x + t d). */
export interface Along {
  readonly step: number;
  readonly value: number;
  readonly slope: number;
  readonly point: Point;
}

/** Finds a step along a descent direction. */
export interface LineSearch {
  readonly name: string;
  /**
   * @param phi evaluates φ and φ'
   * @param start φ(0); its slope is negative
   * @param first the step to try first
   * @returns the step, or null when none was found within its budget
   */
  search(phi: (step: number) => Promise<Along>, start: Along, first: number): Promise<Along | null>;
}

/** Gives directions. */
export interface Descent<S = any> {
  readonly name: string;
  readonly needs: readonly MinimizeNeed[];
  init(start: Point): S;
  /** A direction, and the step to try first along it. */
  direction(point: Point, state: S, oracle: Oracle): Promise<{ readonly direction: Vector; readonly first: number }>;
  /** What is remembered of a step. */
  update(state: S, from: Point, to: Point): S;
  /** State after a direction was of no use: null when nothing can be forgotten. */
  restart(state: S, point: Point): S | null;
}

/** An iteration as `onIteration` sees it. */
export interface IterationReport {
  readonly iteration: number;
  readonly value: number;
  /** Largest |∂f/∂xᵢ|, or the Euclidean norm: what `norm` says. */
  readonly gradientNorm: number;
  readonly evaluations: Readonly<Evaluations>;
  readonly info: Readonly<Record<string, number>>;
}

/** Options of `minimize`. */
export interface MinimizeOptions {
  readonly method: Minimizer;
  /** Converged when the gradient's norm is at most this; default 1e-6. */
  readonly tolerance?: number;
  /** Norm of the gradient: largest entry or Euclidean. Default `max`. */
  readonly norm?: 'max' | 'euclidean';
  /** Converged when the value is at most this. */
  readonly target?: number;
  /** Default 1000. */
  readonly maxIterations?: number;
  /** Values computed at most; default none. */
  readonly maxEvaluations?: number;
  readonly signal?: AbortSignal;
  readonly onIteration?: (report: IterationReport) => void | 'stop';
  readonly onProgress?: (progress: { readonly done: number; readonly total: number; readonly value: number }) => void;
}

/** The outcome of `minimize`. Not converging is a result. */
export interface Minimum {
  readonly x: Vector;
  readonly value: number;
  readonly gradient: Vector;
  readonly gradientNorm: number;
  readonly converged: boolean;
  readonly iterations: number;
  readonly evaluations: Readonly<Evaluations>;
  readonly status: 'gradient' | 'target' | Done | 'maxIterations' | 'maxEvaluations' | 'stopped' | Exclude<Stuck, null>;
  /** What the status means, in a sentence. */
  readonly message: string;
}

/** A function that `minimize` takes: `value` and `gradient` (or both in one), or `residual` with `jacobian` or `vjp`, at least. */
export interface Minimizable extends Partial<Pick<Objective, 'value' | 'gradient' | 'valueAndGradient' | 'hvp' | 'ggnvp' | 'jvp' | 'vjp'>> {
  /** d. */
  readonly dimension: number;
  /** r(x), m numbers: the value is ½ ‖r‖². */
  residual?(x: Vector): Vector | Promise<Vector>;
  /** ∂r/∂x, m×d. */
  jacobian?(x: Vector): Matrix | Promise<Matrix>;
  /** d²r(x + t v)/dt² at 0. */
  secondDirectional?(x: Vector, v: Vector): Vector | Promise<Vector>;
}
