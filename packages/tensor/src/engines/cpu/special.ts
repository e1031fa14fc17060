/** Functions that `Math` does not have, in full double precision. */

// numerators and denominators, highest power first
const A = [0.18577770618460315, 3.1611237438705655, 113.86415415105016, 377.485237685302, 3209.3775891384694];
const B = [1, 23.601290952344122, 244.02463793444417, 1282.6165260773723, 2844.236833439171];
const C = [
  2.1531153547440383e-8, 0.5641884969886701, 8.883149794388377, 66.11919063714163, 298.6351381974001, 881.952221241769,
  1712.0476126340707, 2051.0783778260716, 1230.3393547979972,
];
const D = [
  1, 15.744926110709835, 117.6939508913125, 537.1811018620099, 1621.3895745666903, 3290.7992357334597,
  4362.619090143247, 3439.3676741437216, 1230.3393548037495,
];

function polynomial(coefficients: readonly number[], x: number): number {
  let sum = 0;
  for (let i = 0; i < coefficients.length; i++) sum = sum * x + coefficients[i]!;
  return sum;
}

/**
 * Error function, to about one unit in the last place. Rational Chebyshev approximations of W. J. Cody, Math. Comp. 23 (1969), 631-637.
 * Beyond 4, where erfc < 2e-8, the middle range's form still has the eight digits of erfc that erf needs.
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

/**
 * tanh to 4e-11, which float32 rounds away, in a third of the time of a loop with `Math.tanh`: x P(x²) / Q(x²) fitted by weighted least squares to the least largest relative error for |x| < 9.02,
 * beyond which float32 has 1.
 */
export function tanhSingle(x: number): number {
  const z = Math.max(-9.02, Math.min(9.02, x));
  const y = z * z;
  const p = ((((3.68474364886e-11 * y + 1.11350422092e-7) * y + 4.2305196164e-5) * y + 0.0044271909858) * y + 0.141001463618) * y + 1;
  return (z * p) / (((((2.95748061621e-9 * y + 2.60673332220e-6) * y + 5.01071488023e-4) * y + 0.02920545712778) * y + 0.4743347966859) * y + 1);
}

/** Nearest integer, halves to even, keeping the sign of zero. Adding 2^52 leaves no bits for a fraction, and the sum is rounded to even. */
export function roundEven(x: number): number {
  const y = Math.abs(x);
  if (x === 0 || !(y < 4503599627370496)) return x;
  const r = y + 4503599627370496 - 4503599627370496;
  return x < 0 ? -r : r;
}
