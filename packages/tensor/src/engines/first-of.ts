/** Several engines as one: each graph goes to the first that suits it. */
import type { DType, Engine, Executable, Graph, Spec, TypedArray } from '../api.js';

/** An engine that may be chosen. */
export interface Candidate {
  /** Loads the engine; a candidate that fails to load is passed over. */
  readonly load: () => Engine | Promise<Engine>;
  /** Whether to take a graph whose dtypes the engine has; by default every one. */
  readonly suits?: (graph: Graph) => boolean;
}

/** Options of `firstOf`. */
export interface FirstOfOptions {
  /** Told of candidates that do not load, of the engine that first takes a graph, and of every fall back. */
  readonly onNote?: (text: string) => void;
}

interface Loaded {
  readonly engine: Engine;
  readonly suits: (graph: Graph) => boolean;
}

/** A tensor, wherever it lies. Copies on other engines are made when they are asked for. */
class Shared {
  /** Set until the run that makes the tensor has begun; rejects with its failure. */
  pending: Promise<void> | null = null;
  private readonly copies = new Map<Engine, unknown>();
  /** Its owner and the runs that wait to read it. */
  private holders = 1;

  constructor(
    readonly spec: Spec,
    private host: TypedArray | null,
  ) {}

  /** Takes over a storage; frees it where nobody holds the tensor any more. */
  put(engine: Engine, storage: unknown): void {
    if (this.holders === 0) engine.release(storage);
    else this.copies.set(engine, storage);
  }

  /** The storage on an engine, or null where that takes waiting. */
  on(engine: Engine): unknown {
    if (this.copies.has(engine)) return this.copies.get(engine);
    const data = this.readNow();
    return data === null ? null : this.copy(engine, data);
  }

  async arriveOn(engine: Engine): Promise<unknown> {
    return this.on(engine) ?? this.copy(engine, await this.read());
  }

  async read(): Promise<TypedArray> {
    await this.pending;
    if (this.host === null) {
      const [engine, storage] = [...this.copies][0]!;
      this.host = await engine.read(storage);
    }
    return this.host;
  }

  /** The values, or null where no engine that has them is synchronous. */
  readNow(): TypedArray | null {
    for (const [engine, storage] of this.copies) if (this.host === null && engine.readSync) this.host = engine.readSync(storage);
    return this.host;
  }

  hold(): void {
    this.holders++;
  }

  release(): void {
    if (--this.holders > 0) return;
    for (const [engine, storage] of this.copies) engine.release(storage);
    this.copies.clear();
    this.host = null;
  }

  private copy(engine: Engine, data: TypedArray): unknown {
    const storage = engine.upload(data, this.spec);
    this.put(engine, storage);
    return storage;
  }
}

/** An executable of the first engine that suits a graph; the next one's where that one fails to start. */
class Choice {
  private engine!: Engine;
  private inner!: Executable;
  /** Until the executable can run. */
  private starting: Promise<void> | null = null;

  constructor(
    private readonly graph: Graph,
    private readonly left: Loaded[],
    private readonly note: (text: string) => void,
    private readonly onTaken: (engine: Engine) => void,
  ) {
    this.next();
  }

  /** Resolves when the graph can run; undefined where it can already. */
  get ready(): Promise<void> | undefined {
    return this.starting ?? undefined;
  }

  run(inputs: readonly Shared[]): Shared[] {
    const outputs = this.graph.outputs.map((spec) => new Shared(spec, null));
    const storages = this.starting === null && inputs.every((x) => x.pending === null) ? inputs.map((x) => x.on(this.engine)) : [null];
    if (storages.every((storage) => storage !== null)) {
      this.start(storages, outputs);
      return outputs;
    }
    const pending = this.later(inputs, outputs);
    for (const output of outputs) {
      output.pending = pending.then(() => void (output.pending = null));
      // Whoever reads the tensor meets the failure.
      output.pending.catch(() => {});
    }
    return outputs;
  }

  dispose(): void {
    void (this.starting ?? Promise.resolve()).then(() => this.inner.dispose(), () => {});
  }

  private start(storages: readonly unknown[], outputs: readonly Shared[]): void {
    this.inner.run(storages).forEach((storage, i) => outputs[i]!.put(this.engine, storage));
  }

