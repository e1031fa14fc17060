/** Means of functions of eigenvalues. */
import type { SpectralDensity } from '../estimators/spectral-density.js';

/**
 * (1/n) tr f(A) ≈ the mean over probes of Σ τₖ f(θₖ), from the nodes and weights of `spectralDensity`. For one probe it is the Gauss quadrature of
 * its spectral measure: exact for polynomials of degree 2m − 1 after m steps (Golub & Meurant 1993).
 */
export function integrateSpectrum({ nodes, weights }: Pick<SpectralDensity, 'nodes' | 'weights'>, f: (eigenvalue: number) => number): number {
  let total = 0;
  nodes.forEach((list, k) => list.forEach((node, j) => (total += weights[k]![j]! * f(node))));
  return total / nodes.length;
}
