/** Uniform expansions for large order in primitives. */
import type { Tensor } from '@curv/tensor';
import { stirlingSeries } from '../gamma/stirling.js';
import { U, uniformTerms, V } from '../log-bessel/uniform-polynomials.js';

/** From this order on the expansions hold to double precision for every x. */
export const LEAST_ORDER = 16;

const LN_2PI = 1.8378770664093453;
const LN_HALF_PI = 0.4515827052894549;

interface Place {
  readonly z: Tensor;
  readonly r: Tensor;
}

function place(w: number, x: Tensor): Place {
  const z = x.div(w);
  return { z, r: z.square().add(1).sqrt() };
}

/** Σ (± t/w)ᵏ q_k(t²), t = 1/r. */
function sum(table: readonly (readonly number[])[], w: number, r: Tensor, sign: number): Tensor {
  const terms = uniformTerms(w);
  const s = r.square().reciprocal();
  const scale = r.mul(sign * w).reciprocal();
  // By Horner in the scale too: Σ = q₀ + scale (q₁ + scale (q₂ + …)).
  let total: Tensor | null = null;
  for (let k = terms; k >= 1; k--) {
    const q = table[k]!;
    let value: Tensor = s.mul(q[k]!).add(q[k - 1]!);
    for (let j = k - 2; j >= 0; j--) value = value.mul(s).add(q[j]!);
    total = total === null ? value : total.mul(scale).add(value);
  }
  return total!.mul(scale).add(1);
}

/**
 * log I_w(x) − w ln(x/2) + ln Γ(w+1), which is O(x²) for small x: DLMF 10.41.3 with w ln w − w and the rest of Stirling's formula taken out by hand.
 * r − 1 = z²/(1+r) is not formed as a difference.
 */
export function logIScaled(w: number, x: Tensor): Tensor {
  const { z, r } = place(w, x);
  const excess = z.square().div(r.add(1));
  return excess
    .sub(excess.mul(0.5).log1p())
    .mul(w)
    .sub(excess.log1p().mul(0.5))
    .add(sum(U, w, r, 1).log().add(stirlingSeries(w)));
}

/** w η. */
function exponent(w: number, { z, r }: Place): Tensor {
  return r.add(z.div(r.add(1)).log()).mul(w);
}

/** log I_w(x) (DLMF 10.41.3). */
export function logIUniform(w: number, x: Tensor): Tensor {
  const at = place(w, x);
  return exponent(w, at)
    .sub(at.r.log().add(LN_2PI + Math.log(w)).mul(0.5))
    .add(sum(U, w, at.r, 1).log());
}

/** log K_w(x) (DLMF 10.41.4). */
export function logKUniform(w: number, x: Tensor): Tensor {
  const at = place(w, x);
  return sum(U, w, at.r, -1)
    .log()
    .sub(exponent(w, at))
    .add(at.r.log().neg().add(LN_HALF_PI - Math.log(w)).mul(0.5));
}

/** I_{w+1}(x)/I_w(x), from I_w′/I_w = (r/z) ΣV/ΣU (DLMF 10.41.5); loses digits for x ≪ w, which backward recurrence gives back. */
export function iRatioUniform(w: number, x: Tensor): Tensor {
  const { z, r } = place(w, x);
  return r.mul(sum(V, w, r, 1)).div(sum(U, w, r, 1)).sub(1).div(z);
}

/** K_{w+1}(x)/K_w(x), from K_w′/K_w (DLMF 10.41.6). */
export function kRatioUniform(w: number, x: Tensor): Tensor {
  const { z, r } = place(w, x);
  return r.mul(sum(V, w, r, -1)).div(sum(U, w, r, -1)).add(1).div(z);
}
