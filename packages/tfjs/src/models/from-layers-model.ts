/** A TensorFlow.js layers model as a pure function. */
import { type Tensor, tensor, trace, zeros } from '@curv/tensor';
import type { Layer, PartialShape, Run } from './api.js';
import { runPlan } from './call.js';
import type { WeightData } from './dequantize.js';
import { isModel, makeLayer } from './make-layer.js';
import { matchWeights } from './match-weights.js';
import { type ObjectiveOptions, objectiveOf, type ModelObjective } from './objective.js';
import { penaltiesOf } from './regularizers.js';
import { sourceOf } from './source.js';

/** Tensors by the names of a model's weights. */
export type NamedTensors = Readonly<Record<string, Tensor>>;
/** One tensor, or several in the model's order or by name. */
export type ModelInputs = Tensor | readonly Tensor[] | NamedTensors;

/** How a model is run. */
export interface ApplyOptions {
  /** Batch normalization by the batch's own moments, and dropout by `masks`. Default false: inference, as `model.predict`. */
  readonly training?: boolean;
  /** Moving statistics; by default the model's. */
  readonly state?: NamedTensors;
  /** Keep-masks (1 kept, 0 dropped) of dropout layers by name, as `maskShapes` lists them; a layer without one keeps everything. */
  readonly masks?: NamedTensors;
}

/** An imported model. All functions are pure: the user's model is only written by `toModel`. */
export interface ImportedModel<T = unknown> {
  readonly inputs: readonly { readonly name: string; readonly shape: PartialShape | null; readonly dtype: string }[];
  /** `shape` is null where it depends on sizes that the inputs leave open; the batch axis is null in it. */
  readonly outputs: readonly { readonly name: string; readonly shape: PartialShape | null }[];
  /** What training moves by gradients, float32, in the order of the layers. */
  readonly params: NamedTensors;
  /** Moving statistics of batch normalization. */
  readonly state: NamedTensors;
  /** Names of `params`. */
  readonly names: readonly string[];
  /** Names of the parameters that the model's layers do not hold frozen. */
  readonly trainable: readonly string[];
  /** The loss that the model was compiled with, as it names it; undefined when there is none. */
  readonly loss: unknown;
  /** Outputs, as `model.predict` gives them: one tensor, or an array where the model has several outputs. */
  apply(params: NamedTensors, inputs: ModelInputs, options?: ApplyOptions): Tensor | readonly Tensor[];
  /** Outputs and the state after the batch. */
  applyWithState(params: NamedTensors, inputs: ModelInputs, options?: ApplyOptions): { readonly outputs: readonly Tensor[]; readonly state: NamedTensors };
  /** Shapes of the masks that dropout layers take for such inputs, with their rates. */
  maskShapes(inputs: ModelInputs): Readonly<Record<string, { readonly shape: readonly number[]; readonly rate: number }>>;
  /** The training loss in the form that curvature operators take. */
  objective(options?: ObjectiveOptions): ModelObjective;
  /** Writes values into the model that was given, and returns it; of artifacts, new ones are made. Every name of `params` is needed, state may be left out. */
  toModel(params: NamedTensors, state?: NamedTensors): T;
}

/**
 * Imports a `tf.LayersModel` (Sequential or functional), or saved artifacts as `tf.io` handlers load them. The weights are copied, so that neither
 * side sees the other's changes. Recurrent layers are unrolled over the steps of the input.
 * @throws TypeError on a graph model, a layer or a setting that is not supported, or missing weights; RangeError on shapes that do not fit
 */
