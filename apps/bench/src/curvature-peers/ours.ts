/** Our estimators on the models of the `hvp` bench. */
import { type CurvatureOperator, hessian, hutchinsonTrace, topEigenpairs } from '@curv/hessian-core';
import { lanczos } from '@curv/linalg';
import type { Engine, Tensor } from '@curv/tensor';
import { argumentsOf, type BenchModel, lossOf } from '../hvp/models/index.js';

export type FloatType = 'float32' | 'float64';

/** The Hessian of a model's loss on its one batch. */
function operatorOf(model: BenchModel, dtype: FloatType, engine: Engine): CurvatureOperator {
  const { params, x, y } = argumentsOf(model, dtype);
  const loss = lossOf(model);
  return hessian({
    params: params as never,
    batches: [{ data: { x, y } as never, size: model.batch }],
    reduction: 'mean',
    engine,
    loss: (p: Record<string, Tensor>, d: { x: Tensor; y: Tensor }) => loss(p, d.x, d.y),
  });
}

interface Timed<T> {
  readonly ms: number;
  readonly result: T;
}

async function timed<T>(run: () => Promise<T>): Promise<Timed<T>> {
  const start = performance.now();
  const result = await run();
  return { ms: performance.now() - start, result };
}

/** Each task with the linearization made anew, as the peer's graph is. */
export interface Tasks {
  lanczos(steps: number): Promise<Timed<number>>;
  eigenvalues(k: number, tolerance: number): Promise<Timed<{ values: Float64Array; residuals: Float64Array; products: number }>>;
  trace(probes: number): Promise<Timed<{ estimate: number; standardError: number }>>;
  dispose(): void;
}

export function tasksOf(model: BenchModel, dtype: FloatType, engine: Engine): Tasks {
  const operator = operatorOf(model, dtype, engine);
  return {
    lanczos: (steps) => timed(async () => (await lanczos(operator, { steps })).iterations),
    eigenvalues: (k, tolerance) => timed(() => topEigenpairs(operator, { k, tolerance })),
    trace: (probes) => timed(() => hutchinsonTrace(operator, { maxProbes: probes })),
    dispose: () => operator.dispose(),
  };
}
