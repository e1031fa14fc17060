import { vmfLogNormalizer } from './log-normalizer.js';
import { cosines, requireUnitRows } from './samples.js';

/**
 * Logarithm of the von Mises-Fisher density exp(κ μᵀy) C_p(κ) at every row of `samples` (n×p by rows, unit rows; μ a unit vector), into `out` where given.
 * @throws RangeError for rows that are not unit, sizes that do not fit, κ < 0
 */
export function vmfLogPdf(samples: Float64Array, mu: Float64Array, kappa: number, out?: Float64Array): Float64Array {
  const p = mu.length;
  requireUnitRows('vmfLogPdf', mu, p);
  const n = requireUnitRows('vmfLogPdf', samples, p);
  if (out !== undefined && out.length !== n) throw new RangeError(`vmfLogPdf: out must have ${n} elements, got ${out.length}`);
  const result = out ?? new Float64Array(n);
  const normalizer = vmfLogNormalizer(p, kappa);
  cosines(samples, mu, result);
  for (let i = 0; i < n; i++) result[i] = kappa * result[i]! + normalizer;
  return result;
}
