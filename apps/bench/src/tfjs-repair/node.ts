/** Nested gradients on the backends that Node has. */
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { type Looks, lookTwice } from './look.js';

export async function lookInNode(backend: 'cpu' | 'wasm', quick: boolean, signal: AbortSignal, onCase: (name: string) => void): Promise<Looks> {
  const before = tf.getBackend();
  await tf.setBackend(backend);
  // The cpu backend advertises tfjs-node at its first use.
  (tf.backend() as { firstUse?: boolean }).firstUse = false;
  try {
    return await lookTwice(tf, { quick, signal, onCase });
  } finally {
    if (before) await tf.setBackend(before);
  }
}
