/** TensorFlow.js with the backends that Node has. */
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';

/** Starts a backend without its advertisement. */
export async function start(backend: 'cpu' | 'wasm'): Promise<void> {
  await tf.setBackend(backend);
  (tf.backend() as { firstUse?: boolean }).firstUse = false;
}

export { tf };
