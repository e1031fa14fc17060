/** A method's steps on TensorFlow.js's variables. */
import type * as core from '@tensorflow/tfjs-core';
import { random } from '@curv/tensor';
import { Device, type Handle } from '../device.js';
import type { TensorFlow } from '../repair/api.js';
import type { LabelOptions, OptimizerLike } from './api.js';
import { LabelDraws } from './sampled-labels.js';
import { type Done, StepPrograms } from './step-programs.js';
import { Tape } from './tape.js';

/** Gradients by the names of variables, in both forms that TensorFlow.js uses. */
export type NamedGradients = core.NamedTensorMap | readonly { readonly name: string; readonly tensor: core.Tensor }[];

/** Where the training stands, and how it goes on. Every tensor that it keeps between steps is one of the state's. */
export class Stepper {
  taken = 0;
  skipped = 0;
  info: Readonly<Record<string, number>> = {};
  private programs: StepPrograms | null = null;
  private device: Device | null = null;
  private slots: core.Tensor[] = [];
  /** A state that was set before the variables were known. */
  private waiting: core.Tensor[] | null = null;
  private draws: LabelDraws | null = null;

  constructor(
    private readonly tf: TensorFlow,
    readonly method: OptimizerLike,
    readonly seed: number,
    readonly onNonFinite: 'skip' | 'throw',
  ) {}

  labels(targets: core.Tensor, outputs: core.Tensor, options: LabelOptions): core.Tensor {
    return this.draws === null ? targets : this.draws.draw(targets, outputs, options);
  }

  /** One step on a closure; gives its value. */
  minimize(f: () => core.Scalar, varList?: readonly core.Variable[]): core.Scalar {
    const { tf } = this;
    const variables = ordered((varList ?? Object.values(tf.engine().registeredVariables)).filter((v) => v.trainable));
    if (variables.length === 0) throw new TypeError('minimize: expected at least one trainable variable, got none');
    return tf.tidy(() => this.advance(variables, new Tape(tf, f, variables))) as core.Scalar;
  }

  /** One step from gradients alone. */
  applyGradients(gradients: NamedGradients): void {
    const { tf } = this;
    const list: readonly { name: string; tensor: core.Tensor }[] = Array.isArray(gradients) ? gradients : Object.entries(gradients as core.NamedTensorMap).map(([name, tensor]) => ({ name, tensor }));
    const registered = tf.engine().registeredVariables;
    const lost = list.filter(({ name, tensor }) => registered[name] === undefined || tensor == null).map(({ name }) => name);
    if (lost.length > 0) throw new TypeError(`applyGradients: no variable or no gradient of the name ${lost.join(', ')}`);
    tf.tidy(() => {
      const variables = ordered(list.map(({ name }) => registered[name]!));
      this.prepare(variables);
      this.finish(variables, variables.map((v) => list.find(({ name }) => name === v.name)!.tensor), []);
    });
  }

  /** The state's tensors, which stay this object's. */
  state(): { name: string; tensor: core.Tensor }[] {
    const names = this.programs?.slots.map(({ name }) => name) ?? [];
    return (this.waiting ?? this.slots).map((tensor, i) => ({ name: names[i] ?? `state.${i}`, tensor }));
  }

  /** Takes a copy of a state. @throws RangeError unless it is one of this method, as soon as the variables are known */
  setState(tensors: readonly core.Tensor[], taken: number): void {
    if (this.programs !== null) this.matched(tensors, this.programs);
    const copies = tensors.map((t) => this.tf.keep(this.tf.clone(t)));
    this.free();
    if (this.programs !== null) this.slots = copies;
    else if (copies.length > 0) this.waiting = copies;
    this.taken = taken;
  }

  dispose(): void {
    this.free();
    this.programs?.dispose();
    this.programs = null;
  }

  private free(): void {
    [...this.slots, ...(this.waiting ?? [])].forEach((t) => t.dispose());
    this.slots = [];
    this.waiting = null;
  }

  /** A step with the tape at hand; gives the value. */
  private advance(variables: core.Variable[], tape: Tape): core.Tensor {
    const programs = this.prepare(variables);
    const step = this.taken + 1;
    if (programs.firstAsk(step) !== 'hvp') {
      const { value, gradient } = tape.gradient();
      this.finish(variables, gradient, [], tape);
      return value;
    }
    // The first product shares the gradient's pass.
    const { value, gradient, product } = tape.curvature((_, g) => this.ask(variables, g, []));
    try {
      this.finish(variables, gradient, [product], tape);
      return this.tf.clone(value);
    } finally {
      this.tf.dispose([value, ...gradient]);
    }
  }

  /** The vector of the next Hessian product. */
  private ask(variables: readonly core.Variable[], gradient: readonly core.Tensor[], answers: readonly (readonly core.Tensor[])[]): core.Tensor[] {
    const out = this.programs!.run(this.taken + 1, handles(variables), handles(gradient), handles(this.slots), answers.map(handles));
    return this.tensors((out as { vector: readonly Handle[] }).vector);
  }

