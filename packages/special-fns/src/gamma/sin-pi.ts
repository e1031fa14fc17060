import { twoProduct } from '../double-double.js';

/** π − the double nearest to it. */
const PI_LOW = 1.2246467991473532e-16;

/** sin πf and cos πf for 0 ≤ f ≤ ¼, with the rounding error of πf taken along. */
function sinFirst(f: number): number {
  const [angle, low] = twoProduct(Math.PI, f);
  return Math.sin(angle) + (low + PI_LOW * f) * Math.cos(angle);
}

function cosFirst(f: number): number {
  const [angle, low] = twoProduct(Math.PI, f);
  return Math.cos(angle) - (low + PI_LOW * f) * Math.sin(angle);
}

/** sin πx, exact at multiples of ½ and accurate to the last place near integers. */
export function sinPi(x: number): number {
  const magnitude = Math.abs(x) % 2;
  const half = magnitude > 1 ? magnitude - 1 : magnitude;
  const folded = half > 0.5 ? 1 - half : half;
  const value = folded > 0.25 ? cosFirst(0.5 - folded) : sinFirst(folded);
  return magnitude > 1 !== x < 0 ? -value : value;
}

/** cos πx, exact at multiples of ½. */
export function cosPi(x: number): number {
  const magnitude = Math.abs(x) % 2;
  const folded = magnitude > 1 ? 2 - magnitude : magnitude;
  return folded > 0.5 ? -upToHalf(1 - folded) : upToHalf(folded);
}

function upToHalf(f: number): number {
  return f > 0.25 ? sinFirst(0.5 - f) : cosFirst(f);
}
