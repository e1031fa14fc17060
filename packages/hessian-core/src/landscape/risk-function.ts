/** The risk as a function of one flat vector. */
import { objective } from '@curv/tensor';
import type { Problem } from '../api.js';
import { lossOf } from '../operators/curvature.js';

/** A problem's risk along any vector of parameters. */
export interface RiskFunction {
  (w: Float64Array): Promise<number>;
  /** The problem's own parameters as a vector, in the order of the operators' segments. */
  point(): Promise<Float64Array>;
  dispose(): void;
}

/**
 * The risk over all batches at any parameter vector: what paths and slices of the landscape evaluate. Cost of a value: one forward pass.
 * @throws TypeError when the problem has no loss
 */
export function riskFunction(problem: Problem): RiskFunction {
  const { params, batches, reduction, engine } = problem;
  const oracle = objective(lossOf(problem), params, engine ? { engine } : {});
  const total = batches.reduce((n, { size }) => n + size, 0);
  const risk = async (w: Float64Array): Promise<number> => {
    let sum = 0;
    for (const { data, size } of batches) sum += (reduction === 'mean' ? size / total : 1) * (await oracle.value(w, data));
    return sum;
  };
  return Object.assign(risk, { point: () => oracle.ravel(params), dispose: () => oracle.dispose() });
}
