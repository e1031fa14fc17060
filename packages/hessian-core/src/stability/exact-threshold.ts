/** The exact learning rate up to which SGD is stable in mean square. */
import { matrix } from '@curv/linalg';
import type { Samples, SpanFrame } from './output-rows.js';
import { noiseMap } from './second-moment.js';

/** Options of the exact threshold. */
export interface ThresholdOptions {
  /** Relative change of the eigenvalue at which its iteration stops. Default 1e-10. */
  readonly tolerance?: number;
  /** Default 1000. */
  readonly maxIterations?: number;
}

/**
 * η* = 2 / λ_max(C⁻¹ D) with C(S) = ½ (G S + S G) (Mulayoff & Michaeli 2023, arXiv:2306.07850), by power iteration on symmetric r × r
 * matrices from S = I: D maps positive semidefinite matrices to such, so the start is never orthogonal to the leading one. The value is the
 * Rayleigh quotient ⟨S, D(S)⟩ / ⟨S, C(S)⟩. Cost: n r² a step.
 */
export function exactThreshold(samples: Samples, frame: SpanFrame, { tolerance = 1e-10, maxIterations = 1000 }: ThresholdOptions): { threshold: number; converged: boolean; iterations: number } {
  const { eigenvalues } = frame;
  const r = eigenvalues.length;
  if (r === 0) return { threshold: Infinity, converged: true, iterations: 0 };
  const d = noiseMap(samples, frame);
  const half = (at: number): number => (eigenvalues[Math.floor(at / r)]! + eigenvalues[at % r]!) / 2;
  let s = matrix(r, r);
  for (let i = 0; i < r; i++) s.data[i * r + i] = 1;
  let value = 0;
  for (let k = 1; k <= maxIterations; k++) {
    const image = d(s);
    let [top, bottom] = [0, 0];
    s.data.forEach((x, at) => {
      top += x * image.data[at]!;
      bottom += x * x * half(at);
    });
    const previous = value;
    value = top / bottom;
    if (Math.abs(value - previous) <= tolerance * value) return { threshold: 2 / value, converged: true, iterations: k };
    const next = image.data.map((x, at) => x / half(at));
    const size = Math.sqrt(next.reduce((sum, x) => sum + x * x, 0));
    s = matrix(r, r, next.map((x) => x / size));
  }
  return { threshold: 2 / value, converged: false, iterations: maxIterations };
}
