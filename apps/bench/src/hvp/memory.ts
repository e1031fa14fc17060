/** Whether an engine's memory stays flat over many calls. */
import { breathe } from '@curv/plugin';
import { compile, type Engine, flatten, hvp, type Tensor } from '@curv/tensor';
import { argumentsOf, lossOf, MODELS } from './models/index.js';

/** Resident megabytes after so many calls. */
export interface Resident {
  readonly calls: number;
  readonly megabytes: number;
}

/** Hessian-vector products of the MLP, results read and released. */
export async function residentMemory(engine: Engine, calls: number, signal: AbortSignal): Promise<Resident[]> {
  const model = MODELS.find(({ id }) => id === 'mlp')!;
  const { params, direction, x, y } = argumentsOf(model, 'float32');
  const product = compile(hvp(lossOf(model)), { engine });
  const marks: Resident[] = [];
  for (let call = 1; call <= calls; call++) {
    await breathe(signal);
    const { leaves } = flatten(product(params, direction, x, y));
    await Promise.all(leaves.map((leaf: Tensor) => leaf.data()));
    leaves.forEach((leaf: Tensor) => leaf.dispose());
    if (call % (calls / 5) === 0) marks.push({ calls: call, megabytes: process.memoryUsage().rss / 1e6 });
  }
  product.dispose();
  return marks;
}
