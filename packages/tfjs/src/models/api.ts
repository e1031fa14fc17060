/** The types of imported models. No code runs here. */
import type { Tensor } from '@curv/tensor';

/** A layer's configuration, keys in camelCase as TensorFlow.js's own `getConfig` gives them. */
export type Config = Readonly<Record<string, any>>; // each layer narrows what it reads

/** A layer as a topology describes it. */
export interface LayerJson {
  readonly className: string;
  readonly config: Config;
  readonly name?: string;
  readonly inboundNodes?: readonly (readonly (readonly [string, number, number, unknown?])[])[];
}

/** Sizes that the configuration fixes; null where another layer decides. */
export type PartialShape = readonly (number | null)[];

/** A weight that a layer's configuration asks for. */
export interface WeightSpec {
  /** Last part of its name, such as `kernel`. */
  readonly short: string;
  /** Null where the input alone decides. */
  readonly shape: PartialShape | null;
  /** Statistics that training moves without a gradient. */
  readonly state?: boolean;
  /** Serialized regularizer of the training loss. */
  readonly regularizer?: unknown;
}

/** A weight of a model. */
export interface Weight extends WeightSpec {
  /** Name in the model, such as `dense_1/kernel`. */
  readonly name: string;
}

/** One layer of an imported model, wrappers and nested models included. */
export interface Layer {
  readonly name: string;
  readonly className: string;
  readonly config: Config;
  readonly rule: LayerRule;
  readonly weights: readonly Weight[];
  /** Layers inside of a wrapper. */
  readonly children: readonly Layer[];
  /** The graph inside of a model. */
  readonly plan: Plan | null;
}

/** The output `index` of a call. */
export interface Source {
  readonly key: string;
  readonly index: number;
}

/** One application of a layer; a shared layer has several. */
export interface PlannedCall {
  readonly key: string;
  readonly layer: Layer;
  readonly inputs: readonly Source[];
}

/** A model's graph: calls in an order in which they can be run. */
export interface Plan {
  readonly inputs: readonly { readonly name: string; readonly key: string; readonly shape: PartialShape | null; readonly dtype: string }[];
  readonly calls: readonly PlannedCall[];
  readonly outputs: readonly (Source & { readonly name: string })[];
}

/** What came before a final softmax or sigmoid. */
export interface Logits {
  readonly activation: 'softmax' | 'sigmoid';
  readonly logits: Tensor;
}

/** One evaluation of a model. */
export interface Run {
  /** Value of a weight by its full name, the latest within this evaluation. */
  value(name: string): Tensor;
  readonly training: boolean;
  /** Keep-masks of dropout layers, by name. */
  readonly masks: Readonly<Record<string, Tensor>>;
  /** New values of state. */
  readonly updates: Map<string, Tensor>;
  /** Shapes of the masks that dropout layers would take. */
  readonly maskShapes: Map<string, { readonly shape: readonly number[]; readonly rate: number }>;
  readonly logits: Map<Tensor, Logits>;
}

/** Makes a layer from its description; weights are named below `scope`. */
export type MakeLayer = (json: LayerJson, scope?: string) => Layer;

/** How layers of one class work. */
export interface LayerRule {
  /** In the order of TensorFlow.js's `layer.weights`. */
  weights?(config: Config): readonly WeightSpec[];
  /** @throws Error saying which part of a configuration is not supported */
  check?(config: Config): void;
  /** Layers inside, with the names that TensorFlow.js gives their weights. */
  children?(json: LayerJson, scope: string, make: MakeLayer): readonly Layer[];
  /** The softmax or sigmoid that the output ends in, where the layer notes its logits. */
  ends?(config: Config): Logits['activation'] | null;
  apply(inputs: readonly Tensor[], layer: Layer, run: Run): Tensor | readonly Tensor[];
}
