/** Adam's direction. */
import type { Params, Transform } from '../api.js';
import { checkDecay, checkNonNegative } from '../checks.js';
import { unzipMap, zerosLike } from '../tree.js';
import type { Hyper } from './hyper.js';

/** Options of Adam. */
export interface AdamMomentOptions {
  /** Decay of the first moment; default 0.9. */
  readonly beta1?: number;
  /** Decay of the second moment; default 0.999. */
  readonly beta2?: number;
  /** ε, added to the root of the second moment after its bias correction; default 1e-8. */
  readonly epsilon?: number;
  /** Look ahead: β₁ m̂ + (1 − β₁) g / (1 − β₁ᵗ) in place of m̂ (Dozat 2016). Default false. */
  readonly nesterov?: boolean;
  /** Keep the largest second moment seen (Reddi et al. 2018, arXiv:1904.09237). Default false. */
  readonly amsgrad?: boolean;
}

/**
 * m̂ / (√v̂ + ε) with m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², and both divided by 1 − βᵗ (Kingma & Ba 2015, arXiv:1412.6980, algorithm 1). Cost O(d), two
 * slots; three with `amsgrad`.
 */
export function scaleByAdam(options: AdamMomentOptions = {}): Transform {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, nesterov = false, amsgrad = false } = options;
  checkDecay('beta1', beta1);
  checkDecay('beta2', beta2);
  checkNonNegative('epsilon', epsilon);
  return {
    name: amsgrad ? 'scaleByAdam(amsgrad)' : 'scaleByAdam',
    // 1 − βᵗ loses all its digits in float32 when t is small, so it is made here.
    hyper: (step) => ({ first: 1 / (1 - beta1 ** step), second: 1 / Math.sqrt(1 - beta2 ** step), ahead: 1 / (1 - beta1 ** (step + 1)) }),
    init: (params): Params => ({ m: zerosLike(params), v: zerosLike(params), ...(amsgrad && { largest: zerosLike(params) }) }),
    update(updates, state, { hyper }) {
      const { first, second, ahead } = hyper as Hyper<'first' | 'second' | 'ahead'>;
      const { m, v, largest } = state as Readonly<Record<'m' | 'v' | 'largest', Params>>;
      const step = (g: Params, a: Params, b: Params): { m: Params; v: Params } => {
        const [m, v] = unzipMap<[1, 1]>((g, a, b) => [a.mul(beta1).add(g.mul(1 - beta1)), b.mul(beta2).add(g.square().mul(1 - beta2))], g, a, b);
        return { m, v };
      };
      const next = step(updates, m, v);
      const top = amsgrad ? unzipMap<[1]>((a, b) => [a.maximum(b)], largest, next.v)[0] : next.v;
      const [direction] = unzipMap<[1]>(
        (g, a, b) => {
          const mean = nesterov ? a.mul(beta1).mul(ahead).add(g.mul(1 - beta1).mul(first)) : a.mul(first);
          return [mean.div(b.sqrt().mul(second).add(epsilon))];
        },
        updates,
        next.m,
        top,
      );
      return [direction, { ...next, ...(amsgrad && { largest: top }) }];
    },
  };
}
