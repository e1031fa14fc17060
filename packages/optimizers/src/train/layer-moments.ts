/** Second moments at a model's layers, under labels drawn from the model's own distribution. */
import { affineLayers, flatten, grad, layerSignals, type LayeredFunction, stopGradient, type Tensor, unflatten } from '@curv/tensor';
import type { Draw, LayerMomentsReport, Likelihood, Params, Problem } from '../api.js';
import { drawLabels, negativeLogLikelihood } from './likelihood.js';

/**
 * With N draws (Σ of their weights) and rows of inputs xᵣ and signals δᵣ over examples and positions: A = mean xᵣxᵣᵀ, B = Σ δᵣδᵣᵀ / N, so that A ⊗ B is K-FAC's block of the Fisher matrix of the
 * mean loss (Martens & Grosse 2015, arXiv:1503.05671, section 3; Eschenhagen et al. 2023, arXiv:2311.00636, "expand").
 */
export function layerMoments(kind: Likelihood, { model, weights }: Problem, params: Params, batch: unknown, draw: Draw): LayerMomentsReport {
  const { leaves, def } = flatten(params);
  const f: LayeredFunction = (list, data) => model!(unflatten(def, list), data) as Tensor;
  const { layers, faults } = affineLayers(f, leaves, batch);
  let count: number | Tensor = 1;
  const cotangent = (outputs: Tensor): Tensor => {
    const labels = drawLabels(kind, stopGradient(outputs), draw);
    const w = weights?.(batch);
    count = w === undefined ? negativeLogLikelihood(kind, outputs, labels).size : w.sum();
    return grad((z: Tensor) => {
      const losses = negativeLogLikelihood(kind, z, labels);
      return (w === undefined ? losses : losses.mul(w.sqrt())).sum();
    })(stopGradient(outputs)) as Tensor;
  };
  const { inputs, gradients } = layerSignals(f, layers, leaves, batch, cotangent);
  const moments = (x: Tensor): Tensor => {
    const rows = x.reshape([-1, x.shape[2]!]);
    return rows.matmul(rows, { transposeA: true });
  };
  return {
    layers: layers.map(({ kernel, bias, transposed }, l) => ({
      kernel,
      bias,
      transposed,
      inputs: moments(inputs[l]!).div(inputs[l]!.shape[0]! * inputs[l]!.shape[1]!),
      outputs: moments(gradients[l]!).div(count),
    })),
    faults,
  };
}
