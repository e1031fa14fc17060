/** Batch sizes when examples are drawn without replacement. */
import { requireCount } from '../estimators/probes.js';

/**
 * 𝔟 = B / (1 − B/N): the batch size that would have the same variance if the N examples were endless (Granziol, Zohren & Roberts 2022,
 * arXiv:2006.09092). Infinity where the batch is the whole data set.
 * @throws RangeError unless 1 ≤ B ≤ N, whole numbers (N may be Infinity)
 */
export function effectiveBatch(batch: number, dataset: number = Infinity): number {
  requireCount('batch', batch);
  if (dataset !== Infinity) requireCount('dataset', dataset);
  if (batch > dataset) throw new RangeError(`batch must be at most the data set's ${dataset} examples, got ${batch}`);
  return batch / (1 - batch / dataset);
}
