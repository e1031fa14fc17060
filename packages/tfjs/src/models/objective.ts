/** The loss that a model is trained with, as curvature operators take it. */
import type { Tensor } from '@curv/tensor';
import type { Logits, Plan, Source } from './api.js';
import type { Evaluate, ModelInputs, NamedTensors } from './from-layers-model.js';
import type { Loss } from './losses/loss.js';
import { lossNamed } from './losses/table.js';
import { penalize, type Penalty } from './regularizers.js';

/** Which loss, and how the model runs. */
export interface ObjectiveOptions {
  /** A loss's name, one for each output, or names by output; by default the loss that the model was compiled with. */
  readonly loss?: string | readonly string[] | Readonly<Record<string, string>>;
  /** As in `apply`. Default false. */
  readonly training?: boolean;
  readonly state?: NamedTensors;
  /**
   * `stable`: where the loss is a cross-entropy and the output a softmax or sigmoid, both are taken together, from the logits. `never`: TensorFlow.js's
   * own formula, which clips probabilities to [1e-7, 1 − 1e-7] and has no gradient beyond. Default `stable`.
   */
  readonly logits?: 'stable' | 'never';
  /** Whether L1 and L2 penalties of the layers count. Default true. */
  readonly regularization?: boolean;
}

/** A batch of examples. */
export interface ObjectiveData {
  readonly x: ModelInputs;
  /** Targets, one tensor for each output. */
  readonly y: Tensor | readonly Tensor[];
  /** Weights of the examples [batch], for all outputs or one tensor for each: losses are multiplied by them before the mean, as TensorFlow.js does. */
  readonly sampleWeight?: Tensor | readonly Tensor[];
  /** As in `apply`. */
  readonly masks?: NamedTensors;
}

/** What `outputLoss` is given: the outputs (or their logits), and the weights that are penalized. */
export interface Heads {
  readonly outputs: readonly Tensor[];
  readonly penalized: readonly Tensor[];
}

/** Parts of a curvature problem: `{ ...net.objective(), params: net.params, batches }`. */
export interface ModelObjective {
  readonly reduction: 'mean';
  readonly model: (params: NamedTensors, data: ObjectiveData) => Heads;
  /** Mean over the examples of the sum over outputs, and the penalties. */
  readonly outputLoss: (heads: Heads, data: ObjectiveData) => Tensor;
  /** (params, data) → scalar. */
  readonly loss: (params: NamedTensors, data: ObjectiveData) => Tensor;
}

/** What an objective needs of a model. */
export interface ObjectiveParts {
  readonly plan: Plan;
  readonly penalties: readonly Penalty[];
  readonly compiled: unknown;
  readonly evaluate: Evaluate;
}

/** A loss of one output, and whether it starts from logits. */
interface Term {
  readonly loss: Loss;
  readonly fused: boolean;
  readonly name: string;
}

/** @throws TypeError on an unknown loss, or none */
export function objectiveOf({ plan, penalties, compiled, evaluate }: ObjectiveParts, options: ObjectiveOptions): ModelObjective {
  const { training = false, state = {}, logits = 'stable', regularization = true } = options;
  const names = lossNames(plan.outputs.map(({ name }) => name), options.loss ?? compiled);
  const terms = plan.outputs.map((output, i): Term | null => {
    const name = names[i];
    if (name === null || name === undefined) return null;
    const loss = lossNamed(name);
    return { loss, fused: logits === 'stable' && loss.activation !== undefined && loss.activation === endOf(plan, output), name: output.name };
  });
  const kept = regularization ? penalties : [];
  const model = (params: NamedTensors, { x, masks = {} }: ObjectiveData): Heads => {
    const { heads, run } = evaluate(params, x, { training, state, masks });
    const outputs = heads.map((head, i) => (terms[i]?.fused ? run.logits.get(head)!.logits : head));
    return { outputs, penalized: kept.map(({ weight }) => params[weight.name]!) };
  };
  const outputLoss = ({ outputs, penalized }: Heads, data: ObjectiveData): Tensor => {
    const parts = outputs.flatMap((output, i) => (terms[i] === null ? [] : [term(terms[i]!, output, data, i)]));
    return [...parts, ...penalized.map((w, i) => penalize(w, kept[i]!))].reduce((a, b) => a.add(b));
  };
  return { reduction: 'mean', model, outputLoss, loss: (params, data) => outputLoss(model(params, data), data) };
}

/** The softmax or sigmoid that an output of a graph ends in. */
function endOf({ calls }: Plan, { key, index }: Source): Logits['activation'] | null {
  const layer = calls.find((call) => call.key === key)?.layer;
  if (layer === undefined) return null;
  return layer.plan ? endOf(layer.plan, layer.plan.outputs[index]!) : (layer.rule.ends?.(layer.config) ?? null);
}

/** A name for each output, null for an output without a loss. */
function lossNames(outputs: readonly string[], given: unknown): readonly (string | null)[] {
  if (typeof given === 'function') throw new TypeError('loss: the model was compiled with a function, which cannot be imported; give the name of a loss');
  if (given === null || given === undefined || (Array.isArray(given) && given.length === 0)) throw new TypeError('loss: the model names none; give the name of a loss');
  if (typeof given === 'string') return outputs.map(() => given);
  if (Array.isArray(given)) {
    if (given.length !== outputs.length) throw new TypeError(`loss: expected ${outputs.length} names (${outputs.join(', ')}), got ${given.length}`);
    return given as string[];
  }
  const unknown = Object.keys(given as object).filter((name) => !outputs.includes(name));
  if (unknown.length > 0) throw new TypeError(`loss: there is no output ${unknown.join(', ')}; outputs are ${outputs.join(', ')}`);
  return outputs.map((name) => (given as Record<string, string>)[name] ?? null);
}

const pick = (value: Tensor | readonly Tensor[], i: number): Tensor | undefined => (Array.isArray(value) ? (value as readonly Tensor[])[i] : (value as Tensor));

/** Mean over examples (and further axes) of one output's loss. */
function term({ loss, fused, name }: Term, output: Tensor, { y, sampleWeight }: ObjectiveData, i: number): Tensor {
  const target = pick(y, i);
  if (target === undefined) throw new TypeError(`y: expected a target for output "${name}", got none`);
  const fitted = loss.target(target, output, name);
  const values = fused ? loss.fromLogits!(fitted, output) : loss.values(fitted, output);
  const weight = sampleWeight && pick(sampleWeight, i);
  if (!weight) return values.mean();
  if (weight.rank !== 1 || weight.shape[0] !== values.shape[0]) throw new RangeError(`sampleWeight: expected [${values.shape[0]}], got [${weight.shape.join(', ')}]`);
  return values.mul(weight.reshape([weight.shape[0]!, ...values.shape.slice(1).map(() => 1)])).mean();
}
