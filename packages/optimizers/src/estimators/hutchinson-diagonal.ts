/** Hutchinson's estimator of a Hessian's diagonal. */
import { treeMap } from '@curv/tensor';
import type { Params, StepContext } from '../api.js';
import { checkCount } from '../checks.js';
import type { DiagonalEstimator } from './diagonal-estimator.js';

/** Options of `hutchinsonDiagonal`. */
export interface HutchinsonDiagonalOptions {
  /** Distribution of the probes; `rademacher` has the lower variance, and none for a diagonal Hessian. Default `rademacher`. */
  readonly probe?: 'rademacher' | 'normal';
  /** Probes averaged over; default 1. Each costs a Hessian-vector product. */
  readonly samples?: number;
}

/** u ⊙ (H u) of one probe; E = diag H (Bekas, Kokiopoulou & Saad 2007). */
export function hutchinsonProbe(at: StepContext, probe: 'rademacher' | 'normal'): Params {
  const u = treeMap((p) => at.draw(probe, p.shape, p.dtype), at.params);
  return treeMap((a, b) => a.mul(b), u, at.hvp!(u));
}

/** Mean of u ⊙ (H u) over probes: unbiased for the diagonal of the batch's Hessian; entries may be negative (Liu et al. 2023, arXiv:2305.14342, algorithm 1). */
export function hutchinsonDiagonal({ probe = 'rademacher', samples = 1 }: HutchinsonDiagonalOptions = {}): DiagonalEstimator {
  checkCount('samples', samples);
  if (probe !== 'rademacher' && probe !== 'normal') throw new TypeError(`probe: expected rademacher or normal, got ${String(probe)}`);
  return {
    name: `hutchinson ${probe}`,
    needs: ['hvp'],
    estimate(at) {
      let sum = hutchinsonProbe(at, probe);
      for (let k = 1; k < samples; k++) sum = treeMap((a, b) => a.add(b), sum, hutchinsonProbe(at, probe));
      return samples === 1 ? sum : treeMap((a) => a.mul(1 / samples), sum);
    },
  };
}
