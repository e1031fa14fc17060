/** Judging measurements. */
import type { Claim, Measurement } from './api.js';

export type Verdict = 'met' | 'missed' | 'unmeasured';

/** Whether a figure meets its claim's threshold. NaN never does. */
export function judge({ threshold }: Claim, { figure }: Measurement): Verdict {
  if (figure === null) return 'unmeasured';
  const met = threshold.op === '<=' ? figure <= threshold.value : figure >= threshold.value;
  return met ? 'met' : 'missed';
}
