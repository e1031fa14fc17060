/** Methods of `@curv/optimizers` as optimizers of TensorFlow.js. */
import * as core from '@tensorflow/tfjs-core';
import { random } from '@curv/tensor';
import type { TensorFlow } from '../repair/api.js';
import type { LabelOptions, OptimizerLike, TfOptimizer, TfOptimizerOptions } from './api.js';
import { type NamedGradients, Stepper } from './stepper.js';

/** Questions that the tape can answer. */
const ANSWERED: readonly string[] = ['hvp', 'sampledGradient'];

/** Methods by name, so that a saved model finds its own again. */
const known = new Map<string, OptimizerLike>();

/**
 * A `tf.Optimizer` around a method: for `model.compile({ optimizer })` with `model.fit`, `minimize(() => loss)` and `applyGradients`. Its update runs as one graph on the active backend. Methods
 * that need Hessian products (Sophia-H, AdaHessian) take them from the tape, which `repairTape` must have repaired; those that need sampled labels (Sophia-G) take them where the loss calls `labels`.
 * @throws TypeError where the method needs what the tape cannot give, or `tf` is no TensorFlow.js 4
 */
export function toTfOptimizer(method: OptimizerLike, options: TfOptimizerOptions = {}): TfOptimizer {
  const { tf = core as TensorFlow, seed = 0, onNonFinite = 'skip' } = options;
  if (typeof method?.transform?.update !== 'function' || typeof method.name !== 'string') throw new TypeError('toTfOptimizer: expected an optimizer of @curv/optimizers, with name, needs and transform');
  if (typeof tf?.Optimizer !== 'function') throw new TypeError('toTfOptimizer: tf must be the namespace of @tensorflow/tfjs or @tensorflow/tfjs-core 4.x');
  if (onNonFinite !== 'skip' && onNonFinite !== 'throw') throw new TypeError(`onNonFinite: expected skip or throw, got ${String(onNonFinite)}`);
  random(seed);
  const missing = method.needs.filter((need) => !ANSWERED.includes(need));
  if (missing.length > 0) throw new TypeError(`toTfOptimizer: ${method.name} needs ${missing.join(', ')}, which TensorFlow.js's tape cannot give; train the imported model (fromLayersModel) with train() of @curv/optimizers`);
  known.set(method.name, method);
  return new (classOf(tf))(method, seed, onNonFinite);
}

type Constructor = new (method: OptimizerLike, seed: number, onNonFinite: 'skip' | 'throw') => TfOptimizer;
const classes = new WeakMap<object, Constructor>();

/** The class for a namespace: TensorFlow.js may be there in several copies. */
function classOf(tf: TensorFlow): Constructor {
  let found = classes.get(tf.Optimizer);
  if (found === undefined) {
    classes.set(tf.Optimizer, (found = makeClass(tf)));
    tf.serialization.registerClass(found as never);
  }
  return found;
}

function makeClass(tf: TensorFlow): Constructor {
  return class CurvOptimizer extends tf.Optimizer implements TfOptimizer {
    static readonly className: string = 'CurvOptimizer';
    readonly method: string;
    private readonly stepper: Stepper;

    constructor(method: OptimizerLike, seed: number, onNonFinite: 'skip' | 'throw') {
      super();
      this.method = method.name;
      this.stepper = new Stepper(tf, method, seed, onNonFinite);
    }

    static override fromConfig<T extends core.serialization.Serializable>(_: core.serialization.SerializableConstructor<T>, config: core.serialization.ConfigDict): T {
      const { method, seed, onNonFinite } = config as { method: string; seed: number; onNonFinite: 'skip' | 'throw' };
      const found = known.get(method);
      if (found === undefined) throw new TypeError(`CurvOptimizer: a method is made of functions, which no file holds: make ${method} by toTfOptimizer before loading; there are ${[...known.keys()].join('; ') || 'none'}`);
      return new CurvOptimizer(found, seed, onNonFinite) as unknown as T;
    }

    override getConfig(): core.serialization.ConfigDict {
      const { method, stepper } = this;
      return { method, seed: stepper.seed, onNonFinite: stepper.onNonFinite };
    }

    get skipped(): number {
      return this.stepper.skipped;
    }

    get info(): Readonly<Record<string, number>> {
      return this.stepper.info;
    }

    labels(targets: core.Tensor, outputs: core.Tensor, options: LabelOptions): core.Tensor {
      return this.stepper.labels(targets, outputs, options);
    }

    override minimize(f: () => core.Scalar, returnCost = false, varList?: core.Variable[]): core.Scalar | null {
      const cost = this.stepper.minimize(f, varList);
      this.iterations_ = this.stepper.taken;
      if (returnCost) return cost;
      cost.dispose();
      return null;
    }

    applyGradients(gradients: NamedGradients): void {
      this.stepper.applyGradients(gradients);
      this.iterations_ = this.stepper.taken;
    }

    override async getWeights(): Promise<{ name: string; tensor: core.Tensor }[]> {
      return [await this.saveIterations(), ...this.stepper.state()];
    }

    override async setWeights(weights: { name: string; tensor: core.Tensor }[]): Promise<void> {
      const [first, ...rest] = weights;
      if (first?.tensor.size !== 1) throw new RangeError('setWeights: expected the number of iterations and the state, as getWeights gives them');
      const taken = (await first.tensor.data())[0]!;
      this.stepper.setState(rest.map(({ tensor }) => tensor), taken);
      this.iterations_ = taken;
    }

    override dispose(): void {
      this.stepper.dispose();
    }
  } as unknown as Constructor;
}
