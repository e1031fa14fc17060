/** Checks of values, which graphs cannot make. */
import { symmetricEigen, type Tensor } from '@curv/tensor';
import { requireMatrices } from './shapes.js';

/** Relative asymmetry that is still taken for rounding. */
const ASYMMETRY = 1e-8;
/** Negative eigenvalues, as a part of the largest, that are still taken for rounding. */
const NEGATIVE = 1e-10;

/** @throws RangeError unless a finite number other than 0 */
export function requirePower(where: string, power: number): void {
  if (!Number.isFinite(power) || power === 0) throw new RangeError(`${where}: power must be a finite number other than 0 (its limit at 0 is the log-Euclidean metric), got ${String(power)}`);
}

/** Where an element of a batch of matrices lies, for messages. */
const sampleAt = (index: number, a: Tensor): string => (a.rank === 2 ? '' : ` in matrix ${index}`);

/**
 * Looks at the values of matrices [..., n, n].
 * @param semidefinite lets eigenvalues be 0
 * @throws RangeError naming the sample and what is wrong: not finite, not symmetric (beyond 1e-8 of the largest entry), or the offending eigenvalue: below −1e-10
 * of the largest for semidefinite matrices, at or below 0 (or lost in rounding) for definite ones
 */
export async function requireSpd(where: string, name: string, a: Tensor, { semidefinite = false }: { readonly semidefinite?: boolean } = {}): Promise<void> {
  const n = requireMatrices(where, name, a);
  const values = await a.data();
  const bad = values.findIndex((v) => !Number.isFinite(v));
  if (bad >= 0) throw new RangeError(`${where}: ${name} must be finite, got ${values[bad]} at row ${Math.floor((bad % (n * n)) / n)}, column ${bad % n}${sampleAt(Math.floor(bad / (n * n)), a)}`);
  for (let at = 0; at < values.length; at += n * n) requireSymmetric(where, name, values.subarray(at, at + n * n) as Float64Array, n, sampleAt(at / (n * n), a));
  const spectrum = await symmetricEigen(a).values.data();
  for (let at = 0; at < spectrum.length; at += n) {
    const [least, most] = [spectrum[at]!, spectrum[at + n - 1]!];
    const sound = semidefinite ? least >= -NEGATIVE * Math.abs(most) : least > 0;
    if (!sound) throw new RangeError(`${where}: ${name} must be positive ${semidefinite ? 'semi' : ''}definite, got eigenvalue ${least} (the largest is ${most})${sampleAt(at / n, a)}`);
  }
}

function requireSymmetric(where: string, name: string, x: Float64Array, n: number, sample: string): void {
  let most = 0;
  for (const v of x) most = Math.max(most, Math.abs(v));
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const gap = Math.abs(x[i * n + j]! - x[j * n + i]!);
      if (gap > ASYMMETRY * most) throw new RangeError(`${where}: ${name} must be symmetric, got entries ${i}, ${j} and ${j}, ${i} that differ by ${gap}${sample}`);
    }
  }
}
