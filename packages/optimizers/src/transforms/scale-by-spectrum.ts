/** Learning rate and momentum from the curvature of the batches themselves. */
import { type Tensor, treeMap, zeros } from '@curv/tensor';
import type { Params, Transform, Transformed } from '../api.js';
import { checkCount, checkDecay, checkNumber } from '../checks.js';
import { type RitzValues, ritzValues } from '../estimators/ritz-values.js';
import { dtypeOf } from '../optimizer.js';
import { zerosLike } from '../tree.js';

/** Options of the spectral learner. */
export interface SpectrumOptions {
  /** Steps between two looks; default 100. */
  readonly every?: number;
  /** Lanczos steps of a look; default 20. */
  readonly lanczosSteps?: number;
  /**
   * μ: the `median` of the Ritz values' magnitudes; or their `minimum` after the one whose weight exceeds ½ is left out, which is the spike of near-zero curvature. Default `median`.
   */
  readonly bulk?: 'median' | 'minimum';
  /** Heavy ball (Polyak) instead of plain gradient steps. Default true. */
  readonly momentum?: boolean;
  /** Default 0.99. */
  readonly maxMomentum?: number;
  /**
   * L falls to no less than this part of itself from look to look: the largest of the last batches counts, since with their mean the heavy ball can diverge. Default 0.9; 0 for each look by itself.
   */
  readonly memory?: number;
}

interface Slots {
  readonly velocity: Params;
  /** L, or 0 before the first look. */
  readonly largest: Tensor;
  readonly rate: Tensor;
  readonly momentum: Tensor;
}

/**
 * v ← ρ v − α g with α and ρ from a short Lanczos run on the batch's Hessian every few steps, the first included: 2 / (L + μ) without momentum, Polyak's parameters of a quadratic with eigenvalues
 * in [μ, L] with it (Granziol, Zohren & Roberts 2022, arXiv:2006.09092; the authors' script has √L + μ in a denominator of the momentum, Polyak's formula √L + √μ). The authors look at a fixed set
 * of 1024 examples; here it is the training batch, whose largest eigenvalue contains the broadening λ₁ + c/B of its size, so that rates grow with the batch and level off at 2/λ₁. A look that is
 * not finite or shows no curvature leaves the rates as they were. The updates are steps: nothing scales them after. Reports at looks `learningRate`, `momentum` and `largest`. State d + 3.
 * Cost of a look: `lanczosSteps` products. Needs an engine that has `symmetricEigen`.
 */
export function scaleBySpectrum(options: SpectrumOptions = {}): Transform {
  const { every = 100, lanczosSteps = 20, bulk = 'median', momentum = true, maxMomentum = 0.99, memory = 0.9 } = options;
  checkCount('every', every);
  checkCount('lanczosSteps', lanczosSteps);
  checkDecay('maxMomentum', maxMomentum);
  checkNumber('memory', memory, 'a number in [0, 1]', (x) => x >= 0 && x <= 1);
  if (bulk !== 'median' && bulk !== 'minimum') throw new TypeError(`bulk: expected median or minimum, got ${String(bulk)}`);
  return {
    name: 'scaleBySpectrum',
    needs: ['hvp'],
    phase: (step) => (every === 1 || step % every === 1 ? 'look' : 'hold'),
    init(params): Params {
      const zero = (): Tensor => zeros([], dtypeOf(params));
      return { velocity: zerosLike(params), largest: zero(), rate: zero(), momentum: zero() };
    },
    update(updates, state, at): Transformed<Params> {
      const slots = state as unknown as Slots;
      const rates = at.phase === 'look' ? looked(slots, ritzValues(at, lanczosSteps), { bulk, heavy: momentum, maxMomentum, memory }) : slots;
      const velocity = treeMap((v, g) => v.mul(rates.momentum).sub(g.mul(rates.rate)), slots.velocity, updates);
      const { largest, rate, momentum: rho } = rates;
      return [velocity, { velocity, largest, rate, momentum: rho }, at.phase === 'look' ? { learningRate: rate, momentum: rho, largest } : {}];
    },
  };
}

type Rates = Pick<Slots, 'largest' | 'rate' | 'momentum'>;

function looked(before: Rates, { values, weights }: RitzValues, { bulk, heavy, maxMomentum, memory }: { bulk: string; heavy: boolean; maxMomentum: number; memory: number }): Rates {
  const sizes = values.abs();
  const top = sizes.max();
  const usable = top.greater(0).and(top.less(Infinity));
  const largest = usable.select(top.maximum(before.largest.mul(memory)), before.largest);
  const safe = largest.greater(0).select(largest, 1);
  const inner = bulk === 'median' ? median(sizes) : weights.greater(0.5).select(Infinity, sizes).min();
  // Where one Ritz value is all there is, it is the bulk too.
  const smallest = inner.less(Infinity).select(inner, top).maximum(safe.mul(1e-6)).minimum(safe);
  const [a, b] = [safe.sqrt(), smallest.sqrt()];
  const rho = heavy ? a.sub(b).div(a.add(b)).square().minimum(maxMomentum) : safe.mul(0);
  // α L = (1 + √ρ)²: Polyak's rate where ρ is his, and still stable where ρ was capped.
  const rate = heavy ? rho.sqrt().add(1).square().div(safe) : safe.add(smallest).reciprocal().mul(2);
  return { largest, rate: usable.select(rate, before.rate), momentum: usable.select(rho, before.momentum) };
}

function median(values: Tensor): Tensor {
  const sorted = values.sort();
  const n = values.size;
  const at = (i: number): Tensor => sorted.slice([i], [i + 1]).reshape([]);
  return n % 2 === 1 ? at((n - 1) / 2) : at(n / 2 - 1).add(at(n / 2)).mul(0.5);
}
