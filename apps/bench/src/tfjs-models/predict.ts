/** TensorFlow.js's own answer. */
import * as tf from '@tensorflow/tfjs';
import type { ModelArtifactsLike } from '@curv/tfjs';
import { picture, SIZE } from './images.js';

/** `predict` of the model on a picture, on the cpu backend. */
export async function predict(artifacts: ModelArtifactsLike, seed: number): Promise<Float32Array> {
  const before = tf.getBackend();
  await tf.setBackend('cpu');
  (tf.backend() as unknown as { firstUse: boolean }).firstUse = false;
  const model = await tf.loadLayersModel({ load: () => Promise.resolve(artifacts as never) });
  const x = tf.tensor4d(picture(seed), [1, SIZE, SIZE, 3]);
  const y = model.predict(x) as ReturnType<typeof tf.tensor>;
  const values = Float32Array.from(await y.data());
  [x, y].forEach((t) => void t.dispose());
  model.dispose();
  if (before && before !== 'cpu') await tf.setBackend(before);
  return values;
}
