import { requireCount } from '../checks.js';
import { cosPi } from '../gamma/sin-pi.js';
import type { QuadratureRule } from './api.js';

/** Gauss-Chebyshev rule of n points on (−1, 1), weight 1/√(1−x²): nodes cos((2i−1)π/2n), equal weights π/n. @throws RangeError unless n ≥ 1 is an integer */
export function gaussChebyshev(n: number): QuadratureRule {
  requireCount('gaussChebyshev', 'n', n);
  return {
    nodes: Float64Array.from({ length: n }, (_, i) => -cosPi((2 * i + 1) / (2 * n))),
    weights: new Float64Array(n).fill(Math.PI / n),
  };
}
