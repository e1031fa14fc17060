import { requireChoice, requireCount } from '../checks.js';
import { besselIRatio } from '../log-bessel/ratio.js';

/**
 * `mle`: the root, by safeguarded Newton steps. `sra`: two Newton steps (Sra 2012). `tanabe`: one secant step between two bounds (Tanabe et al. 2007).
 * `banerjee`: a closed form (Banerjee et al. 2005).
 */
export type VmfMethod = 'mle' | 'sra' | 'tanabe' | 'banerjee';

export const VMF_METHODS: readonly VmfMethod[] = ['mle', 'sra', 'tanabe', 'banerjee'];

export interface Concentration {
  readonly kappa: number;
  readonly iterations: number;
  readonly converged: boolean;
}

const MAX_STEPS = 50;
const STEP_TOLERANCE = 1e-12;

/**
 * The concentration κ with A_p(κ) = R̄, A_p = I_{p/2}/I_{p/2−1}: the maximum-likelihood estimate from a mean resultant length R̄. κ = 0 for R̄ = 0.
 * @throws RangeError unless p ≥ 2 and 0 ≤ R̄; with the word degenerate for R̄ ≥ 1 − 1e-15
 */
export function vmfConcentration(p: number, meanLength: number, method: VmfMethod = 'mle'): Concentration {
  const where = 'vmfConcentration';
  requireCount(where, 'p', p, 2);
  requireChoice(where, 'method', method, VMF_METHODS);
  if (!(meanLength >= 0)) throw new RangeError(`${where}: meanLength must be between 0 and 1, got ${String(meanLength)}`);
  if (meanLength >= 1 - 1e-15) throw new RangeError(`${where}: degenerate: the mean of the samples has length ${meanLength}, so that they are all equal and kappa is infinite`);
  if (meanLength === 0) return { kappa: 0, iterations: 0, converged: true };
  const gap = (1 - meanLength) * (1 + meanLength);
  const start = (meanLength * (p - meanLength * meanLength)) / gap;
  const bounds: Bounds = { low: (meanLength * (p - 2)) / gap, high: (meanLength * p) / gap };
  if (method === 'banerjee') return { kappa: start, iterations: 0, converged: true };
  if (method === 'tanabe') return { kappa: secant(p, meanLength, bounds), iterations: 1, converged: true };
  return newton(p, meanLength, start, bounds, method === 'sra' ? 2 : MAX_STEPS);
}

interface Bounds {
  low: number;
  high: number;
}

/** One secant step on the fixed point of Φ(κ) = R̄ κ/A_p(κ). */
function secant(p: number, meanLength: number, { low, high }: Bounds): number {
  const phi = (kappa: number): number => (kappa === 0 ? meanLength * p : (meanLength * kappa) / besselIRatio(p / 2 - 1, kappa));
  const [a, b] = [phi(low), phi(high)];
  return (low * b - high * a) / (b - a - (high - low));
}

/** Newton on A_p(κ) = R̄ with A_p′ = 1 − A² − (p−1) A/κ, bisecting where a step leaves the bracket. */
function newton(p: number, meanLength: number, start: number, bounds: Bounds, maxSteps: number): Concentration {
  let { low, high } = bounds;
  let kappa = start;
  const fixed = maxSteps === 2;
  for (let step = 1; step <= maxSteps; step++) {
    const ratio = besselIRatio(p / 2 - 1, kappa);
    const slope = 1 - ratio * ratio - ((p - 1) * ratio) / kappa;
    if (ratio > meanLength) high = Math.min(high, kappa);
    else low = Math.max(low, kappa);
    let next = kappa - (ratio - meanLength) / slope;
    if (!fixed && !(next >= low && next <= high)) next = 0.5 * (low + high);
    const moved = Math.abs(next - kappa);
    kappa = next;
    if (!fixed && moved <= STEP_TOLERANCE * kappa) return { kappa, iterations: step, converged: true };
  }
  return { kappa, iterations: maxSteps, converged: fixed };
}
