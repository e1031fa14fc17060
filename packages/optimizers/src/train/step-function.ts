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

/** A training step, compiled once for each phase and each signature of the batches. */
export interface StepFunction {
  /** @param curvature what curvature is taken on; default the batch itself, whose forward pass is then shared */
  (params: Params, state: OptimizerState, batch: unknown, curvature?: unknown): Stepped;
  /** Whether the next step asks for curvature. */
  curved(params: Params, state: OptimizerState, batch: unknown): boolean;
  dispose(): void;
}

/** Everything that a step depends on but its phase and random numbers; `curvature` is null where it is the batch. */
type Inputs = readonly [params: Params, slots: Params, batch: unknown, curvature: unknown, hyper: Tree<Tensor>];

interface Drawn {
  readonly distribution: 'uniform' | 'normal' | 'rademacher';
  readonly shape: Shape;
  readonly dtype: DType;
}

/** What tracing a step finds out. */
interface Program {
  readonly drawn: readonly Drawn[];
  readonly curved: boolean;
}

const LARGEST = { float32: 3.4028234663852886e38, float64: Number.MAX_VALUE } as const;

/** Compiles the steps of an optimizer on a problem. */
export function stepFunction(problem: Problem, { transform }: Optimizer, engine?: Engine): StepFunction {
  const loss = lossOf(problem);
  /** The step with a source of random numbers still open. */
  const step = (draw: Draw, phase: string, [params, slots, batch, curvature, hyper]: Inputs, asked?: () => void): Stepped => {
    const [value, gradient] = valueAndGrad(loss)(params, batch) as [Tensor, Params];
    const largest = LARGEST[dtypeOf(params)];
    const finite = total(gradient, (leaf) => leaf.abs().max().lessEqual(largest).not().cast('int32')).equal(0).and(value.abs().lessEqual(largest));
    const curved = (): unknown => {
      asked?.();
      return curvature ?? batch;
    };
    const moved = applyTransform(transform, gradient, slots, { ...oraclesOf(problem, params, batch, curved, value, draw), params, gradient, phase: JSON.parse(phase) as Phase, hyper, draw });
    return { ...moved, value, finite };
  };
  const compiled = compile(
    (inputs: Inputs, draws: readonly Tensor[], phase: string) => {
      let next = 0;
      return step(() => draws[next++]!, phase, inputs);
    },
    engine ? { engine } : {},
  );
  const known = new Map<string, Program>();
  const programOf = (phase: string, inputs: Inputs): Program => {
    const key = `${phase} ${[inputs[2], inputs[3]].map((data) => flatten(data).leaves.map((leaf) => `${leaf.dtype}[${leaf.shape.join()}]`).join()).join(' ')}`;
    let program = known.get(key);
    if (program === undefined) known.set(key, (program = discover((draw, asked) => trace((args: Inputs) => step(draw, phase, args, asked))(inputs), dtypeOf(inputs[0]))));
    return program;
  };
  const inputsOf = (params: Params, { slots, step: done }: OptimizerState, batch: unknown, curvature: unknown): Inputs => [
    params, slots, batch, curvature === batch ? null : curvature, scalars(transform.hyper?.(done + 1) ?? {}, dtypeOf(params)),
  ];
  const phaseOf = ({ step: done }: OptimizerState): string => JSON.stringify(transform.phase?.(done + 1) ?? null);
  const run = (params: Params, state: OptimizerState, batch: unknown, curvature: unknown = batch): Stepped => {
    const [phase, inputs] = [phaseOf(state), inputsOf(params, state, batch, curvature)];
    const stream = random(state.seed).fork(`step ${state.step + 1}`);
    const draws = programOf(phase, inputs).drawn.map(({ distribution, shape, dtype }) => stream.tensor(distribution, shape, dtype));
    const out = compiled(inputs, draws, phase) as Stepped;
    for (const tensor of [...flatten(inputs[4]).leaves, ...draws]) tensor.dispose();
    return out;
  };
  const curved = (params: Params, state: OptimizerState, batch: unknown): boolean => programOf(phaseOf(state), inputsOf(params, state, batch, batch)).curved;
  return Object.assign(run, { curved, dispose: () => compiled.dispose() });
}

/** What a program asks for, found by tracing it once: a graph takes random numbers as arguments. */
function discover(program: (draw: Draw, asked: () => void) => unknown, usual: DType): Program {
  const drawn: Drawn[] = [];
  let curved = false;
  program(
    (distribution, shape, dtype = usual) => {
      drawn.push({ distribution, shape, dtype });
      return zeros(shape, dtype);
    },
    () => (curved = true),
  );
  return { drawn, curved };
}
