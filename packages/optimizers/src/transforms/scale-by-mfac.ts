/** M-FAC's direction: the inverse of the damped empirical Fisher matrix of the latest gradients, times the newest. */
import { positiveDefiniteSolve } from '@curv/linalg/tensor';
import { eye, iota, ravel, type Tensor, zeros } from '@curv/tensor';
import type { Params, Transform, Transformed } from '../api.js';
import { checkCount, checkPositive } from '../checks.js';
import { dtypeOf } from '../optimizer.js';
import { countOf } from '../tree.js';
import type { Hyper } from './hyper.js';

/** Options of M-FAC's direction. */
export interface MfacWindowOptions {
  /** m: how many gradients are kept; 1/m stays as it is while there are fewer. Default 1024. */
  readonly window?: number;
  /** λ; default 1e-5. Where that is below the rounding of the Gram matrix, what rounding leaves takes its place. */
  readonly damping?: number;
  /** Parameters that are 0 when the state is made count as absent: they never move. One slot of d more. Default false. */
  readonly sparse?: boolean;
  /** Bytes that the window may take. Default 4 GiB. */
  readonly memoryLimit?: number;
}

interface Slots {
  /** G, [m, d]. */
  readonly gradients: Tensor;
  /** S = GGᵀ, [m, m]. */
  readonly gram: Tensor;
  /** [d], 1 where a parameter takes part. */
  readonly kept?: Tensor;
}

/** Rounding unit by dtype. */
const UNIT = { float32: 2 ** -24, float64: 2 ** -53 } as const;

/**
 * u = F⁻¹ g, where F = λI + (1/m) GᵀG holds the latest m gradients, g among them (Frantar, Kurtic & Alistarh 2021, arXiv:2107.03356, section 3.2). With K = mλI + GGᵀ and g the
 * j-th row of G, F⁻¹Gᵀ = m GᵀK⁻¹ gives u = m Gᵀ K⁻¹ eⱼ: nothing cancels, as it does in (g − GᵀK⁻¹Gg) / λ. Cost O(md + m³), memory m·d + m².
 * @throws RangeError from `init`, with the byte count, above the memory limit
 */
export function scaleByMfac({ window: m = 1024, damping = 1e-5, sparse = false, memoryLimit = 2 ** 32 }: MfacWindowOptions = {}): Transform {
  checkCount('window', m);
  checkPositive('damping', damping);
  checkPositive('memoryLimit', memoryLimit);
  return {
    name: `scaleByMfac(${m}${sparse ? ', sparse' : ''})`,
    hyper: (step) => ({ row: (step - 1) % m }),
    init(params): Params {
      const [d, dtype] = [countOf(params), dtypeOf(params)];
      const bytes = m * d * (dtype === 'float32' ? 4 : 8);
      if (bytes > memoryLimit) throw new RangeError(`window: ${m} gradients of ${d} numbers take ${bytes} bytes, more than memoryLimit ${memoryLimit}`);
      const kept = sparse && { kept: ravel(params).vector.notEqual(0).cast(dtype) };
      return { gradients: zeros([m, d], dtype), gram: zeros([m, m], dtype), ...kept };
    },
    update(updates, state, { hyper }): Transformed<Params> {
      const { gradients, gram, kept } = state as unknown as Slots;
      const { vector, unravel } = ravel(updates);
      const g = kept ? vector.mul(kept) : vector;
      const { dtype } = g;
      const mask = iota([m], 0, dtype).equal((hyper as Hyper<'row'>).row);
      const column = mask.reshape([m, 1]);
      const rows = column.select(g.reshape([1, -1]), gradients);
      const products = rows.matmul(g.reshape([-1, 1]));
      const s = column.select(products.reshape([1, m]), mask.reshape([1, m]).select(products, gram));
      const unit = eye(m, dtype);
      // A Gram matrix of rounded numbers is positive semidefinite up to a few units of its trace.
      const least = s.mul(unit).sum().mul(4 * UNIT[dtype as keyof typeof UNIT]);
      const k = s.add(unit.mul(least.maximum(m * damping)));
      const c = positiveDefiniteSolve(k, column.cast(dtype)).mul(m);
      const u = c.reshape([1, m]).matmul(rows).reshape([-1]);
      return [unravel(u) as Params, { gradients: rows, gram: s, ...(kept && { kept }) } as Params];
    },
  };
}
