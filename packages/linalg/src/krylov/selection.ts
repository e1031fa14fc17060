/** Which end of a spectrum is wanted. */

/**
 * `LA` largest first, `SA` smallest first, `LM` largest in magnitude first, `BE` half from each end (one more from the upper), largest
 * first.
 */
export type Which = 'LA' | 'SA' | 'LM' | 'BE';

const CHOICES: readonly string[] = ['LA', 'SA', 'LM', 'BE'];

/** @throws TypeError unless one of the four */
export function requireWhich(where: string, which: Which): void {
  if (!CHOICES.includes(which)) throw new TypeError(`${where}: which must be one of ${CHOICES.join(', ')}, got ${String(which)}`);
}

/** Indices of ascending values, the most wanted first; for `BE` the ends take turns, beginning with the upper. */
export function preference(values: Float64Array, which: Which): number[] {
  const up = Array.from(values, (_, i) => i);
  if (which === 'SA') return up;
  const down = up.toReversed();
  if (which === 'LA') return down;
  if (which === 'LM') return down.sort((i, j) => Math.abs(values[j]!) - Math.abs(values[i]!));
  return up.map((t) => (t % 2 === 0 ? down[t / 2]! : up[(t - 1) / 2]!));
}

/** The order in which results are handed out, of the chosen indices. */
export function presentation(values: Float64Array, chosen: readonly number[], which: Which): number[] {
  return which === 'BE' ? [...chosen].sort((i, j) => values[j]! - values[i]!) : [...chosen];
}