  private async later(inputs: readonly Shared[], outputs: readonly Shared[]): Promise<void> {
    inputs.forEach((x) => x.hold());
    try {
      await this.starting;
      await Promise.all(inputs.map((x) => x.pending));
      this.start(await Promise.all(inputs.map((x) => x.arriveOn(this.engine))), outputs);
    } finally {
      inputs.forEach((x) => x.release());
    }
  }

  /** Compiles on the first engine that is left. @throws its refusal where no other is left */
  private next(): void {
    for (;;) {
      const { engine } = this.left.shift()!;
      try {
        this.inner = engine.compile(this.graph);
        this.engine = engine;
        break;
      } catch (error) {
        this.giveUp(engine, error);
      }
    }
    const { ready } = this.inner;
    this.onTaken(this.engine);
    if (ready === undefined) return;
    this.starting = ready.then(
      () => void (this.starting = null),
      async (error: unknown) => {
        this.giveUp(this.engine, error);
        this.starting = null;
        this.next();
        await this.starting;
      },
    );
    this.starting.catch(() => {});
  }

  private giveUp(engine: Engine, error: unknown): void {
    const [other] = this.left;
    if (other === undefined) throw error;
    this.note(`engine ${engine.name} could not take a graph, ${other.engine.name} does instead: ${(error as Error).message.split('\n')[0]!}`);
  }
}

/**
 * An engine that gives each graph to the first candidate that loads, has the graph's dtypes, and suits it; a candidate that fails to start a graph is
 * passed over for it. Tensors move between the engines when they are needed elsewhere. Asynchronous, unless every candidate is synchronous.
 * @throws TypeError when no candidate loads
 */
export async function firstOf(candidates: readonly Candidate[], options: FirstOfOptions = {}): Promise<Engine> {
  const { onNote = () => {} } = options;
  const loaded: Loaded[] = [];
  const reasons: string[] = [];
  for (const { load, suits = () => true } of candidates) {
    try {
      loaded.push({ engine: await load(), suits });
    } catch (error) {
      reasons.push((error as Error).message.split('\n')[0]!);
      onNote(reasons[reasons.length - 1]!);
    }
  }
  if (loaded.length === 0) throw new TypeError(`firstOf: none of ${candidates.length} engines could be loaded: ${reasons.join('; ')}`);
  const taken = new Set<Engine>();
  const onTaken = (engine: Engine): void => {
    if (!taken.has(engine)) onNote(`graphs run on engine ${engine.name}`);
    taken.add(engine);
  };
  const synchronous = loaded.every(({ engine }) => engine.synchronous);
  let storages = 0;
  const counted = <T>(count: number, value: T): T => ((storages += count), value);
  return {
    name: `first of ${loaded.map(({ engine }) => engine.name).join(', ')}`,
    dtypes: [...new Set(loaded.flatMap(({ engine }) => engine.dtypes))],
    synchronous,
    compile(graph) {
      const choice = new Choice(graph, order(graph, loaded), onNote, onTaken);
      return {
        get ready() {
          return choice.ready;
        },
        run: (inputs) => counted(graph.outputs.length, choice.run(inputs)),
        dispose: () => choice.dispose(),
      };
    },
    upload: (data, spec) => counted(1, new Shared({ shape: spec.shape, dtype: spec.dtype }, data)),
    read: (x) => x.read(),
    ...(synchronous && { readSync: (x: Shared) => x.readNow()! }),
    release: (x) => counted(-1, x.release()),
    memory: () => ({ storages }),
  };
}

/** Engines that have a graph's dtypes: those that it suits first, then the others as a last resort. */
function order(graph: Graph, loaded: readonly Loaded[]): Loaded[] {
  const dtypes = new Set<DType>(graph.nodes.map((node) => node.dtype));
  const able = loaded.filter(({ engine }) => [...dtypes].every((dtype) => engine.dtypes.includes(dtype)));
  if (able.length === 0) throw new TypeError(`no engine of ${loaded.map(({ engine }) => engine.name).join(', ')} has all of ${[...dtypes].join(', ')}`);
  const [fit, rest] = [able.filter((x) => x.suits(graph)), able.filter((x) => !x.suits(graph))];
  return [...fit, ...rest];
}
