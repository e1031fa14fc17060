/** The types of `@curv/optimizers`: transformations of gradients, optimizers, problems and training runs. No code runs here. */
import type { DType, Engine, Random, Shape, Tensor, Tree } from '@curv/tensor';

/** A tree of parameters, or of anything shaped like them. */
export type Params = Tree<Tensor>;

/** A quantity that may change during a run: a number, or a function of the step (1, 2, …). */
export type Schedule = number | ((step: number) => number);

/** Static data: equal texts mean the same program. */
export type Phase = null | string | number | boolean | readonly Phase[];

/** What a method can ask of a problem beyond the gradient. */
export type Need = 'value' | 'hvp' | 'ggnvp' | 'gradSamples' | 'layerMoments' | 'sampledGradient';

/** The gradient of a loss whose labels were drawn from the model's own distribution. */
export interface SampledGradient {
  /** ∇ (1/B) Σ −log p(ŷ_b | x_b). */
  readonly gradient: Params;
  /** B, the number of independent draws. */
  readonly count: number | Tensor;
}

/** Second moments at an affine layer, under labels drawn from the model's own distribution; numbers are places among the parameters' leaves. */
export interface LayerMoments {
  readonly kernel: number;
  readonly bias: number | null;
  /** Whether the kernel is stored as [outputs, inputs]. */
  readonly transposed: boolean;
  /** Mean of x xᵀ over examples and positions, x with a 1 for a bias: [inputs, inputs]. */
  readonly inputs: Tensor;
  /** Σ δ δᵀ / draws, δ the derivative of a draw's loss by the layer's product: [outputs, outputs]. */
  readonly outputs: Tensor;
}

/** The layers of a model, and of each parameter that belongs to none the reason. */
export interface LayerMomentsReport {
  readonly layers: readonly LayerMoments[];
  readonly faults: ReadonlyMap<number, string>;
}

/** What a problem can answer at the current parameters and batch (`train`'s `curvatureBatch`, where there is one, for curvature). An answer that nobody asks for is not computed. */
export interface Oracles {
  /** The loss, a scalar. */
  readonly value?: Tensor;
  /** Hessian of the batch's loss times a tree like the parameters. */
  hvp?(v: Params): Params;
  /** Generalized Gauss-Newton matrix of the batch's loss times a tree like the parameters. */
  ggnvp?(v: Params): Params;
  /** Gradients of the single examples: a tree like the parameters with one more leading axis. */
  gradSamples?(): Params;
  layerMoments?(): LayerMomentsReport;
  sampledGradient?(): SampledGradient;
}

/** Random numbers of a step: an argument of its graph. */
export type Draw = (distribution: 'uniform' | 'normal' | 'rademacher', shape: Shape, dtype?: DType) => Tensor;

/** What a transformation sees of a step, besides the updates and its own state. */
export interface StepContext extends Oracles {
  readonly params: Params;
  /** The problem's gradient, as it was before any transformation. */
  readonly gradient: Params;
  /** What `phase` gave for this step. */
  readonly phase: Phase;
  /** What `hyper` gave for this step, each number a scalar. */
  readonly hyper: Tree<Tensor>;
  readonly draw: Draw;
}

/** Updates, the next state, and figures to report (scalars by name). */
export type Transformed<S> = readonly [updates: Params, state: S, info?: Readonly<Record<string, Tensor>>];

/**
 * One part of an optimizer: a pure function from updates to updates, with explicit state. It is traced, so whatever depends on the number of the step
 * enters through `phase` (which program) and `hyper` (which numbers).
 */
export interface Transform<S extends Params = Params> {
  readonly name: string;
  /** All oracles that it ever asks for. */
  readonly needs?: readonly Need[];
  /** Which of its programs runs at a step, such as whether curvature is refreshed; steps of equal phase run one compiled graph. */
  phase?(step: number): Phase;
  /** Numbers that vary with the step: learning rates, bias corrections. Computed on the host in float64. */
  hyper?(step: number): Tree<number>;
  init(params: Params): S;
  update(updates: Params, state: S, at: StepContext): Transformed<S>;
}

/** Where a run stands; plain data, see `serializeState`. */
export interface OptimizerState {
  /** Name of the optimizer that made it. */
  readonly optimizer: string;
  /** Steps taken. */
  readonly step: number;
  /** Random numbers of step t come from `random(seed)` forked by t. */
  readonly seed: number;
  /** The transformations' own tensors. */
  readonly slots: Params;
}

