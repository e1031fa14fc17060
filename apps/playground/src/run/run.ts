/** Runs in a worker, one after the other, seen from the page. */
import { messageOf } from '../message.js';
import type { FromWorker, Order, ToWorker } from '../worker/protocol.js';
import { RunRecord } from './record.js';

export type State = 'idle' | 'starting' | 'running' | 'paused' | 'stopping' | 'done' | 'stopped' | 'failed';

/** A worker that has not answered a stop by then is ended. */
const PATIENCE = 1500;

const newWorker = (): Worker => new Worker(new URL('../worker/worker.ts', import.meta.url), { type: 'module', name: 'curv' });

/** A run, or the place for one. */
export class Run {
  state: State = 'idle';
  record: RunRecord = new RunRecord();
  engine = '';
  notes: readonly string[] = [];
  failure = '';
  /** Answers of the digit board. */
  answers: readonly Float32Array[] = [];
  private worker: Worker | null = null;
  private began = 0;
  private spent = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly onChange: () => void) {}

  get active(): boolean {
    return ['starting', 'running', 'paused', 'stopping'].includes(this.state);
  }

  /** Milliseconds of running, pauses left out. */
  get elapsed(): number {
    return this.spent + (this.state === 'running' || this.state === 'starting' ? performance.now() - this.began : 0);
  }

  start(order: Order): void {
    clearTimeout(this.timer);
    this.record = new RunRecord();
    [this.engine, this.notes, this.failure, this.spent, this.began, this.answers] = ['', [], '', 0, performance.now(), []];
    this.set('starting');
    try {
      this.worker ??= this.open();
      this.say({ type: 'start', order });
    } catch (error) {
      this.fail(messageOf(error));
    }
  }

  /** Starts the worker ahead of its first order. */
  prepare(): void {
    try {
      this.worker ??= this.open();
    } catch {
      // The first order says what is wrong.
    }
  }

  private open(): Worker {
    const worker = newWorker();
    worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => this.worker === worker && this.hear(data));
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      if (this.worker !== worker) return;
      if (!this.active) return this.end();
      this.fail(event.message ? `the worker broke off: ${event.message}` : 'the worker could not be started');
    });
    worker.addEventListener('messageerror', () => this.worker === worker && this.fail('a message of the worker could not be read'));
    return worker;
  }

  pause(): void {
    if (this.state !== 'running') return;
    this.say({ type: 'pause' });
    this.spent = this.elapsed;
    this.set('paused');
  }

  resume(): void {
    if (this.state !== 'paused') return;
    this.began = performance.now();
    this.say({ type: 'resume' });
    this.set('running');
  }

  stop(): void {
    if (!this.active || this.state === 'stopping') return;
    this.spent = this.elapsed;
    this.say({ type: 'stop' });
    this.set('stopping');
    this.timer = setTimeout(() => this.finish('stopped'), PATIENCE);
  }

  say(message: ToWorker): void {
    this.worker?.postMessage(message);
  }

  /** Ends the worker without a word. */
  end(): void {
    clearTimeout(this.timer);
    this.worker?.terminate();
    this.worker = null;
  }

  private hear(message: FromWorker): void {
    switch (message.type) {
      case 'engine':
        [this.engine, this.notes] = [message.name, message.notes];
        return this.set(this.state === 'starting' ? 'running' : this.state);
      case 'frames':
        for (const frame of message.frames) this.record.add(frame);
        return this.onChange();
      case 'answer':
        this.answers = message.answers;
        return this.onChange();
      case 'ended':
        return this.finish(message.how);
      case 'failed':
        // An engine may die after its run: the next run takes another worker.
        return this.active ? this.fail(message.message) : this.end();
    }
  }

  private fail(why: string): void {
    this.failure = why;
    this.finish('failed');
  }

  private finish(state: 'done' | 'stopped' | 'failed'): void {
    this.spent = this.elapsed;
    // A worker that has done its work is at hand for the next; one that was stopped or failed may still be busy.
    if (state !== 'done') this.end();
    this.set(state);
  }

  private set(state: State): void {
    this.state = state;
    this.onChange();
  }
}
