/** What running contributions get. */
import type { Ctx } from '@curv/plugin';
import { type Engine, random } from '@curv/tensor';
import { engines, loadEngine } from '../engines.js';

export interface ContextOptions {
  readonly engine: Engine;
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly quick?: boolean;
  readonly log?: (text: string) => void;
}

export function context({ engine, seed, signal, quick = false, log = () => {} }: ContextOptions): Ctx {
  const loaders = Object.fromEntries(Object.keys(engines).map((name) => [name, () => loadEngine(name)]));
  return { engine, engines: loaders, rng: random(seed), signal, quick, log };
}
