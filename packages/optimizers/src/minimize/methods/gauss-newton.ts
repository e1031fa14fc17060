/** The Gauss-Newton method. */
import type { LineSearch, Minimizer } from '../api.js';
import { gaussNewtonDirection } from '../descents/gauss-newton-direction.js';
import type { InnerSolver } from '../least-squares/api.js';
import { lineSearchMethod } from '../line-search-method.js';
import { backtracking } from '../searches/backtracking.js';

/** Gauss-Newton with a line search: as fast as Levenberg-Marquardt where J keeps its rank and the start is good. By products with JᵀJ alone: `newtonCg({ curvature: 'gaussNewton' })`. */
export const gaussNewton = ({ solver, search = backtracking() }: { readonly solver?: InnerSolver; readonly search?: LineSearch } = {}): Minimizer => lineSearchMethod(gaussNewtonDirection(solver), search);
