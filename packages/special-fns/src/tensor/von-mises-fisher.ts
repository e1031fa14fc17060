/** The von Mises-Fisher density as a function of tensors. */
import { customDerivative, type Tensor } from '@curv/tensor';
import { requireCount } from '../checks.js';
import { besselIRatio, logBesselI } from './log-bessel.js';

const LN_2PI = 1.8378770664093453;

/**
 * log C_p(κ) of every element of a tensor κ > 0: (p/2−1) ln κ − (p/2) ln 2π − log I_{p/2−1}(κ), with derivative −A_p(κ) = −I_{p/2}/I_{p/2−1}.
 * @throws RangeError unless p ≥ 2 is an integer
 */
export function vmfLogNormalizer(p: number, kappa: Tensor): Tensor {
  requireCount('vmfLogNormalizer', 'p', p, 2);
  const v = p / 2 - 1;
  const value = (k: Tensor): Tensor => k.log().mul(v).sub((p / 2) * LN_2PI).sub(logBesselI(v, k));
  return customDerivative(value, { jvp: ([k], [dk]) => dk.mul(besselIRatio(v, k)).neg() })(kappa);
}

/**
 * Logarithm of the von Mises-Fisher density κ μᵀy + log C_p(κ). Unit vectors along the last axis of `y` and `mu`, which broadcast; `kappa` > 0 has the shape of what
 * remains, or broadcasts to it. With f the output of a net, μ = f/|f| and κ = |f| give a regression of directions with their uncertainty.
 */
export function vmfLogPdf(y: Tensor, mu: Tensor, kappa: Tensor): Tensor {
  const p = y.shape.at(-1) ?? 0;
  return y.mul(mu).sum(-1).mul(kappa).add(vmfLogNormalizer(p, kappa));
}
