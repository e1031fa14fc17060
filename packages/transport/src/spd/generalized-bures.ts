/** The generalized and power-deformed Bures-Wasserstein metrics. */
import type { Tensor } from '@curv/tensor';
import type { SpdMetric } from './api.js';
import { bures, congruence } from './bures.js';
import { requirePower } from './checks.js';
import { matrixInverseSqrt, matrixPower, matrixSqrt } from './matrix-functions.js';
import { pulledBack } from './pulled-back.js';
import { requireMatrices } from './shapes.js';

/** Options of `generalizedBures`. */
export interface GeneralizedBuresOptions {
  /** SPD metric parameter M [n, n]; default I, the Bures-Wasserstein metric. */
  readonly metric?: Tensor;
  /** Exponent θ of the power deformation, not 0; default 1. */
  readonly power?: number;
}

/**
 * The metric of d²(P, Q) = d²_BW(M^−½ Pᶿ M^−½, M^−½ Qᶿ M^−½)/θ² (Han et al. 2023, arXiv:2110.10464; Wang et al. 2025, arXiv:2504.00660). For θ = 1 it is
 * ½ tr(L V) with M L P + P L M = V. As θ → 0 with M = I it tends to a quarter of the log-Euclidean d².
 * @throws RangeError where the power is 0 or not finite, or M is not square
 */
export function generalizedBures({ metric, power = 1 }: GeneralizedBuresOptions = {}): SpdMetric {
  requirePower('generalizedBures', power);
  if (metric !== undefined) requireMatrices('generalizedBures', 'metric', metric);
  const [shrink, stretch] = metric === undefined ? [null, null] : [matrixInverseSqrt(metric), matrixSqrt(metric)];
  const to = (p: Tensor): Tensor => (shrink ? congruence(shrink, matrixPower(p, power)) : matrixPower(p, power));
  const from = (y: Tensor): Tensor => matrixPower(stretch ? congruence(stretch, y) : y, 1 / power);
  return pulledBack(metric === undefined ? `bures, power ${power}` : `generalized bures, power ${power}`, bures, { to, from }, 1 / power ** 2);
}
