/** Frames of a computation that reports by callbacks. */
import type { Frame } from '@curv/plugin';

/** Runs `work`, which hands over frames with `put`, and gives them one after the other. */
export async function* streaming(work: (put: (frame: Frame) => void) => Promise<void>): AsyncGenerator<Frame> {
  const held: Frame[] = [];
  let wake: () => void = () => {};
  let finished = false;
  const running = work((frame) => {
    held.push(frame);
    wake();
  }).finally(() => {
    finished = true;
    wake();
  });
  // Whoever takes the frames learns of a failure when it awaits the work below.
  running.catch(() => {});
  while (!finished || held.length > 0) {
    if (held.length === 0) await new Promise<void>((resolve) => (wake = resolve));
    else yield held.shift()!;
  }
  await running;
}
