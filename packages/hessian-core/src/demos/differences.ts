/** Hessian-vector products by differences of gradients, beside exact ones. */
import { breathe, type Ctx, type Frame } from '@curv/plugin';
import { cpu, type Engine, objective, random, type Tensor, treeMap } from '@curv/tensor';
import { lossOf } from '../operators/curvature.js';
import { overlapping } from '../support/clusters.js';
import { denseLayers, type FloatType, type Layers, problemOf, toData } from '../support/network.js';

interface Values {
  readonly hidden: number;
  readonly examples: number;
  readonly steps: number;
  readonly least: number;
}

const FIGURE = { figure: 'Error of a Hessian-vector product', axes: { x: { label: 'step h', log: true }, y: { label: 'relative error', log: true } } } as const;
/** Errors below this are drawn at it. */
const FLOOR = 1e-17;

export async function* differences({ hidden, examples, steps, least }: Values, { engine, rng, signal }: Ctx): AsyncIterable<Frame> {
  const stream = random(rng.seed).fork('differences');
  const points = overlapping(stream, 4, examples);
  const layers = denseLayers(stream, [10, hidden, 4], 'float64');
  const oracleOf = (dtype: FloatType, on: Engine) => {
    const cast = treeMap((t: Tensor) => t.cast(dtype), layers as never) as unknown as Layers;
    const problem = problemOf(cast, [toData(points, dtype)], 'tanh', on);
    return { oracle: objective(lossOf(problem), problem.params, { engine: on }), data: problem.batches[0]!.data };
  };
  // The reference: float64 on the embedded engine.
  const { oracle: reference, data } = oracleOf('float64', cpu);
  const at = await reference.ravel(layers as never);
  const direction = at.map(() => stream.normal());
  const norm = Math.hypot(...direction);
  direction.forEach((v, i) => (direction[i] = v / norm));
  const exact = await reference.hvp(at, direction, data);
  const errorOf = (found: ArrayLike<number>): number => Math.max(FLOOR, Math.hypot(...exact.map((v, i) => found[i]! - v)) / Math.hypot(...exact));
  const hs = Array.from({ length: steps }, (_, i) => least ** (1 - i / (steps - 1)));
  const values: Record<string, number> = {};
  for (const dtype of engine.dtypes.includes('float64') ? (['float64', 'float32'] as const) : (['float32'] as const)) {
    const { oracle, data: batch } = oracleOf(dtype, engine);
    const gradient = async (h: number): Promise<Float64Array> => oracle.gradient(at.map((v, i) => v + h * direction[i]!), batch);
    const here = await gradient(0);
    const courses: Record<string, number[]> = { forward: [], central: [] };
    for (const h of hs) {
      await breathe(signal);
      const [ahead, behind] = [await gradient(h), await gradient(-h)];
      courses['forward']!.push(errorOf(ahead.map((g, i) => (g - here[i]!) / h)));
      courses['central']!.push(errorOf(ahead.map((g, i) => (g - behind[i]!) / (2 * h))));
    }
    for (const [name, y] of Object.entries(courses)) {
      yield { kind: 'series', name: `${name} differences, ${dtype}`, ...FIGURE, x: hs, y };
      values[`best ${name} differences, ${dtype}`] = Math.min(...y);
    }
    if (dtype === 'float32') {
      const error = errorOf(await oracle.hvp(at, direction, batch));
      yield { kind: 'series', name: 'exact product, float32', ...FIGURE, x: [hs[0]!, hs.at(-1)!], y: [error, error] };
      values['exact product, float32'] = error;
    }
    oracle.dispose();
  }
  reference.dispose();
  yield { kind: 'metric', step: 0, values };
}