  /** Answers what is asked, and adopts the outcome. */
  private finish(variables: readonly core.Variable[], gradient: readonly core.Tensor[], given: readonly (readonly core.Tensor[])[], tape?: Tape): void {
    const answers = [...given];
    for (;;) {
      const out = this.programs!.run(this.taken + 1, handles(variables), handles(gradient), handles(this.slots), answers.map(handles));
      if (out.ask === null) return this.adopt(variables, out);
      if (tape === undefined) {
        out.vector.forEach((handle) => this.device!.release(handle));
        throw new TypeError(`applyGradients: ${this.method.name} needs ${out.ask} at this step; call minimize(f), or model.fit`);
      }
      answers.push(out.ask === 'hvp' ? tape.aside(() => this.product(tape, this.tensors(out.vector))) : this.sampled(tape));
    }
  }

  private product(tape: Tape, vector: readonly core.Tensor[]): core.Tensor[] {
    const { value, gradient, product } = tape.curvature(() => vector);
    this.tf.dispose([value, ...gradient]);
    return product;
  }

  /** The gradient with sampled labels, and their count. */
  private sampled(tape: Tape): core.Tensor[] {
    this.draws = new LabelDraws(this.tf, random(this.seed).fork(`labels ${this.taken + 1}`));
    try {
      const { gradient } = tape.aside(() => tape.gradient());
      if (this.draws.count === 0) throw new TypeError(`minimize: ${this.method.name} takes the gradient of sampled labels, but the loss did not call labels(targets, outputs, …) of this optimizer`);
      return [...gradient, this.tf.scalar(this.draws.count)];
    } finally {
      this.draws = null;
    }
  }

  private adopt(variables: readonly core.Variable[], { params, slots, finite, info }: Done): void {
    const [moved, next, flag] = [this.tensors(params), this.tensors(slots), this.tensors([finite])[0]!];
    const told = Object.entries(info).map(([name, handle]) => [name, this.tensors([handle])[0]!] as const);
    if (flag.dataSync()[0] === 0) {
      if (this.onNonFinite === 'throw') throw new RangeError(`step ${this.taken + 1}: the gradient is not finite; lower the learning rate, or check the data`);
      this.skipped++;
      return;
    }
    variables.forEach((v, i) => v.assign(moved[i]!));
    this.slots.forEach((t) => t.dispose());
    this.slots = next.map((t) => this.tf.keep(t));
    if (told.length > 0) this.info = Object.fromEntries(told.map(([name, t]) => [name, t.dataSync()[0]!]));
    this.taken++;
  }

  /** Programs for these variables, and the state to start from. */
  private prepare(variables: core.Variable[]): StepPrograms {
    requireFloats(variables);
    const layout = { names: variables.map(({ name }) => name), shapes: variables.map(({ shape }) => shape) };
    const backend = this.tf.getBackend();
    if (this.programs !== null && JSON.stringify(this.programs.layout) !== JSON.stringify(layout)) {
      throw new RangeError(`variables: expected those of the first step (${this.programs.layout.names.join(', ')}), with their shapes, got ${layout.names.map((name, i) => `${name} [${layout.shapes[i]!.join(', ')}]`).join(', ')}; make one optimizer for each set`);
    }
    if (this.programs !== null && this.device!.name === backend) return this.programs;
    const fresh = this.programs === null;
    this.programs?.dispose();
    this.device = new Device(this.tf.backend() as never, backend);
    const programs = new StepPrograms(this.method, this.device, backend === 'wasm' || backend === 'cpu', layout, this.seed);
    if (this.waiting !== null) {
      this.slots = this.matched(this.waiting, programs);
      this.waiting = null;
    } else if (fresh) this.slots = this.tensors(programs.init(handles(variables))).map((t) => this.tf.keep(t));
    this.programs = programs;
    return programs;
  }

  /** Storages as tensors that TensorFlow.js counts and frees. */
  private tensors(list: readonly Handle[]): core.Tensor[] {
    return list.map((handle) => this.tf.engine().makeTensorFromTensorInfo(handle as core.TensorInfo));
  }

  /** @throws RangeError unless the tensors are a state of this method for these variables */
  private matched<T extends readonly core.Tensor[]>(tensors: T, programs: StepPrograms): T {
    const wanted = programs.slots;
    const show = (list: readonly { readonly shape: readonly number[] }[]): string => list.map(({ shape }) => `[${shape.join(', ')}]`).join(' ');
    if (show(wanted) !== show(tensors)) throw new RangeError(`setWeights: expected the state of ${this.method.name}: ${show(wanted)}, got ${show(tensors)}`);
    return tensors;
  }
}

const handles = (tensors: readonly core.Tensor[]): Handle[] => tensors.map((t) => ({ dataId: t.dataId, shape: t.shape, dtype: t.dtype }) as Handle);

/** In the order of the keys of an object, in which names that are whole numbers come first. */
const ordered = (variables: readonly core.Variable[]): core.Variable[] => Object.values(Object.fromEntries(variables.map((v) => [v.name, v])));

/** @throws TypeError on a variable that is not float32 */
function requireFloats(variables: readonly core.Variable[]): void {
  const wrong = variables.find(({ dtype }) => dtype !== 'float32');
  if (wrong) throw new TypeError(`variables: expected float32, got ${wrong.dtype} in ${wrong.name}`);
}
