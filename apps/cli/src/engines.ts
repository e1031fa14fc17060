/** The engines that this app can load: the only place that names them. */
import { cpu, type Engine } from '@curv/tensor';
import { messageOf, UsageError } from './errors.js';

type Load = () => Promise<Engine>;

const tfjs =
  (backend: 'cpu' | 'wasm'): Load =>
  async () =>
    (await import('@curv/tfjs')).tfjsEngine({ backend });

/** Engines by name. */
export const engines: Readonly<Record<string, Load>> = {
  cpu: () => Promise.resolve(cpu),
  'tfjs-cpu': tfjs('cpu'),
  'tfjs-wasm': tfjs('wasm'),
};

/** Loads an engine. @throws UsageError on an unknown name, or with the reason why it does not load */
export async function loadEngine(name: string): Promise<Engine> {
  const load = engines[name];
  if (load === undefined) throw new UsageError(`--engine: expected one of ${Object.keys(engines).join(', ')}, got ${name}`);
  try {
    return await load();
  } catch (error) {
    throw new UsageError(`--engine ${name} could not be loaded: ${messageOf(error)}`);
  }
}
