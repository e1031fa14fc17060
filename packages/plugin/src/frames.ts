/** Short ways to say what benches and demos say often. */
import type { BenchFrame, Claim, Frame, ProgressFrame } from './api.js';

/** A claim that a figure is at most or at least something. */
export const claim = (text: string, op: '<=' | '>=', value: number, names: Pick<Claim, 'baseline' | 'peer' | 'unit'> = {}): Claim => ({ text, threshold: { op, value }, ...names });

/** What was found of a claim; a figure of null was not measured, for the reason in `detail`. */
export const measured = (id: string, figure: number | null, detail?: string, beside: { readonly baseline?: number; readonly peer?: number } = {}): BenchFrame => ({
  kind: 'measurement',
  measurement: { claim: id, figure, ...(detail !== undefined && { detail }), ...beside },
});

/** How far a bench or a demo is. */
export const progress = (done: number, total: number, text: string): ProgressFrame => ({ kind: 'progress', done, total, text });

let last = 0;

/**
 * Serves timers and signals, at most every 50 ms: to be awaited in long loops.
 * @throws the signal's reason when it was aborted
 */
export async function breathe(signal: AbortSignal): Promise<void> {
  const now = performance.now();
  if (now - last > 50) {
    last = now;
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  signal.throwIfAborted();
}

/**
 * The frames that a computation says while it is under way, as they come: `const result = yield* during(signal, (say) => train({ signal, onStep: … say(frame) … }))`.
 * After an abort it passes on no frame that was said before.
 * @throws what the computation throws, after the frames said before; the signal's reason when it was aborted and the computation has ended all the same
 */
export async function* during<T>(signal: AbortSignal, compute: (say: (frame: Frame) => void) => Promise<T>): AsyncGenerator<Frame, T> {
  const said: Frame[] = [];
  let [ended, wake] = [false, (): void => {}];
  const result = compute((frame) => {
    said.push(frame);
    wake();
  });
  const end = (): void => {
    ended = true;
    wake();
  };
  result.then(end, end);
  for (;;) {
    while (said.length > 0 && !signal.aborted) yield said.shift()!;
    if (ended) {
      const outcome = await result;
      signal.throwIfAborted();
      return outcome;
    }
    await new Promise<void>((resolve) => (wake = resolve));
  }
}
