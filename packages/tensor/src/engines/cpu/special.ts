/** Functions that `Math` does not have, in full double precision. */

// numerators and denominators, highest power first
const A = [1.85777706184603153e-1, 3.1611237438705656, 1.13864154151050156e2, 3.77485237685302021e2, 3.20937758913846947e3];
const B = [1, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3, 2.84423683343917062e3];
const C = [
  2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594, 6.61191906371416295e1, 2.98635138197400131e2, 8.8195222124176909e2,
  1.71204761263407058e3, 2.05107837782607147e3, 1.23033935479799725e3,
];
const D = [
  1, 1.57449261107098347e1, 1.17693950891312499e2, 5.37181101862009858e2, 1.62138957456669019e3, 3.29079923573345963e3,
  4.36261909014324716e3, 3.43936767414372164e3, 1.23033935480374942e3,
];

function polynomial(coefficients: readonly number[], x: number): number {
  let sum = 0;
  for (let i = 0; i < coefficients.length; i++) sum = sum * x + coefficients[i]!;
  return sum;
}

/**
 * Error function, to about one unit in the last place.
 * Rational Chebyshev approximations of W. J. Cody, Math. Comp. 23 (1969), 631-637. Beyond 4, where erfc < 2e-8, the middle range's form still
 * has the eight digits of erfc that erf needs.
 */
export function erf(x: number): number {
  const y = Math.abs(x);
  if (y <= 0.46875) return (x * polynomial(A, x * x)) / polynomial(B, x * x);
  if (y >= 6) return Math.sign(x);
  const value = 1 - (Math.exp(-y * y) * polynomial(C, y)) / polynomial(D, y);
  return x < 0 ? -value : value;
}

/** 1 / (1 + exp(−x)) without overflow or cancellation. */
export function sigmoid(x: number): number {
  const e = Math.exp(-Math.abs(x));
  return (x < 0 ? e : 1) / (1 + e);
}

/** log(1 + exp(x)) without overflow. */
export function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

/** Nearest integer, halves to even, keeping the sign of zero. Adding 2^52 leaves no bits for a fraction, and the sum is rounded to even. */
export function roundEven(x: number): number {
  const y = Math.abs(x);
  if (!(y < 4503599627370496)) return x;
  const r = y + 4503599627370496 - 4503599627370496;
  return r === 0 ? x * 0 : x < 0 ? -r : r;
}
