/** Frames on their way to the page, a bundle at a time so that a fast demo does not flood it. */
import type { Frame } from '@curv/plugin';

const EVERY = 60;

export class Outbox {
  private held: Frame[] = [];
  private sent = -Infinity;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly send: (frames: readonly Frame[]) => void) {}

  put(frame: Frame): void {
    // Of progress only the last word counts.
    if (frame.kind === 'progress' && this.held.at(-1)?.kind === 'progress') this.held.pop();
    this.held.push(frame);
    if (performance.now() - this.sent >= EVERY) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), EVERY);
  }

  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.sent = performance.now();
    if (this.held.length === 0) return;
    this.send(this.held);
    this.held = [];
  }
}
