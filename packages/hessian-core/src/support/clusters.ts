/** Clusters of points, one to a class. */
import type { Random } from '@curv/tensor';
import { orthonormalize } from '@curv/linalg';
import type { Examples } from './digits.js';

const WIDTH = 10;

/** x = 2 q_y + N(0, I) in R¹⁰ with orthonormal q₁ … q_k: overlapping clusters. */
export function overlapping(stream: Random, classes: number, count: number): Examples {
  const axes = orthonormalize(Array.from({ length: classes }, () => new Float64Array(WIDTH).map(() => stream.normal())));
  const inputs = new Float64Array(count * WIDTH);
  const labels = Int32Array.from({ length: count }, (_, i) => i % classes);
  for (let i = 0; i < count; i++) for (let j = 0; j < WIDTH; j++) inputs[i * WIDTH + j] = 2 * axes[labels[i]!]![j]! + stream.normal();
  return { inputs, labels, width: WIDTH, count };
}
