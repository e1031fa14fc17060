/** Steps of a method as graphs on a TensorFlow.js backend, with the questions that only TensorFlow.js's tape can answer left to the caller. */
import { type Closure, type Executable, flatten, random, type Random, scalar, type Tensor, traceClosure, treeMap, type Tree, type TreeDef, treeNames, unflatten, zeros } from '@curv/tensor';
import type { Device, Handle } from '../device.js';
import { compileGraph } from '../executable.js';
import type { OptimizerLike } from './api.js';

type Params = Tree<Tensor>;
type Distribution = 'uniform' | 'normal' | 'rademacher';

/** Variables by name, by what a graph has to know of them. */
export interface Layout {
  readonly names: readonly string[];
  readonly shapes: readonly (readonly number[])[];
}

/** A question: the product of the Hessian with a vector, or the gradient with sampled labels and their count. */
export interface Ask {
  readonly ask: 'hvp' | 'sampledGradient';
  /** Of `hvp`. */
  readonly vector: readonly Handle[];
}

/** A step's outcome. Handles are the caller's. */
export interface Done {
  readonly ask: null;
  readonly params: readonly Handle[];
  readonly slots: readonly Handle[];
  readonly finite: Handle;
  readonly info: Readonly<Record<string, Handle>>;
}

interface Program {
  readonly executable: Executable<Handle>;
  readonly captures: readonly Handle[];
  readonly output: TreeDef;
}

/** What a phase draws, and what it asks first. */
interface Plan {
  readonly draws: readonly { readonly distribution: Distribution; readonly shape: readonly number[] }[];
  readonly first: Ask['ask'] | null;
}

class Asked extends Error {
  constructor(readonly question: { readonly ask: Ask['ask']; readonly vector?: Params }) {
    super(`a question (${question.ask}) was swallowed by the method`);
  }
}

const LARGEST = 3.4028234663852886e38;

const scalarsLike = (numbers: Tree<number>, make: (x: number) => Tensor): Tree<Tensor> => {
  if (typeof numbers === 'number') return make(numbers);
  if (Array.isArray(numbers)) return numbers.map((item) => scalarsLike(item as Tree<number>, make));
  return Object.fromEntries(Object.entries(numbers).map(([key, item]) => [key, scalarsLike(item as Tree<number>, make)]));
};

/** The programs of one method for one set of variables on one device. */
export class StepPrograms {
  private readonly programs = new Map<string, Program>();
  private readonly plans = new Map<string, Plan>();
  /** Zeros of the parameters' shapes, for tracing. */
  private readonly template: Params;
  private readonly slotTemplate: Params;
  private readonly start: Program;

  constructor(
    private readonly method: OptimizerLike,
    private readonly device: Device,
    private readonly shared: boolean,
    readonly layout: Layout,
    private readonly seed: number,
  ) {
    this.template = Object.fromEntries(layout.names.map((name, i) => [name, zeros(layout.shapes[i]!)]));
    const closure = traceClosure((params: Params) => method.transform.init(params) as Params)(this.template);
    this.start = this.build(closure);
    this.slotTemplate = unflatten(closure.output, closure.graph.outputs.map(({ shape, dtype }) => zeros(shape, dtype)));
  }

  /** Names and shapes of the state's tensors. */
  get slots(): readonly { readonly name: string; readonly shape: readonly number[]; readonly dtype: string }[] {
    const names = treeNames(this.slotTemplate);
    return flatten(this.slotTemplate).leaves.map(({ shape, dtype }, i) => ({ name: names[i]!, shape, dtype }));
  }

  /** The state before the first step. */
  init(params: readonly Handle[]): readonly Handle[] {
    return this.start.executable.run([...params, ...this.start.captures]);
  }

  /** What a step asks first: a Hessian product can then share the gradient's pass. */
  firstAsk(step: number): Ask['ask'] | null {
    return this.planOf(step).first;
  }

  /** A step, as far as the answers reach. Each answer is the list of the tensors of a tree like the parameters, and for a sampled gradient the count of labels. */
  run(step: number, params: readonly Handle[], gradient: readonly Handle[], slots: readonly Handle[], answers: readonly (readonly Handle[])[]): Ask | Done {
    const { program, temporary } = this.prepare(step, answers.length);
    try {
      const results = program.executable.run([...params, ...gradient, ...slots, ...answers.flat(), ...temporary, ...program.captures]);
      return unflatten(program.output, results as never) as unknown as Ask | Done;
    } finally {
      temporary.forEach((handle) => this.device.release(handle));
    }
  }

  dispose(): void {
    for (const { executable, captures } of [this.start, ...this.programs.values()]) {
      executable.dispose();
      captures.forEach((handle) => this.device.release(handle));
    }
    this.programs.clear();
  }

  private phaseOf(step: number): unknown {
    return this.method.transform.phase?.(step) ?? null;
  }

