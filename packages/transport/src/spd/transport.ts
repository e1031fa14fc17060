/** Parallel transport between commuting matrices, one of them the identity. */
import { customDerivative, symmetricEigen, type Tensor } from '@curv/tensor';
import { fromBasis, intoBasis, type Kernel, operatorIntegral, swapLast, symmetricPart } from './operator-integral.js';

/** s_ab = √((a + b)/2), the factors of the transport from I. */
const factor = (a: Tensor, b: Tensor): Tensor => a.add(b).mul(0.5).sqrt();

/** [a, b, c | d]: √ has the second difference −1/((s₁ + s₂)(s₂ + s₃)(s₁ + s₃)) at s², each argument half the eigenvalue. */
const thrice = (a: Tensor, b: Tensor, c: Tensor): Tensor => a.add(b).mul(b.add(c)).mul(a.add(c)).mul(-4).reciprocal();

/** [a, b | c, d] of s. */
function mixed(a: Tensor, b: Tensor, c: Tensor, d: Tensor): Tensor {
  const [ac, bc, ad, bd] = [factor(a, c), factor(b, c), factor(a, d), factor(b, d)];
  return ac.add(ad).reciprocal().add(bc.add(bd).reciprocal()).div(ac.add(bc).mul(ad.add(bd))).mul(-0.25);
}

const last = (at: Kernel['at']): Kernel => ({ arity: 4, at, difference: () => null });

/** (s_ac − s_bc)/(a − b) = ½/(s_ac + s_bc). */
const first: Kernel = {
  arity: 3,
  at: ([a, b, c]) => factor(a!, c!).add(factor(b!, c!)).mul(2).reciprocal(),
  difference: (variable) =>
    variable < 2
      ? last(([a, b, c, d]) => thrice(factor(a!, d!), factor(b!, d!), factor(c!, d!)))
      : last(([a, b, c, d]) => mixed(a!, b!, c!, d!)),
};

/** U [V_ij √((a_i + a_j)/2)^power] Uᵀ. */
function scaled(a: Tensor, v: Tensor, power: 1 | -1): Tensor {
  const { values, vectors } = symmetricEigen(a);
  const n = values.shape[values.rank - 1]!;
  const batch = values.shape.slice(0, -1);
  const factors = factor(values.reshape([...batch, n, 1]), values.reshape([...batch, 1, n]));
  const inside = intoBasis(vectors, v);
  return fromBasis(vectors, power === 1 ? inside.mul(factors) : inside.div(factors));
}

/** The derivative of PT_{I→A} along dA at a symmetric V: of both variables of the kernel, of which the second gives the transpose of the first. */
function turned(a: Tensor, da: Tensor, v: Tensor): Tensor {
  const half = operatorIntegral(first, a, [symmetricPart(da), v]);
  return half.add(swapLast(half));
}

const fromIdentity: (b: Tensor, v: Tensor) => Tensor = customDerivative((b: Tensor, v: Tensor): Tensor => scaled(b, v, 1), {
  jvp: ([b, v]: Tensor[], [db, dv]: Tensor[]) => fromIdentity(b!, dv!).add(turned(b!, db!, v!)),
  transpose: ([b]: (Tensor | null)[], ct: Tensor) => [ct, fromIdentity(b!, symmetricPart(ct))],
});

const toIdentity: (g: Tensor, v: Tensor) => Tensor = customDerivative((g: Tensor, v: Tensor): Tensor => scaled(g, v, -1), {
  // T X = V: dX = T⁻¹ (dV − dT X)
  jvp: ([g]: Tensor[], [dg, dv]: Tensor[], x: Tensor) => toIdentity(g!, dv!.sub(turned(g!, dg!, x))),
  transpose: ([g]: (Tensor | null)[], ct: Tensor) => [ct, toIdentity(g!, symmetricPart(ct))],
});

/** PT_{I→B}(V) = U [√((b_i + b_j)/2) (UᵀVU)_ij] Uᵀ of the symmetric part of V, exact to second order also where eigenvalues of B meet. */
export const transportFromIdentity = (b: Tensor, v: Tensor): Tensor => fromIdentity(b, symmetricPart(v));

/** PT_{G→I}, the inverse of PT_{I→G}. */
export const transportToIdentity = (g: Tensor, v: Tensor): Tensor => toIdentity(g, symmetricPart(v));
