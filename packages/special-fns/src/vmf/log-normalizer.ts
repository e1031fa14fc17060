import { requireCount } from '../checks.js';
import { logGamma } from '../gamma/log-gamma.js';
import { logI } from '../log-bessel/log-bessel-i.js';

const LN_2PI = 1.8378770664093453;

/**
 * log C_p(κ), the logarithm of the factor that makes exp(κ μᵀy) a density on the unit sphere of ℝᵖ: (p/2−1) ln κ − (p/2) ln 2π − log I_{p/2−1}(κ). At κ = 0
 * minus the logarithm of the sphere's area. Cost one log-Bessel function.
 * @throws RangeError unless p ≥ 2 is an integer and κ ≥ 0 is finite
 */
export function vmfLogNormalizer(p: number, kappa: number): number {
  requireCount('vmfLogNormalizer', 'p', p, 2);
  if (!(kappa >= 0 && kappa < Infinity)) throw new RangeError(`vmfLogNormalizer: kappa must be a finite number of at least 0, got ${String(kappa)}`);
  const v = p / 2 - 1;
  if (kappa === 0) return logGamma(p / 2) - Math.LN2 - (p / 2) * Math.log(Math.PI);
  return (v === 0 ? 0 : v * Math.log(kappa)) - (p / 2) * LN_2PI - logI(v, kappa);
}
