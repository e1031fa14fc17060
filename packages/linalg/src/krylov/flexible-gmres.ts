import type { LinearOperator } from '../api.js';
import { type GmresOptions, type GmresResult, solveRestarted } from './gmres.js';

/**
 * GMRES whose preconditioner may be another one at each step, such as an inner iteration (Y. Saad, "A flexible inner-outer preconditioned
 * GMRES algorithm", SIAM J. Sci. Comput. 14, 1993). Memory: 2 · restart + 5 vectors.
 * @throws as `gmres`
 */
export const flexibleGmres = (operator: LinearOperator, b: Float64Array, options: GmresOptions = {}): Promise<GmresResult> =>
  solveRestarted('flexibleGmres', operator, b, options, true);
