/** Fisher information matrices of a model that predicts a distribution. */
import { gaussNewtonField, grad, random, stopGradient, type Tensor, trace, type Tree, type TreeFunction } from '@curv/tensor';
import type { Batch, CurvatureOperator, OperatorOptions, Problem } from '../api.js';
import { curvatureOperator } from './curvature.js';
import { requireSeparate } from './data-pass.js';
import { type Likelihood, likelihoodRules } from './likelihood.js';
import { dataOnly } from './linearizations.js';

/** Options of `fisher`. */
export interface FisherOptions extends OperatorOptions {
  /**
   * `exact`: the expectation over the model's own predictions, in closed form. `monte-carlo`: the same from drawn predictions. `empirical`: the
   * given targets in their place. Default `exact`.
   */
  readonly type?: 'exact' | 'monte-carlo' | 'empirical';
  /** What the outputs mean; needed by `exact` and `monte-carlo`. */
  readonly likelihood?: Likelihood;
  /** Predictions drawn for each example by `monte-carlo`. Default 1. */
  readonly samples?: number;
  /** Seed of the draws. Default 0. */
  readonly seed?: number;
}

/** Model outputs of a batch: shape and dtype, without computing them. @throws TypeError unless one tensor with the examples in front */
export function outputSpec(where: string, problem: Problem, batch: Batch): { shape: readonly number[]; dtype: Tensor['dtype'] } {
  const { outputs } = trace(problem.model!)(problem.params, batch.data);
  const [spec] = outputs;
  if (outputs.length !== 1 || spec!.shape[0] !== batch.size) {
    throw new TypeError(`${where}: the model must give one tensor with the batch's ${batch.size} examples along its first axis, got ${outputs.map((o) => `[${o.shape.join(', ')}]`).join(', ') || 'none'}`);
  }
  return { shape: spec!.shape, dtype: spec!.dtype };
}

/**
 * The Fisher information matrix in the parameters, F = Σ Jᵀ E[s sᵀ] J with the score s = ∂(−log p(y | z))/∂z, as an operator. `mean` divides by the
 * number of examples; the terms of one example (positions of a sequence) add up.
 *
 * `exact` takes the expectation over y ~ p(· | z) (Amari 1998): for a categorical distribution diag p − ppᵀ, which makes it the Gauss-Newton matrix
 * of the cross-entropy (Martens 2020, arXiv:1412.1193, section 9); targets are not looked at. `monte-carlo` draws `samples` predictions once, so
 * that the operator stays the same matrix; its expectation over seeds is `exact`. `empirical` takes the targets' scores, by `outputLoss`: second
 * moments of the examples' gradients, no estimate of the Fisher matrix away from a perfect fit (Kunstner et al. 2019, arXiv:1905.12558).
 * @throws TypeError where the model, its likelihood or (empirical) the loss is missing, or examples are coupled; RangeError on `samples`
 */
export function fisher(problem: Problem, options: FisherOptions = {}): CurvatureOperator {
  const { model, outputLoss } = problem;
  const { type = 'exact', likelihood, samples = 1, seed = 0 } = options;
  if (!model) throw new TypeError('fisher: the problem must have model');
  requireSeparate('fisher', problem);
  const mean = problem.reduction === 'mean';
  const field = (potential: TreeFunction, args = dataOnly): CurvatureOperator =>
    curvatureOperator('fisher', { ...problem, loss: problem.loss ?? lossFor(problem, model) }, options, ({ merge }) => gaussNewtonField((chosen: readonly Tensor[], data: unknown) => model(merge(chosen), data) as unknown, potential), args);
  const scaled = (sum: Tensor, outputs: Tensor): Tensor => (mean ? sum.div(outputs.shape[0]!) : sum);
  if (type === 'empirical') {
    if (!outputLoss) throw new TypeError('fisher: type empirical needs outputLoss');
    return field((z: Tensor, data: unknown) => {
      const slope = stopGradient(grad(outputLoss)(z, data) as Tensor);
      return scaled(halfSquares(mean ? slope.mul(z.shape[0]!) : slope, z), z);
    });
  }
  if (type !== 'exact' && type !== 'monte-carlo') throw new TypeError(`fisher: type must be exact, monte-carlo or empirical, got ${String(type)}`);
  if (likelihood === undefined) throw new TypeError(`fisher: type ${type} needs likelihood: categorical, bernoulli or gaussian`);
  const rules = likelihoodRules('fisher', likelihood);
  if (type === 'exact') return field((z: Tensor) => scaled(rules.potential(z), z));
  if (!Number.isInteger(samples) || samples < 1) throw new RangeError(`fisher: samples must be a positive integer, got ${samples}`);
  const stream = random(seed).fork('fisher');
  const noise = (batch: Batch, index: number): Tensor => {
    const { shape, dtype } = outputSpec('fisher', problem, batch);
    return stream.fork(String(index)).tensor(rules.noise, [samples, ...shape], dtype);
  };
  return field(
    (z: Tensor, _: unknown, drawn: Tensor) => {
      // ½ (sᵀ z)² has the Hessian s sᵀ.
      return scaled(halfSquares(rules.score(stopGradient(z), drawn), z).div(samples), z);
    },
    (batch, index) => [batch.data, noise(batch, index)],
  );
}

/** ½ Σₙ (sₙᵀ zₙ)², for scores [n, ...] or, of several samples, [samples, n, ...]. */
function halfSquares(score: Tensor, z: Tensor): Tensor {
  const front = z.shape[0]! * (score.rank > z.rank ? score.shape[0]! : 1);
  return stopGradient(score).mul(z).reshape([front, -1]).sum(1).square().sum().mul(0.5);
}

/** The loss where there is one; Fisher products need none, but `gradient` and `risk` do. */
function lossFor({ outputLoss }: Problem, model: TreeFunction): TreeFunction {
  return (params: unknown, data: unknown) => {
    if (!outputLoss) throw new TypeError('fisher: gradient and risk need the problem to have a loss');
    return outputLoss(model(params, data), data) as Tree<Tensor>;
  };
}
