/** Gauss-Newton directions. */
import type { Descent } from '../api.js';
import type { InnerSolver } from '../least-squares/api.js';
import { qrSolver } from '../least-squares/qr-solver.js';
import { scaled } from '../vector.js';

/**
 * p of least ‖J p + r‖ (Gauss 1809; Nocedal & Wright 2006, section 10.3). Where the solver finds no unique one it takes the basic or the least solution, or, by Cholesky of a singular JᵀJ, steepest
 * descent. One Jacobian and one solve an iteration.
 */
export function gaussNewtonDirection(solver: InnerSolver = qrSolver()): Descent<null> {
  return {
    name: `gaussNewtonDirection(${solver.name})`,
    needs: solver.needs,
    init: () => null,
    async direction({ x, residual, gradient }, _, oracle) {
      const damped = (await solver.linearize(x, residual!, oracle)).damped(0, new Float64Array(oracle.dimension).fill(1));
      const direction = damped === null ? scaled(-1, gradient) : await damped.solve(residual!);
      return { direction: direction.every(Number.isFinite) ? direction : scaled(-1, gradient), first: 1 };
    },
    update: () => null,
    restart: () => null,
  };
}
