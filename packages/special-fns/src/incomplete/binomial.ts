/** The binomial distribution, and an interval for its probability. */
import { requireCount } from '../checks.js';
import { betaTerm, incompleteBeta, incompleteBetaComplement } from './beta.js';
import { inverseIncompleteBeta, inverseIncompleteBetaComplement } from './inverse-beta.js';

function requireTrial(where: string, k: number, n: number): void {
  requireCount(where, 'n', n, 0);
  requireCount(where, 'k', k, 0);
  if (k > n) throw new RangeError(`${where}: k must be at most n = ${n}, got ${k}`);
}

function requireProbability(where: string, name: string, p: number): void {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`${where}: ${name} must be between 0 and 1, got ${String(p)}`);
}

/** Probability of k successes in n independent trials of probability p. @throws RangeError for k > n or p outside [0, 1] */
export function binomialPmf(k: number, n: number, p: number): number {
  requireTrial('binomialPmf', k, n);
  requireProbability('binomialPmf', 'p', p);
  if (p === 0 || p === 1) return k === n * p ? 1 : 0;
  // C(n, k) p^k q^{n−k} = p^{k+1} q^{n−k+1}/(B(k+1, n−k+1) (n+1) p q)
  return betaTerm(k + 1, n - k + 1, p, 1 - p) / ((n + 1) * p * (1 - p));
}

/** Probability of at most k successes: I_{1−p}(n−k, k+1) (DLMF 8.17.5). @throws RangeError for k > n or p outside [0, 1] */
export function binomialCdf(k: number, n: number, p: number): number {
  requireTrial('binomialCdf', k, n);
  requireProbability('binomialCdf', 'p', p);
  return k === n ? 1 : incompleteBetaComplement(k + 1, n - k, p);
}

/** Probability of more than k successes, with relative accuracy. @throws RangeError for k > n or p outside [0, 1] */
export function binomialSurvival(k: number, n: number, p: number): number {
  requireTrial('binomialSurvival', k, n);
  requireProbability('binomialSurvival', 'p', p);
  return k === n ? 0 : incompleteBeta(k + 1, n - k, p);
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * The exact interval of Clopper & Pearson (1934) for a probability after k successes in n ≥ 1 trials: it covers the true value with probability at least `confidence`, whatever it is.
 * @throws RangeError for k > n, n = 0 or a confidence outside (0, 1)
 */
export function clopperPearson(k: number, n: number, confidence = 0.95): Interval {
  requireTrial('clopperPearson', k, n);
  requireCount('clopperPearson', 'n', n);
  if (!(confidence > 0 && confidence < 1)) throw new RangeError(`clopperPearson: confidence must be between 0 and 1, got ${String(confidence)}`);
  const tail = (1 - confidence) / 2;
  return {
    low: k === 0 ? 0 : inverseIncompleteBeta(k, n - k + 1, tail),
    high: k === n ? 1 : inverseIncompleteBetaComplement(k + 1, n - k, tail),
  };
}
