/** Learning rates for another batch size. */
import { requireCount } from '../estimators/probes.js';

/**
 * `linear`, α B'/B, for SGD, and `sqrt`, α √(B'/B), for adaptive methods, whose limit is the edge of the noise in the flat directions (Granziol,
 * Zohren & Roberts 2022, arXiv:2006.09092).
 * @param rate learning rate that suits batches of size `from`
 * @param cap largest result: 2/λ₁ for SGD, where the linear law ends. Default Infinity
 * @throws RangeError on a rate or cap that is not positive, or sizes that are not positive integers
 */
export function scaleLearningRate(rate: number, from: number, to: number, rule: 'linear' | 'sqrt', cap: number = Infinity): number {
  if (!(rate > 0 && rate < Infinity)) throw new RangeError(`rate must be a positive number, got ${rate}`);
  if (!(cap > 0)) throw new RangeError(`cap must be positive, got ${cap}`);
  requireCount('from', from);
  requireCount('to', to);
  if (rule !== 'linear' && rule !== 'sqrt') throw new TypeError(`rule must be linear or sqrt, got ${String(rule)}`);
  return Math.min(cap, rate * (rule === 'linear' ? to / from : Math.sqrt(to / from)));
}
