/** The loss around a trained net, along eigenvectors of its Hessian. */
import type { Ctx, Frame } from '@curv/plugin';
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

export async function* landscape({ examples, hidden, steps, radius }: Values, { engine, rng, signal }: Ctx): AsyncIterable<Frame> {
  const dtype = bestType(engine);
  const stream = random(rng.seed).fork('landscape');
  const data = toData(part(await loadDigits(), 0, examples), dtype);
  const layers = await descend({ layers: denseLayers(stream, [64, hidden, 10], dtype), data, activation: 'tanh', rate: 0.3, steps, engine, signal });
  const problem = problemOf(layers, [data], 'tanh', engine);
  const operator = hessian(problem, { signal });
  const { values, vectors } = await topEigenpairs(operator, { k: 2, seed: rng.seed, signal });
  operator.dispose();
  yield { kind: 'metric', step: 1, values: { 'λ₁': values[0]!, 'λ₂': values[1]! } };
  const risk = riskFunction(problem);
  const center = await risk.point();
  for (const [i, vector] of vectors.entries()) {
    const { coordinates, loss } = await lossSlice(risk, center, [vector], { radius, signal });
    yield { kind: 'series', name: `loss along eigenvector ${i + 1}`, figure: 'loss along', axes: { x: { label: 'distance' }, y: { label: 'loss' } }, x: coordinates, y: loss };
    // How far the quadratic model is off at the ends, in units of what it says.
    const middle = loss[(loss.length - 1) / 2]!;
    yield { kind: 'metric', step: i + 1, values: { 'rise ÷ ½ λ r²': ((loss[0]! + loss[loss.length - 1]!) / 2 - middle) / (0.5 * values[i]! * radius ** 2) } };
  }
  const { loss, points } = await lossSlice(risk, center, vectors, { radius, signal });
  yield { kind: 'grid', name: 'log10 loss over eigenvectors 1 (across) and 2', axes: { x: { label: 'along eigenvector 1' }, y: { label: 'along eigenvector 2' } }, x: [-radius, radius], y: [-radius, radius], view: 'surface', width: points, height: points, z: loss.map((x) => Math.log10(Math.max(x, 1e-12))) };
  risk.dispose();
}
