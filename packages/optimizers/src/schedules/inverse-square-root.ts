/** Inverse square root decay. */
import { checkCount, checkPositive } from '../checks.js';

/** Rises linearly to `peak` at step `warmUp`, then falls as peak · √(warmUp / step) (Vaswani et al. 2017, arXiv:1706.03762, section 5.3). */
export function inverseSquareRoot(peak: number, warmUp = 1): (step: number) => number {
  checkPositive('peak', peak);
  checkCount('warmUp', warmUp);
  return (step) => peak * Math.min(step / warmUp, Math.sqrt(warmUp / step));
}