  /** The graph of a step, and the numbers that go into it beside tensors. */
  private prepare(step: number, answered: number): { program: Program; temporary: readonly Handle[] } {
    const hyper = scalarsLike(this.method.transform.hyper?.(step) ?? {}, (x) => scalar(x));
    const { draws } = this.planOf(step);
    const key = `${JSON.stringify(this.phaseOf(step))} ${answered}`;
    let program = this.programs.get(key);
    if (program === undefined) this.programs.set(key, (program = this.compile(step, answered, hyper)));
    const stream: Random = random(this.seed).fork(`step ${step}`);
    const numbers = flatten(hyper).leaves.map((t) => this.upload(t));
    return { program, temporary: [...numbers, ...draws.map(({ distribution, shape }) => this.upload(stream.tensor(distribution, shape)))] };
  }

  private upload(t: Tensor): Handle {
    return this.device.write(t.dataSync(), t);
  }

  private build(closure: Closure): Program {
    return { executable: compileGraph(closure.graph, this.device, this.shared), captures: closure.captures.map((t) => this.upload(t)), output: closure.output };
  }

  private compile(step: number, answered: number, hyper: Tree<Tensor>): Program {
    const phase = this.phaseOf(step);
    const answers = Array.from({ length: answered }, () => ({ tree: this.template, count: scalar(0) }));
    const { first, draws } = this.planOf(step);
    const given = first === 'sampledGradient' ? answers : answers.map(({ tree }) => ({ tree }));
    const drawn = draws.map(({ shape }) => zeros(shape));
    const f = (params: Params, gradient: Params, slots: Params, known: readonly { tree: Params; count?: Tensor }[], numbers: Tree<Tensor>, draws: readonly Tensor[]): unknown => {
      let next = 0;
      let asked = 0;
      const answer = (question: { readonly ask: Ask['ask']; readonly vector?: Params }): { tree: Params; count?: Tensor } => {
        if (asked < known.length) return known[asked++]!;
        throw new Asked(question);
      };
      try {
        return this.step(params, gradient, slots, phase, numbers, () => draws[next++]!, answer);
      } catch (cause) {
        if (cause instanceof Asked) return { ask: cause.question.ask, vector: flatten(cause.question.vector ?? []).leaves };
        throw cause;
      }
    };
    return this.build(traceClosure(f)(this.template, this.template, this.slotTemplate, given, hyper, drawn));
  }

  private step(params: Params, gradient: Params, slots: Params, phase: unknown, hyper: Tree<Tensor>, draw: (distribution: Distribution, shape: readonly number[]) => Tensor, answer: (question: { readonly ask: Ask['ask']; readonly vector?: Params }) => { tree: Params; count?: Tensor }): unknown {
    const hvp = (vector: Params): Params => answer({ ask: 'hvp', vector }).tree;
    const sampledGradient = (): { gradient: Params; count: Tensor } => {
      const { tree, count } = answer({ ask: 'sampledGradient' });
      return { gradient: tree, count: count! };
    };
    const [updates, next, info = {}] = this.method.transform.update(gradient, slots, { params, gradient, phase, hyper, draw, hvp, sampledGradient }) as [Params, Params, Record<string, Tensor>?];
    const finite = flatten(gradient).leaves.map((g) => g.abs().max().lessEqual(LARGEST)).reduce((a, b) => a.and(b));
    return { ask: null, params: flatten(treeMap((p, u) => p.add(u), params, updates)).leaves, slots: flatten(next).leaves, finite, info };
  }

  /** Found by tracing the phase once with zeros for all answers. */
  private planOf(step: number): Plan {
    const phase = this.phaseOf(step);
    const key = JSON.stringify(phase);
    const known = this.plans.get(key);
    if (known) return known;
    const draws: { distribution: Distribution; shape: readonly number[] }[] = [];
    const asks: Ask['ask'][] = [];
    const draw = (distribution: Distribution, shape: readonly number[]): Tensor => {
      draws.push({ distribution, shape });
      return zeros(shape);
    };
    const hyper = scalarsLike(this.method.transform.hyper?.(step) ?? {}, (x) => scalar(x));
    traceClosure((params: Params, gradient: Params, slots: Params, numbers: Tree<Tensor>) =>
      this.step(params, gradient, slots, phase, numbers, draw, ({ ask }) => {
        asks.push(ask);
        return { tree: this.template, count: scalar(1) };
      }),
    )(this.template, this.template, this.slotTemplate, hyper);
    if (asks.includes('hvp') && asks.includes('sampledGradient')) throw new TypeError(`toTfOptimizer: ${this.method.name} asks for Hessian products and sampled gradients in one step, which is not supported`);
    const plan = { draws, first: asks[0] ?? null };
    this.plans.set(key, plan);
    return plan;
  }
}
