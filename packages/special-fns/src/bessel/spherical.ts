/** Spherical Bessel functions: those of order v + ½ times √(π/2x), the modified ones too (DLMF 10.47). */
import { besselI, besselK } from './bessel-ik.js';
import { besselJ, besselY } from './bessel-jy.js';

const scale = (x: number): number => Math.sqrt(Math.PI / (2 * x));

/** j_v(x) = √(π/2x) J_{v+½}(x), v ≥ 0, x ≥ 0; sin x/x for v = 0. j_0(0) = 1. NaN outside. */
export function sphericalBesselJ(v: number, x: number): number {
  if (!(v >= 0 && x >= 0)) return NaN;
  if (x === 0) return v === 0 ? 1 : 0;
  return x === Infinity ? 0 : scale(x) * besselJ(v + 0.5, x);
}

/** y_v(x) = √(π/2x) Y_{v+½}(x), v ≥ 0, x ≥ 0; −cos x/x for v = 0. −∞ at 0. NaN outside. */
export function sphericalBesselY(v: number, x: number): number {
  if (!(v >= 0 && x >= 0)) return NaN;
  if (x === 0) return -Infinity;
  return x === Infinity ? 0 : scale(x) * besselY(v + 0.5, x);
}

/** i_v(x) = √(π/2x) I_{v+½}(x), v ≥ 0, x ≥ 0; sinh x/x for v = 0. NaN outside. */
export function sphericalBesselI(v: number, x: number): number {
  if (!(v >= 0 && x >= 0)) return NaN;
  if (x === 0) return v === 0 ? 1 : 0;
  return x === Infinity ? Infinity : scale(x) * besselI(v + 0.5, x);
}

/** k_v(x) = √(π/2x) K_{v+½}(x), v ≥ 0, x ≥ 0; π e^{−x}/2x for v = 0, as SciPy has it. ∞ at 0. NaN outside. */
export function sphericalBesselK(v: number, x: number): number {
  if (!(v >= 0 && x >= 0)) return NaN;
  if (x === 0) return Infinity;
  return x === Infinity ? 0 : scale(x) * besselK(v + 0.5, x);
}
