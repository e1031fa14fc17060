/** The packages that are installed, as a worker finds them. */
import { newWorker } from './run/run.js';
import type { FromWorker, PluginCard } from './worker/protocol.js';

/** Packages as they become known, by name. */
export class Catalogue {
  readonly plugins: PluginCard[] = [];
  complete = false;
  /** Why nothing can be listed. */
  failure = '';
  private readonly listeners = new Set<() => void>();

  constructor() {
    const worker = newWorker();
    const close = (): void => {
      this.complete = true;
      worker.terminate();
      this.changed();
    };
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      this.failure = event.message || 'the worker that lists the packages could not be started';
      close();
    });
    worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => {
      if (data.type === 'listed') return close();
      if (data.type !== 'plugin') return;
      this.plugins.push(data.plugin);
      this.plugins.sort((a, b) => (a.name < b.name ? -1 : 1));
      this.changed();
    });
    worker.postMessage({ type: 'list' });
  }

  /** Calls back at every change until told not to. */
  listen(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  private changed(): void {
    for (const listener of this.listeners) listener();
  }
}