export function fromLayersModel<T>(model: T): ImportedModel<T> {
  const source = sourceOf(model);
  if (!isModel(source.topology.className)) throw new TypeError(`fromLayersModel: expected a model, got a topology of class ${source.topology.className}`);
  const root = makeLayer(source.topology);
  const found = matchWeights(root, source.weights);
  const named = (wanted: boolean): NamedTensors =>
    Object.fromEntries(found.filter(({ weight }) => (weight.state ?? false) === wanted).map(({ weight, value }) => [weight.name, tensor(value.data, value.shape, 'float32')]));
  const [params, state] = [named(false), named(true)];
  const evaluate = evaluator(root, state);
  const { inputs, outputs } = root.plan!;
  const shapes = dryRun(inputs, (x) => evaluate(params, x, {}).heads);
  return {
    inputs: inputs.map(({ name, shape, dtype }) => ({ name, shape, dtype })),
    outputs: outputs.map(({ name }, i) => ({ name, shape: shapes?.[i] ?? null })),
    params,
    state,
    names: Object.keys(params),
    trainable: found.filter(({ weight, layer }) => !weight.state && layer.config['trainable'] !== false).map(({ weight }) => weight.name),
    loss: source.loss,
    apply(p, x, options = {}) {
      const { heads } = evaluate(p, x, options);
      return heads.length === 1 ? heads[0]! : heads;
    },
    applyWithState(p, x, options = {}) {
      const { heads, run } = evaluate(p, x, options);
      return { outputs: heads, state: { ...state, ...options.state, ...Object.fromEntries(run.updates) } };
    },
    maskShapes(x) {
      const shapes = new Map<string, { readonly shape: readonly number[]; readonly rate: number }>();
      trace((p: NamedTensors, data: ModelInputs) => {
        const { heads, run } = evaluate(p, data, {});
        for (const [name, value] of run.maskShapes) shapes.set(name, value);
        return heads;
      })(params, x);
      return Object.fromEntries(shapes);
    },
    objective: (options = {}) => objectiveOf({ plan: root.plan!, penalties: penaltiesOf(root), compiled: source.loss, evaluate }, options),
    toModel: (p, s = state) => source.write(valuesOf(found.map(({ weight }) => weight), p, { ...state, ...s })),
  };
}

/** An evaluation's outputs, and what it left behind. */
interface Evaluation {
  readonly heads: readonly Tensor[];
  readonly run: Run;
}
export type Evaluate = (params: NamedTensors, inputs: ModelInputs, options: ApplyOptions) => Evaluation;

function evaluator(root: Layer, state: NamedTensors): Evaluate {
  const plan = root.plan!;
  return (params, inputs, { training = false, masks = {}, state: given = {} }) => {
    const updates = new Map<string, Tensor>();
    const value = (name: string): Tensor => {
      const held = updates.get(name) ?? params[name] ?? given[name] ?? state[name];
      if (held === undefined) throw new TypeError(`params: expected a weight ${name}, there are ${Object.keys(params).join(', ') || 'none'}`);
      return held;
    };
    const run: Run = { value, training, masks, updates, maskShapes: new Map(), logits: new Map() };
    return { heads: runPlan(plan, listed(plan.inputs, inputs), run), run };
  };
}

/** Inputs in the model's order. @throws TypeError or RangeError naming the input that is missing or of another shape */
function listed(wanted: readonly { readonly name: string; readonly shape: PartialShape | null }[], given: ModelInputs): readonly Tensor[] {
  const list = isTensor(given) ? [given] : Array.isArray(given) ? (given as readonly Tensor[]) : wanted.map(({ name }) => (given as NamedTensors)[name]);
  if (list.length !== wanted.length || list.some((x) => x === undefined)) {
    throw new TypeError(`inputs: expected ${wanted.map(({ name }) => name).join(', ')}, got ${isTensor(given) ? 'one tensor' : Array.isArray(given) ? `${given.length} tensors` : Object.keys(given).join(', ')}`);
  }
  list.forEach((x, i) => {
    const { name, shape } = wanted[i]!;
    const fits = shape === null || (x!.rank === shape.length && shape.every((n, axis) => axis === 0 || n === null || n === x!.shape[axis]));
    if (!fits) throw new RangeError(`inputs: expected ${name} of shape [${shape.map((n) => n ?? 'any').join(', ')}], got [${x!.shape.join(', ')}]`);
  });
  return list as readonly Tensor[];
}

const isTensor = (value: ModelInputs): value is Tensor => 'dtype' in value && 'shape' in value && !Array.isArray(value);

/** Traces the model once where the sizes of its inputs are known, so that weights that do not fit are found now. Gives the shapes of the outputs. */
function dryRun(inputs: ImportedModel['inputs'], heads: (x: readonly Tensor[]) => readonly Tensor[]): PartialShape[] | null {
  if (inputs.some(({ shape }) => shape === null || shape.slice(1).some((n) => n === null))) return null;
  const given = inputs.map(({ shape, dtype }) => zeros([1, ...(shape!.slice(1) as number[])], dtype === 'int32' ? 'int32' : 'float32'));
  return trace(heads)(given).outputs.map(({ shape }) => [null, ...shape.slice(1)]);
}

/** Host values of all weights. */
function valuesOf(weights: readonly { readonly name: string; readonly state?: boolean }[], params: NamedTensors, state: NamedTensors): Map<string, WeightData> {
  return new Map(
    weights.map(({ name, state: isState }) => {
      const value = (isState ? state : params)[name];
      if (value === undefined) throw new TypeError(`toModel: expected a value of ${name}, got none`);
      return [name, { shape: value.shape, data: Float32Array.from(value.dataSync()) }];
    }),
  );
}
