/** Checks of domains by value. */
import { type DomainBatch, headState, type LinearHead, requireDomains } from './head.js';

/**
 * Checks what a compiled penalty cannot see: that class numbers are below the number of classes (a number outside counts as no class in a one-hot
 * row), probabilities lie in [0, 1], and features are finite. Shapes are checked by every function.
 * @throws RangeError naming the domain
 */
export async function checkDomains(head: LinearHead, domains: readonly DomainBatch[]): Promise<void> {
  requireDomains(domains);
  for (const [i, domain] of domains.entries()) {
    headState(head, domain);
    const classes = Math.max(2, head.kernel.shape[1]!);
    const labels = await domain.labels.data();
    const whole = domain.labels.dtype === 'int32';
    const bad = labels.findIndex((y: number) => (whole ? y < 0 || y >= classes : !(y >= 0 && y <= 1)));
    if (bad >= 0) throw new RangeError(`domains[${i}]: labels must be ${whole ? `class numbers below ${classes}` : 'probabilities'}, got ${labels[bad]}`);
    if (!(await domain.features.data()).every(Number.isFinite)) throw new RangeError(`domains[${i}]: features must be finite`);
  }
}
