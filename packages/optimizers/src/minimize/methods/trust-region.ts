/** Trust-region Newton with Steihaug's solution of the subproblem. */
import { checkCount, checkNumber } from '../../checks.js';
import type { Iterated, Minimizer, Oracle, Point, Vector } from '../api.js';
import { add, dot, norm, plus, scaled } from '../vector.js';

/** Options of `trustRegion`. */
export interface TrustRegionOptions {
  /** The matrix of the model; default `hessian`. */
  readonly curvature?: 'hessian' | 'gaussNewton';
  /** First radius; default 1. */
  readonly radius?: number;
  /** Default 1000. */
  readonly maxRadius?: number;
  /** A step is taken when actual ÷ predicted decrease is above this; default 0.15. */
  readonly accept?: number;
  /** Products of one subproblem; default 10 d. */
  readonly maxProducts?: number;
}

interface Solved {
  readonly step: Vector;
  /** Model decrease −gᵀp − ½ pᵀBp. */
  readonly predicted: number;
  readonly onBoundary: boolean;
}

/** τ ≥ 0 with ‖z + τ d‖ = radius. */
function toBoundary(z: Vector, d: Vector, radius: number): number {
  const [a, b, c] = [dot(d, d), dot(z, d), dot(z, z) - radius * radius];
  const root = Math.sqrt(b * b - a * c);
  // The form without cancellation.
  return b > 0 ? -c / (b + root) : (root - b) / a;
}

/** CG on B p = −g inside the region, stopped at its boundary or at negative curvature (T. Steihaug, SIAM J. Numer. Anal. 20, 1983). */
async function steihaug(product: (v: Vector) => Promise<Vector>, gradient: Vector, radius: number, most: number): Promise<Solved> {
  const size = norm(gradient);
  const enough = Math.min(0.5, Math.sqrt(size)) * size;
  const z = new Float64Array(gradient.length);
  const bz = new Float64Array(gradient.length);
  const r = gradient.slice();
  let d = scaled(-1, gradient);
  let rr = dot(r, r);
  const solved = (onBoundary: boolean): Solved => ({ step: z, predicted: -dot(gradient, z) - 0.5 * dot(z, bz), onBoundary });
  for (let j = 0; j < most; j++) {
    const bd = await product(d);
    const curvature = dot(d, bd);
    const alpha = rr / curvature;
    if (curvature <= 0 || norm(plus(z, alpha, d)) >= radius) {
      const tau = toBoundary(z, d, radius);
      add(z, tau, d);
      add(bz, tau, bd);
      return solved(true);
    }
    add(z, alpha, d);
    add(bz, alpha, bd);
    add(r, alpha, bd);
    const next = dot(r, r);
    if (Math.sqrt(next) <= enough) break;
    d = plus(scaled(-1, r), next / rr, d);
    rr = next;
  }
  return solved(false);
}

/** Quarter the radius after a poor step, double it after a good one that reached the boundary (Nocedal & Wright 2006, algorithm 4.1). One product an inner iteration. */
export function trustRegion(options: TrustRegionOptions = {}): Minimizer<number> {
  const { curvature = 'hessian', radius = 1, maxRadius = 1000, accept = 0.15, maxProducts } = options;
  checkNumber('radius', radius, 'a positive number', (x) => x > 0);
  checkNumber('maxRadius', maxRadius, 'a number of at least the radius', (x) => x >= radius);
  checkNumber('accept', accept, 'a number in [0, 0.25)', (x) => x >= 0 && x < 0.25);
  if (maxProducts !== undefined) checkCount('maxProducts', maxProducts);
  const product = (oracle: Oracle, { x }: Point) => (v: Vector): Promise<Vector> => (curvature === 'hessian' ? oracle.hvp(x, v) : oracle.ggnvp(x, v));
  return {
    name: `trustRegion(${curvature})`,
    needs: [curvature === 'hessian' ? 'hvp' : 'ggnvp'],
    init: () => radius,
    async step(point, current, oracle): Promise<Iterated<number>> {
      const { step, predicted, onBoundary } = await steihaug(product(oracle, point), point.gradient, current, maxProducts ?? 10 * oracle.dimension);
      const trial = await oracle.at(plus(point.x, 1, step));
      const ratio = agreement(point.value - trial.value, predicted, point.value);
      const next = ratio < 0.25 ? current / 4 : ratio > 0.75 && onBoundary ? Math.min(2 * current, maxRadius) : current;
      const info = { radius: next, ratio };
      if (ratio > accept) return { point: trial, state: next, stuck: null, info };
      return { point, state: next, stuck: next <= 1e-15 * Math.max(1, norm(point.x)) ? 'radiusTooSmall' : null, info };
    },
  };
}

/** Actual ÷ predicted decrease; 1 where both are below the rounding of the value. */
function agreement(actual: number, predicted: number, value: number): number {
  const rounding = 10 * 2.2e-16 * Math.max(1, Math.abs(value));
  if (Math.abs(actual) <= rounding && predicted <= rounding) return 1;
  return predicted > 0 ? actual / predicted : -Infinity;
}
