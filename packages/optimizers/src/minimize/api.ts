/** The types of deterministic minimization: one flat float64 vector, oracles, and methods made of parts. No code runs here. */
import type { Objective, OracleName } from '@curv/tensor';

export type Vector = Float64Array;

/** A place with value and gradient. */
export interface Point {
  readonly x: Vector;
  readonly value: number;
  readonly gradient: Vector;
}

/** How often each oracle was asked. */
export interface Evaluations {
  /** Values, with or without gradient. */
  value: number;
  gradient: number;
  /** Products with the Hessian or the Gauss-Newton matrix. */
  product: number;
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
}

/** Why a method cannot go on; null while it can. */
export type Stuck = null | 'lineSearchFailed' | 'radiusTooSmall' | 'searchFailed';

/** One iteration's outcome. */
export interface Iterated<S> {
  readonly point: Point;
  readonly state: S;
  readonly stuck: Stuck;
  /** Figures of the iteration: step length, radius, damping. */
  readonly info?: Readonly<Record<string, number>>;
}

/** A method as an `{ init, step }` pair: pure up to the oracle's counters. */
export interface Minimizer<S = any> {
  readonly name: string;
  readonly needs: readonly OracleName[];
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
  readonly needs: readonly OracleName[];
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
  readonly status: 'gradient' | 'target' | 'maxIterations' | 'maxEvaluations' | 'stopped' | Exclude<Stuck, null>;
  /** What the status means, in a sentence. */
  readonly message: string;
}

/** A function that `minimize` takes: `value` and `gradient` (or both in one) at least. */
export type Minimizable = Pick<Objective, 'dimension' | 'value' | 'gradient' | 'valueAndGradient' | 'hvp' | 'ggnvp'>;
