/** Pausing and stopping a stream of frames. */
import { breathe } from '@curv/plugin';

/** What the owner of a run opens and closes, and the run passes between frames. */
export class Gate {
  private readonly controller = new AbortController();
  private waiting: Promise<void> | null = null;
  private release: () => void = () => {};
  /** The user stopped the run. */
  stopped = false;

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  close(): void {
    this.waiting ??= new Promise((resolve) => (this.release = resolve));
  }

  open(): void {
    this.release();
    this.waiting = null;
  }

  stop(): void {
    this.stopped = true;
    this.abort(new Error('stopped'));
  }

  abort(reason: Error): void {
    this.controller.abort(reason);
    this.open();
  }

  /** Waits while the gate is closed. @throws the reason when the run was aborted */
  async pass(): Promise<void> {
    await breathe(this.signal);
    await this.waiting;
    this.signal.throwIfAborted();
  }
}
