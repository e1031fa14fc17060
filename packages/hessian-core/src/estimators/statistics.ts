/** Means of random samples with their uncertainty. */

/** A mean with its uncertainty. */
export interface Estimate {
  readonly estimate: number;
  /** Standard error of the mean. */
  readonly standardError: number;
  /** Two-sided confidence interval (Student's t). */
  readonly interval: readonly [number, number];
  /** The level of the interval, such as 0.95. */
  readonly confidence: number;
}

/** Mean of samples with a Student-t interval; an infinite one for a single sample. */
export function meanEstimate(samples: readonly number[], confidence: number): Estimate {
  const n = samples.length;
  const estimate = samples.reduce((a, b) => a + b, 0) / n;
  const spread = samples.reduce((a, b) => a + (b - estimate) ** 2, 0);
  const standardError = n > 1 ? Math.sqrt(spread / (n - 1) / n) : Infinity;
  const half = n > 1 ? studentQuantile(0.5 + confidence / 2, n - 1) * standardError : Infinity;
  return { estimate, standardError, interval: [estimate - half, estimate + half], confidence };
}

/** @throws RangeError unless 0 < confidence < 1 */
export function checkConfidence(confidence: number): void {
  if (!(confidence > 0 && confidence < 1)) throw new RangeError(`confidence must be between 0 and 1, got ${confidence}`);
}

/**
 * Quantile of Student's t distribution for p > 1/2: bisection on the distribution function, which for integer degrees of freedom is a finite
 * sum (Abramowitz & Stegun 26.7.3 and 26.7.4). Relative error below 1e-12.
 */
export function studentQuantile(p: number, degrees: number): number {
  let high = 1;
  while (studentCdf(high, degrees) < p) high *= 2;
  let low = 0;
  for (let i = 0; i < 200 && high - low > 1e-13 * high; i++) {
    const middle = (low + high) / 2;
    if (studentCdf(middle, degrees) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** P(T ≤ t) for t ≥ 0. */
function studentCdf(t: number, degrees: number): number {
  const angle = Math.atan(t / Math.sqrt(degrees));
  const cos2 = Math.cos(angle) ** 2;
  const odd = degrees % 2 === 1;
  let term = odd ? Math.cos(angle) : 1;
  let sum = degrees > 1 ? term : 0;
  for (let k = odd ? 3 : 2; k < degrees; k += 2) {
    term *= (cos2 * (k - 1)) / k;
    sum += term;
  }
  const inside = odd ? (2 / Math.PI) * (angle + Math.sin(angle) * sum) : Math.sin(angle) * sum;
  return 0.5 + inside / 2;
}
