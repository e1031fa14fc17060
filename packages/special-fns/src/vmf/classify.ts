import { vmfLogNormalizer } from './log-normalizer.js';
import { cosines, requireUnitRows } from './samples.js';

/** One class or component. */
export interface VmfComponent {
  readonly mu: Float64Array;
  readonly kappa: number;
  /** Prior probability; equal for all where left out. */
  readonly weight?: number;
}

export interface VmfClassification {
  /** Most probable component of each row. */
  readonly labels: Int32Array;
  /** Posterior probabilities, n×k by rows. */
  readonly posterior: Float64Array;
  /** Σ over rows of the log density of the mixture. */
  readonly logLikelihood: number;
}

/**
 * Posterior probabilities of components by Bayes's rule, for unit rows (n×p). Cost n k p.
 * @throws RangeError when there is no component, sizes differ, a weight is negative, or rows are not unit
 */
export function classifyVonMisesFisher(samples: Float64Array, components: readonly VmfComponent[]): VmfClassification {
  const where = 'classifyVonMisesFisher';
  if (components.length === 0) throw new RangeError(`${where}: components must not be empty`);
  const p = components[0]!.mu.length;
  for (const { mu, weight = 1 } of components) {
    if (mu.length !== p) throw new RangeError(`${where}: components must have means of one length, got ${p} and ${mu.length}`);
    if (!(weight >= 0)) throw new RangeError(`${where}: weight must be at least 0, got ${String(weight)}`);
  }
  return posteriorOf(samples, components, requireUnitRows(where, samples, p));
}

/** Without checks. */
export function posteriorOf(samples: Float64Array, components: readonly VmfComponent[], n: number): VmfClassification {
  const k = components.length;
  const posterior = new Float64Array(n * k);
  const column = new Float64Array(n);
  components.forEach(({ mu, kappa, weight = 1 / k }, c) => {
    cosines(samples, mu, column);
    const base = Math.log(weight) + vmfLogNormalizer(mu.length, kappa);
    for (let i = 0; i < n; i++) posterior[i * k + c] = base + kappa * column[i]!;
  });
  const labels = new Int32Array(n);
  let logLikelihood = 0;
  for (let i = 0; i < n; i++) {
    const row = posterior.subarray(i * k, (i + 1) * k);
    let best = 0;
    for (let c = 1; c < k; c++) if (row[c]! > row[best]!) best = c;
    const top = row[best]!;
    let sum = 0;
    for (let c = 0; c < k; c++) sum += row[c] = Math.exp(row[c]! - top);
    for (let c = 0; c < k; c++) row[c]! /= sum;
    labels[i] = best;
    logLikelihood += top + Math.log(sum);
  }
  return { labels, posterior, logLikelihood };
}
