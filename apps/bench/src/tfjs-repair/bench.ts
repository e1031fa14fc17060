/** What the `tfjs-repair` bench claims. */
import type { Bench, Claim } from '@curv/plugin';

const STOCK = 'TensorFlow.js 4.22 as it is';
const claim = (text: string, op: '<=' | '>=', value: number): Claim => ({ text, threshold: { op, value }, baseline: STOCK });

const claims: Readonly<Record<string, Claim>> = {
  'silently-wrong': claim('first and second derivatives that are wrong without an error, all backends', '<=', 0),
  'rows-cpu': claim('share of operations with both derivatives right, cpu', '>=', 1),
  'rows-wasm': claim('share of operations with both derivatives right, wasm', '>=', 1),
  'rows-webgl': claim('share of operations with both derivatives right, webgl', '>=', 1),
  'known-rows': claim('largest relative error of the listed second derivatives, all backends', '<=', 1e-5),
  'tensors-left': claim('tensors left by all of it, repaired, all backends', '<=', 0),
};

export const tfjsRepair: Bench = {
  title: "TensorFlow.js's nested gradients before and after repairTape, on cpu, wasm and webgl",
  claims,
  load: async () => (await import('./run.js')).run,
};
