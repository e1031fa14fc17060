/** Parallel transport between commuting matrices, one of them the identity. */
import { customDerivative, symmetricEigen, type Tensor } from '@curv/tensor';
import { fromBasis, intoBasis, type Kernel, operatorIntegral, symmetricPart } from './operator-integral.js';

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

const second: Kernel = {
  arity: 3,
  at: ([a, b, c]) => factor(a!, b!).add(factor(a!, c!)).mul(2).reciprocal(),
  difference: (variable) =>
    variable > 0
      ? last(([a, b, c, d]) => thrice(factor(a!, b!), factor(a!, c!), factor(a!, d!)))
      : last(([a, b, c, d]) => mixed(a!, b!, c!, d!)),
};

const kernel: Kernel = { arity: 2, at: ([a, b]) => factor(a!, b!), difference: (variable) => (variable === 0 ? first : second) };

/** PT_{I→B}(V) = U [√((b_i + b_j)/2) (UᵀVU)_ij] Uᵀ, exact to second order also where eigenvalues of B meet. */
export const transportFromIdentity = (b: Tensor, v: Tensor): Tensor => operatorIntegral(kernel, b, [v]);

/** PT_{G→I}, the inverse of PT_{I→G}. */
export const transportToIdentity: (g: Tensor, v: Tensor) => Tensor = customDerivative(
  (g: Tensor, v: Tensor): Tensor => {
    const { values, vectors } = symmetricEigen(g);
    const n = values.shape[values.rank - 1]!;
    const batch = values.shape.slice(0, -1);
    return fromBasis(vectors, intoBasis(vectors, v).div(factor(values.reshape([...batch, n, 1]), values.reshape([...batch, 1, n]))));
  },
  {
    // T X = V: dX = T⁻¹ (dV − dT X)
    jvp: ([g]: Tensor[], [dg, dv]: Tensor[], x: Tensor) => {
      const moved = symmetricPart(dg!);
      return transportToIdentity(g!, dv!.sub(operatorIntegral(first, g!, [moved, x])).sub(operatorIntegral(second, g!, [x, moved])));
    },
    transpose: ([g]: (Tensor | null)[], ct: Tensor) => [ct, transportToIdentity(g!, ct)],
  },
);
