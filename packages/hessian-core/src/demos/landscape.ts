/** The loss around a trained net, along eigenvectors of its Hessian. */
import { type Ctx, type Frame, progress } from '@curv/plugin';
import { random } from '@curv/tensor';
import { loadDigits, part } from '../support/digits.js';
import { bestType, denseLayers, descend, problemOf, toData } from '../support/network.js';
import { topEigenpairs } from '../estimators/top-eigenpairs.js';
import { lossSlice } from '../landscape/loss-slice.js';
import { riskFunction } from '../landscape/risk-function.js';
import { hessian } from '../operators/hessian.js';

interface Values {
  readonly examples: number;
  readonly hidden: number;
  readonly steps: number;
  readonly radius: number;
}

/** Loss, and what the curvature alone says of it, along one eigenvector. */
const figureOf = (i: number) => ({ figure: `Loss along eigenvector ${i + 1}`, axes: { x: { label: 'distance in the space of weights' }, y: { label: 'mean cross-entropy' } } }) as const;

export async function* landscape({ examples, hidden, steps, radius }: Values, { engine, rng, signal }: Ctx): AsyncIterable<Frame> {
  const dtype = bestType(engine);
  const stream = random(rng.seed).fork('landscape');
  const data = toData(part(await loadDigits(), 0, examples), dtype);
  yield progress(0, 4, 'training');
  const layers = await descend({ layers: denseLayers(stream, [64, hidden, 10], dtype), data, activation: 'tanh', rate: 0.3, steps, engine, signal });
  const problem = problemOf(layers, [data], 'tanh', engine);
  const operator = hessian(problem, { signal });
  yield progress(1, 4, 'eigenvectors');
  const { values, vectors } = await topEigenpairs(operator, { k: 2, seed: rng.seed, signal });
  operator.dispose();
  yield progress(2, 4, 'slices');
  const risk = riskFunction(problem);
  const center = await risk.point();
  const figures: Record<string, number> = { 'λ₁': values[0]!, 'λ₂': values[1]! };
  for (const [i, vector] of vectors.entries()) {
    const { coordinates, loss } = await lossSlice(risk, center, [vector], { radius, signal });
    const lowest = loss[(loss.length - 1) / 2]!;
    yield { kind: 'series', name: 'loss', ...figureOf(i), x: coordinates, y: loss };
    yield { kind: 'series', name: 'quadratic model', ...figureOf(i), x: coordinates, y: coordinates.map((r) => lowest + 0.5 * values[i]! * r * r) };
    // Odd terms cancel in the mean of both ends.
    figures[`rise at ±r ÷ ½ λ r², eigenvector ${i + 1}`] = ((loss[0]! + loss[loss.length - 1]!) / 2 - lowest) / (0.5 * values[i]! * radius ** 2);
  }
  yield progress(3, 4, 'surface');
  const { loss, points } = await lossSlice(risk, center, vectors, { radius, signal });
  const axes = { x: { label: 'distance along eigenvector 1' }, y: { label: 'distance along eigenvector 2' } };
  yield { kind: 'grid', name: 'log₁₀ of the loss on the plane of both', axes, x: [-radius, radius], y: [-radius, radius], view: 'surface', width: points, height: points, z: loss.map((x) => Math.log10(Math.max(x, 1e-12))) };
  yield { kind: 'metric', step: steps, values: figures };
  risk.dispose();
}
