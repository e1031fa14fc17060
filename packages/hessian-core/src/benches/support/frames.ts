/** What the benches share in speaking: frames, claims, and pauses that let an abort through. */
import type { BenchFrame, Claim } from '@curv/plugin';

export const claim = (text: string, op: '<=' | '>=', value: number, names: Pick<Claim, 'baseline' | 'peer' | 'unit'> = {}): Claim => ({ text, threshold: { op, value }, ...names });

export const measured = (id: string, figure: number, detail?: string, baseline?: number): BenchFrame => ({
  kind: 'measurement',
  measurement: { claim: id, figure, ...(detail !== undefined && { detail }), ...(baseline !== undefined && { baseline }) },
});

export const progress = (done: number, total: number, text: string): BenchFrame => ({ kind: 'progress', done, total, text });

export const show = (x: number, digits = 3): string => (x !== 0 && (Math.abs(x) < 1e-3 || Math.abs(x) >= 1e5) ? x.toExponential(digits - 1) : x.toPrecision(digits));

let last = 0;

/** Serves timers and signals at most every 50 ms. @throws the signal's reason */
export async function breathe(signal: AbortSignal): Promise<void> {
  const now = performance.now();
  if (now - last > 50) {
    last = now;
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  signal.throwIfAborted();
}
