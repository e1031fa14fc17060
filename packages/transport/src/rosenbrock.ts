/** A first function, to be replaced: Rosenbrock's valley. */
import type { Tensor } from '@curv/tensor';

/** (1 − x)² + 100 (y − x²)² of a vector [x, y] (Rosenbrock 1960). */
export function rosenbrock(point: Tensor): Tensor {
  const x = point.slice([0], [1]);
  const y = point.slice([1], [2]);
  return x.sub(1).square().add(y.sub(x.square()).square().mul(100)).sum();
}
