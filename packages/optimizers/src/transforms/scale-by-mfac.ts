/** M-FAC's direction: the inverse of the damped empirical Fisher matrix of the latest gradients, times the newest. */
import { cholesky, concat, eye, ravel, stack, type Tensor, triangularSolve, zeros } from '@curv/tensor';
import type { Params, Transform, Transformed } from '../api.js';
import { checkCount, checkPositive } from '../checks.js';
import { dtypeOf } from '../optimizer.js';
import { countOf } from '../tree.js';

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
  /** Rows of G, m of [d], the newest last. */
  readonly gradients: readonly Tensor[];
  /** S = GGᵀ, [m, m]. */
  readonly gram: Tensor;
  /** [d], 1 where a parameter takes part. */
  readonly kept?: Tensor;
}

/** Rounding unit by dtype. */
const UNIT = { float32: 2 ** -24, float64: 2 ** -53 } as const;

/**
 * u = F⁻¹ g, where F = λI + (1/m) GᵀG holds the latest m gradients, g among them (Frantar, Kurtic & Alistarh 2021, arXiv:2107.03356, section 3.2). With K = mλI + GGᵀ and g the
 * last row of G, F⁻¹Gᵀ = m GᵀK⁻¹ gives u = m Gᵀ K⁻¹ eₘ: nothing cancels, as it does in (g − GᵀK⁻¹Gg) / λ. Cost O(md + m³), memory m·d + m².
 * @throws RangeError from `init`, with the byte count, above the memory limit
 */
export function scaleByMfac({ window: m = 1024, damping = 1e-5, sparse = false, memoryLimit = 2 ** 32 }: MfacWindowOptions = {}): Transform {
  checkCount('window', m);
  checkPositive('damping', damping);
  checkPositive('memoryLimit', memoryLimit);
  return {
    name: `scaleByMfac(${m}${sparse ? ', sparse' : ''})`,
    init(params): Params {
      const [d, dtype] = [countOf(params), dtypeOf(params)];
      const bytes = m * d * (dtype === 'float32' ? 4 : 8);
      if (bytes > memoryLimit) throw new RangeError(`window: ${m} gradients of ${d} numbers take ${bytes} bytes, more than memoryLimit ${memoryLimit}`);
      const kept = sparse && { kept: ravel(params).vector.notEqual(0).cast(dtype) };
      return { gradients: Array.from({ length: m }, () => zeros([d], dtype)), gram: zeros([m, m], dtype), ...kept };
    },
    update(updates, state): Transformed<Params> {
      const { gradients, gram, kept } = state as unknown as Slots;
      const { vector, unravel } = ravel(updates);
      const g = kept ? vector.mul(kept) : vector;
      const { dtype } = g;
      // The window moves by one row: the oldest leaves, the newest is the last. The others stay where they are in memory.
      const rows = [...gradients.slice(1), g];
      const window = stack(rows);
      const products = window.matmul(g.reshape([-1, 1]));
      const s = m === 1 ? products : concat([concat([gram.slice([1, 1], [m, m]), products.slice([0, 0], [m - 1, 1])], 1), products.reshape([1, m])], 0);
      const unit = eye(m, dtype);
      // A Gram matrix of rounded numbers is positive semidefinite up to a few units of its trace.
      const trace = s.reshape([m * m]).slice([0], [m * m], [m + 1]).sum();
      const least = trace.mul(4 * UNIT[dtype as keyof typeof UNIT]);
      const l = cholesky(s.add(unit.mul(least.maximum(m * damping))));
      // LLᵀc = m eₘ, where L⁻¹eₘ = eₘ / Lₘₘ.
      const last = unit.slice([0, m - 1], [m, m]);
      const c = triangularSolve(l, last.mul(m).div(l.slice([m - 1, m - 1], [m, m])), { transpose: true });
      const u = c.matmul(window, { transposeA: true }).reshape([-1]);
      return [unravel(u) as Params, { gradients: rows, gram: s, ...(kept && { kept }) } as Params];
    },
  };
}
