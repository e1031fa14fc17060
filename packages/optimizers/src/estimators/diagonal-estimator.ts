/** What an estimator of a curvature diagonal is to a method that scales by one. */
import type { Need, Params, StepContext } from '../api.js';

/** Estimates the diagonal of a curvature matrix at one step; a tree like the parameters. It runs only when it is asked to. */
export interface DiagonalEstimator {
  readonly name: string;
  readonly needs: readonly Need[];
  estimate(at: StepContext): Params;
}