/** The outcome of one step. */
export interface Step {
  readonly params: Params;
  readonly state: OptimizerState;
  /** Figures that the transformations report. */
  readonly info: Readonly<Record<string, Tensor>>;
}

/** An `{ init, update }` pair. */
export interface Optimizer {
  readonly name: string;
  readonly needs: readonly Need[];
  /** The transformation that it applies; its updates are added to the parameters. */
  readonly transform: Transform;
  /** @param options.seed of all random numbers; default 0 */
  init(params: Params, options?: { readonly seed?: number }): OptimizerState;
  /**
   * One step. Pure: neither argument changes.
   * @param oracles what the optimizer needs; see `needs`
   * @throws TypeError when something needed is missing; RangeError when the trees do not agree
   */
  update(gradient: Params, state: OptimizerState, params: Params, oracles?: Oracles): Step;
}

/** The distribution whose negative log-likelihood a loss is. */
export type Likelihood = 'categorical' | 'bernoulli' | 'gaussian';

/** A loss over batches. Methods that need more than gradients need more than `loss`. */
export interface Problem<Batch = any> {
  /** (params, batch) → scalar. */
  loss?(params: any, batch: Batch): Tensor;
  /** (params, batch) → outputs; with `outputLoss` it stands for `loss` and gives `ggnvp`. */
  model?(params: any, batch: Batch): any;
  /** (outputs, batch) → scalar. */
  outputLoss?(outputs: any, batch: Batch): Tensor;
  /** (params, one example) → scalar; every tensor of a batch carries the examples in front. Gives `gradSamples`. */
  exampleLoss?(params: any, example: any): Tensor;
  /** With `model`, gives `sampledGradient` and `layerMoments`: outputs are logits [..., classes] or [...], or means [...] of unit variance. */
  readonly likelihood?: Likelihood;
  /** Weights of the label draws, of the labels' shape; 0 for padding. Default all 1. */
  weights?(batch: Batch): Tensor;
}

/** Progress of a run. */
export interface TrainProgress {
  readonly done: number;
  readonly total: number;
  readonly loss: number;
}

/** A step as `onStep` sees it. */
export interface StepReport {
  readonly step: number;
  readonly loss: number;
  readonly info: Readonly<Record<string, number>>;
  /** The gradient was not finite: parameters and state stayed as they were. */
  readonly skipped: boolean;
}

/** Where a training run can be taken up again. */
export interface Checkpoint {
  readonly params: Params;
  readonly state: OptimizerState;
  /** Batches used, those of skipped steps included. */
  readonly step: number;
  /** Steps that were skipped since their gradient was not finite. */
  readonly skipped: number;
}

/** Options of `train`. */
export interface TrainOptions<Batch = any> {
  readonly problem: Problem<Batch>;
  readonly optimizer: Optimizer;
  readonly params: Params;
  /** The batch of a step; `stream` is seeded by the step, so that a resumed run sees the same batches. */
  batch(step: number, stream: Random): Batch | Promise<Batch>;
  /**
   * The batch on which curvature is taken, asked for only at steps that refresh it: mostly a part of the step's batch, as in Sophia's paper (a half for Sophia-G, a fifteenth for
   * Sophia-H). It is what `hvp`, `ggnvp`, `sampledGradient` and `layerMoments` see, so that B is the number of its draws; gradient, loss and `gradSamples` keep the step's own batch.
   * `stream` is seeded by the step. Default: the step's batch, whose forward pass the two gradients then share.
   */
  curvatureBatch?(batch: Batch, stream: Random): Batch | Promise<Batch>;
  /** Steps in all, those before `resume` included. */
  readonly steps: number;
  readonly seed?: number;
  readonly engine?: Engine;
  /** Takes the run up where a checkpoint left it; `params` is not used then. */
  readonly resume?: Checkpoint;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: TrainProgress) => void;
  /** Called after each step; `stop` ends the run. */
  readonly onStep?: (report: StepReport) => void | 'stop';
  /** Called every `checkpointEvery` steps, and when the run is aborted. The tensors are valid until it returns (or its promise resolves): see `saveCheckpoint`. */
  readonly onCheckpoint?: (checkpoint: Checkpoint) => void | Promise<void>;
  readonly checkpointEvery?: number;
  /** What happens at a gradient or loss that is not finite: default `skip`, up to 20 steps in a row. */
  readonly onNonFinite?: 'skip' | 'throw';
}

/** The outcome of `train`. */
export interface TrainResult extends Checkpoint {
  /** Loss at every step of this run, before the parameters moved. */
  readonly losses: readonly number[];
  /** Why it ended. */
  readonly status: 'done' | 'stopped';
}
