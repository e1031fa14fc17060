/** Runs in the page: nested gradients on a browser backend, as they are and repaired. */
import * as tf from '@tensorflow/tfjs';
import { repairTape } from '../../src/repair/index.js';
import { runTapeConformance, type TapeResult } from '../../src/repair/conformance/index.js';

export interface PageResult {
  /** Checks that failed. */
  readonly checks: readonly string[];
  /** Errors are strings: Infinity does not survive the way out of the page. */
  readonly results: readonly (Omit<TapeResult, 'error'> & { readonly error: string })[];
  readonly tensorsLeft: number;
}

declare global {
  interface Window {
    nestedGradients(backend: string, names: readonly string[]): Promise<PageResult>;
  }
}

window.nestedGradients = async (backend, names) => {
  await tf.setBackend(backend);
  const repair = await repairTape(tf);
  const before = tf.memory().numTensors;
  const results = await runTapeConformance(tf, { filter: (name) => names.includes(name) });
  const tensorsLeft = tf.memory().numTensors - before;
  const checks = repair.checks.filter(({ ok }) => !ok).map(({ name, value, reason }) => `${name}: ${reason ?? value}`);
  return { checks, results: results.map((r) => ({ ...r, error: String(r.error) })), tensorsLeft };
};
