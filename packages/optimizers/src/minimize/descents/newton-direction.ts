/** Truncated Newton directions. */
import { checkCount } from '../../checks.js';
import type { Descent, Oracle, Point, Vector } from '../api.js';
import { add, dot, norm, plus, scaled } from '../vector.js';

/** Options of `newtonDirection`. */
export interface NewtonOptions {
  /** The matrix: the Hessian, or the Gauss-Newton matrix, which is never indefinite. Default `hessian`. */
  readonly curvature?: 'hessian' | 'gaussNewton';
  /** Products of one direction; default 200 and at most 2 d. */
  readonly maxProducts?: number;
}

/** CG on H d = −g to ‖r‖ ≤ min(½, √‖g‖) ‖g‖; ends at a direction of negative curvature (Nocedal & Wright 2006, algorithm 7.1). */
async function truncated(product: (v: Vector) => Promise<Vector>, gradient: Vector, most: number): Promise<Vector> {
  const size = norm(gradient);
  const enough = Math.min(0.5, Math.sqrt(size)) * size;
  const z = new Float64Array(gradient.length);
  const r = gradient.slice();
  let d = scaled(-1, gradient);
  let rr = dot(r, r);
  for (let j = 0; j < most; j++) {
    const hd = await product(d);
    const curvature = dot(d, hd);
    if (curvature <= 1e-16 * dot(d, d)) return j === 0 ? scaled(-1, gradient) : z;
    const alpha = rr / curvature;
    add(z, alpha, d);
    add(r, alpha, hd);
    const next = dot(r, r);
    if (Math.sqrt(next) <= enough) return z;
    d = plus(scaled(-1, r), next / rr, d);
    rr = next;
  }
  return z;
}

/** −H⁻¹ g, inexactly, by conjugate gradients (Dembo & Steihaug 1983). */
export function newtonDirection({ curvature = 'hessian', maxProducts = 200 }: NewtonOptions = {}): Descent<null> {
  checkCount('maxProducts', maxProducts);
  if (curvature !== 'hessian' && curvature !== 'gaussNewton') throw new TypeError(`curvature: expected hessian or gaussNewton, got ${String(curvature)}`);
  const product = (oracle: Oracle, { x }: Point) => (v: Vector): Promise<Vector> => (curvature === 'hessian' ? oracle.hvp(x, v) : oracle.ggnvp(x, v));
  return {
    name: curvature === 'hessian' ? 'newtonDirection' : 'newtonDirection(gaussNewton)',
    needs: [curvature === 'hessian' ? 'hvp' : 'ggnvp'],
    init: () => null,
    direction: async (point, _, oracle) => ({ direction: await truncated(product(oracle, point), point.gradient, Math.min(maxProducts, 2 * oracle.dimension)), first: 1 }),
    update: () => null,
    restart: () => null,
  };
}
