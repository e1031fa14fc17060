import { requireCount } from '../checks.js';
import { logGamma } from '../gamma/log-gamma.js';
import type { QuadratureRule } from './api.js';
import { gaussRule } from './christoffel.js';

/**
 * Gauss-Laguerre rule of n points on [0, ∞), weight x^α e^{−x}, exact to degree 2n − 1. Nodes to 1e-12 relative (the smallest lose most), weights likewise; outer weights underflow
 * to 0 from n = 190 on. Cost about 30 n².
 * @throws RangeError unless n ≥ 1 is an integer and α > −1
 */
export function gaussLaguerre(n: number, alpha = 0): QuadratureRule {
  requireCount('gaussLaguerre', 'n', n);
  if (!(alpha > -1 && alpha < Infinity)) throw new RangeError(`gaussLaguerre: alpha must be a finite number greater than -1, got ${String(alpha)}`);
  return gaussRule({ a: (k) => 2 * k + 1 + alpha, b: (k) => Math.sqrt(k * (k + alpha)), logMass: logGamma(alpha + 1) }, n);
}
