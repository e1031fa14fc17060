/** One training step as one compiled graph: loss, gradient, whatever curvature the step asks for, and the update. */
import { compile, type DType, type Engine, flatten, random, type Shape, type Tensor, trace, type Tree, valueAndGrad, zeros } from '@curv/tensor';
import type { Draw, Optimizer, OptimizerState, Params, Phase, Problem } from '../api.js';
import { applyTransform, dtypeOf, scalars } from '../optimizer.js';
import { total } from '../tree.js';
import { lossOf, oraclesOf } from './oracles.js';

/** What a step gives; nothing has been adopted yet. */
export interface Stepped {
  readonly params: Params;
  readonly slots: Params;
  readonly value: Tensor;
  /** Whether loss and gradient are finite; a `bool` scalar. */
  readonly finite: Tensor;
  readonly info: Readonly<Record<string, Tensor>>;
}

/** A training step, compiled once for each phase and each signature of the batch. */
export interface StepFunction {
  (params: Params, state: OptimizerState, batch: unknown): Stepped;
  dispose(): void;
}

interface Drawn {
  readonly distribution: 'uniform' | 'normal' | 'rademacher';
  readonly shape: Shape;
  readonly dtype: DType;
}

const LARGEST = { float32: 3.4028234663852886e38, float64: Number.MAX_VALUE } as const;

/** Compiles the steps of an optimizer on a problem. */
export function stepFunction(problem: Problem, { transform }: Optimizer, engine?: Engine): StepFunction {
  const loss = lossOf(problem);
  /** The step with a source of random numbers still open. */
  const step = (draw: Draw, params: Params, slots: Params, batch: unknown, hyper: Tree<Tensor>, phase: Phase): Stepped => {
    const [value, gradient] = valueAndGrad(loss)(params, batch) as [Tensor, Params];
    const largest = LARGEST[dtypeOf(params)];
    const finite = total(gradient, (leaf) => leaf.abs().max().lessEqual(largest).not().cast('int32')).equal(0).and(value.abs().lessEqual(largest));
    const moved = applyTransform(transform, gradient, slots, { ...oraclesOf(problem, params, batch, value, draw), params, gradient, phase, hyper, draw });
    return { ...moved, value, finite };
  };
  const compiled = compile(
    (params: Params, slots: Params, batch: unknown, hyper: Tree<Tensor>, draws: readonly Tensor[], phase: string) => {
      let next = 0;
      return step(() => draws[next++]!, params, slots, batch, hyper, JSON.parse(phase) as Phase);
    },
    engine ? { engine } : {},
  );
  const known = new Map<string, readonly Drawn[]>();
  const drawsOf = (phase: string, params: Params, slots: Params, batch: unknown, hyper: Tree<Tensor>): readonly Drawn[] => {
    const key = `${phase} ${flatten(batch).leaves.map((leaf) => `${leaf.dtype}[${leaf.shape.join()}]`).join()}`;
    let list = known.get(key);
    if (list === undefined) known.set(key, (list = discover((draw) => trace((p: Params, s: Params, b: unknown, h: Tree<Tensor>) => step(draw, p, s, b, h, JSON.parse(phase) as Phase))(params, slots, batch, hyper), dtypeOf(params))));
    return list;
  };
  const run = (params: Params, { slots, step: done, seed }: OptimizerState, batch: unknown): Stepped => {
    const dtype = dtypeOf(params);
    const phase = JSON.stringify(transform.phase?.(done + 1) ?? null);
    const hyper = scalars(transform.hyper?.(done + 1) ?? {}, dtype);
    const stream = random(seed).fork(`step ${done + 1}`);
    const draws = drawsOf(phase, params, slots, batch, hyper).map(({ distribution, shape, dtype: type }) => stream.tensor(distribution, shape, type));
    const out = compiled(params, slots, batch, hyper, draws, phase) as Stepped;
    for (const tensor of [...flatten(hyper).leaves, ...draws]) tensor.dispose();
    return out;
  };
  return Object.assign(run, { dispose: () => compiled.dispose() });
}

/** The random numbers that a program draws, found by tracing it once: a graph takes them as arguments. */
function discover(program: (draw: Draw) => unknown, usual: DType): readonly Drawn[] {
  const list: Drawn[] = [];
  program((distribution, shape, dtype = usual) => {
    list.push({ distribution, shape, dtype });
    return zeros(shape, dtype);
  });
  return list;
}
