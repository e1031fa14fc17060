/** Hankel's expansion for large arguments (DLMF 10.40.1 and 10.40.2; spec name mu_K). */

/** 1/(8k), k ≥ 1. */
const FACTORS: readonly number[] = Array.from({ length: 201 }, (_, k) => (k === 0 ? 0 : 1 / (8 * k)));

/** The most terms that can be asked for. */
export const MAX_HANKEL_TERMS = 200;

/** Σ_{k ≤ terms} sᵏ Π_{j ≤ k} (4v² − (2j−1)²)/(8 j x); sign s is −1 for I, 1 for K. Stops early when a term no longer counts. */
export function hankelSum(v: number, x: number, sign: number, terms: number): number {
  const mu = 4 * v * v;
  const scale = sign / x;
  let term = 1;
  let sum = 1;
  for (let k = 1; k <= terms; k++) {
    const odd = 2 * k - 1;
    term *= (mu - odd * odd) * FACTORS[k]! * scale;
    sum += term;
    if (Math.abs(term) < 1e-17 * Math.abs(sum)) break;
  }
  return sum;
}

const ROOT_2PI = 2.5066282746310002;
const ROOT_HALF_PI = 1.2533141373155003;

export function logIHankel(v: number, x: number, terms: number): number {
  return x + Math.log(Math.abs(hankelSum(v, x, -1, terms)) / (ROOT_2PI * Math.sqrt(x)));
}

export function logKHankel(v: number, x: number, terms: number): number {
  return Math.log((Math.abs(hankelSum(v, x, 1, terms)) * ROOT_HALF_PI) / Math.sqrt(x)) - x;
}
