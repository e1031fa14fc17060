/** One demo, as the command line would run it. */
import { type Frame, readParams } from '@curv/plugin';
import { random } from '@curv/tensor';
import { bestEngine, engineLoaders } from './engines.js';
import { findDemo } from './find-demo.js';
import type { DemoOrder } from './protocol.js';

/** What a run is given by the worker. */
export interface Host {
  readonly signal: AbortSignal;
  onEngine(name: string, notes: readonly string[]): void;
  onLost(reason: string): void;
  /** Waits while the visitor pauses. @throws when the run was stopped */
  pass(): Promise<void>;
}

/** @throws RangeError on parameters that do not fit; Error when no engine serves */
export async function runDemo({ plugin, name, values, engine: wanted, seed, quick = false }: DemoOrder, { signal, onEngine, onLost }: Host): Promise<AsyncIterable<Frame>> {
  const demo = await findDemo(plugin, name);
  const checked = readParams(demo.params, values);
  const [{ engine, notes }, run] = await Promise.all([bestEngine(wanted, demo.needs ?? [], onLost), demo.load()]);
  onEngine(engine.name, notes);
  const log = (text: string): void => console.info(text);
  return run(checked as never, { engine, engines: engineLoaders(onLost), rng: random(seed), signal, quick, log });
}
