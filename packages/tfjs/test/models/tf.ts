/** TensorFlow.js as the tests use it: one copy, on its cpu backend. */
import { createRequire } from 'node:module';
import type * as TensorFlow from '@tensorflow/tfjs';

// The package's ES module is for bundlers.
export const tf: typeof TensorFlow = createRequire(import.meta.url)('@tensorflow/tfjs') as typeof TensorFlow;

/** Starts the cpu backend, quietly. */
export async function startTf(): Promise<void> {
  tf.env().set('IS_TEST', true);
  await tf.setBackend('cpu');
  (tf.backend() as unknown as { firstUse: boolean }).firstUse = false;
}
