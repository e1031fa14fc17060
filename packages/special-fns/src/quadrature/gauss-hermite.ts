import { requireCount } from '../checks.js';
import type { QuadratureRule } from './api.js';
import { gaussRule } from './christoffel.js';

/**
 * Gauss-Hermite rule of n points on (−∞, ∞), weight e^{−x²}, exact to degree 2n − 1. Nodes to 5e-16 relative, weights to 1e-13, n ≤ 1000; outer weights underflow to 0 from n = 370 on.
 * E f(Z) of a standard normal Z is Σ weightᵢ f(√2 nodeᵢ)/√π. Cost about 30 n².
 * @throws RangeError unless n ≥ 1 is an integer
 */
export function gaussHermite(n: number): QuadratureRule {
  requireCount('gaussHermite', 'n', n);
  const { nodes, weights } = gaussRule({ a: () => 0, b: (k) => Math.sqrt(k / 2), logMass: 0.5 * Math.log(Math.PI) }, n);
  // The rule is symmetric; so are its roundings made.
  for (let i = 0, j = n - 1; i <= j; i++, j--) {
    nodes[j] = 0.5 * (nodes[j]! - nodes[i]!);
    nodes[i] = i === j ? 0 : -nodes[j]!;
    weights[i] = weights[j] = 0.5 * (weights[i]! + weights[j]!);
  }
  if (n % 2 === 1) nodes[n >> 1] = 0;
  return { nodes, weights };
}
