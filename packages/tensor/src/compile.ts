/** Tracing a function once per signature and keeping what an engine made of it. */
import type { Engine, Executable, Graph } from './api.js';
import { engineOf, runExecutable } from './execute.js';
import { lower } from './passes/lower.js';
import { showSpec } from './primitive.js';
import type { Tensor } from './tensor.js';
import { tracing } from './trace.js';
import { type Flat, flatten, structureKey, type TreeDef, unflatten } from './tree.js';
import { traceTree, type TreeFunction } from './transforms/stage.js';

/** Options of `compile`. */
export interface CompileOptions {
  /** Where the function runs; by default where its arguments live, or the default engine. */
  readonly engine?: Engine;
}

/** A compiled function, called like the one that it was made from. */
export interface Compiled<F extends TreeFunction> {
  (...args: Parameters<F>): ReturnType<F>;
  /** The graph that runs for such arguments. */
  graph(...args: Parameters<F>): Graph;
  /** Frees all executables; the next call compiles again. */
  dispose(): void;
}

interface Entry {
  /** The engine that the arguments and options asked for; captured values may move the run elsewhere. */
  readonly asked: Engine;
  readonly engine: Engine;
  readonly graph: Graph;
  readonly executable: Executable;
  readonly captures: readonly Tensor[];
  readonly output: TreeDef;
}

const CACHE_SIZE = 64;

/**
 * Compiles a pure function of trees. It is traced at the first call for each signature (structure, shapes, dtypes, and the values of arguments
 * that are no tensors), and the executable is kept: what the function closes over is fixed at that moment. At most 64 signatures are kept.
 */
export function compile<F extends TreeFunction>(f: F, options: CompileOptions = {}): Compiled<F> {
  if (typeof f !== 'function') throw new TypeError(`compile: expected a function, got ${typeof f}`);
  const entries = new Map<string, Entry>();

  const entryFor = (args: Flat): Entry => {
    const key = signature(args);
    let entry = entries.get(key);
    const asked = options.engine ?? engineOf(args.leaves);
    if (entry !== undefined && entry.asked !== asked) {
      entry.executable.dispose();
      entry = undefined;
    }
    if (entry === undefined) {
      entry = build(f, args, asked, options.engine);
      entries.delete(key);
      entries.set(key, entry);
      if (entries.size > CACHE_SIZE) {
        const [oldest, dropped] = entries.entries().next().value!;
        entries.delete(oldest);
        dropped.executable.dispose();
      }
    }
    return entry;
  };

  const run = (...args: unknown[]): unknown => {
    if (tracing()) return f(...args) as unknown;
    const flat = flatten(args);
    const { engine, executable, graph, captures, output } = entryFor(flat);
    const inputs = captures.length === 0 ? flat.leaves : [...flat.leaves, ...captures];
    return unflatten(output, runExecutable(engine, executable, graph, inputs));
  };
  const graph = (...args: unknown[]): Graph => entryFor(flatten(args)).graph;
  const dispose = (): void => {
    for (const entry of entries.values()) entry.executable.dispose();
    entries.clear();
  };
  return Object.assign(run, { graph, dispose }) as Compiled<F>;
}

function build(f: TreeFunction, args: Flat, asked: Engine, wanted: Engine | undefined): Entry {
  const { traced, output } = traceTree(f, args);
  const engine = wanted ?? engineOf([...args.leaves, ...traced.captures]);
  const { graph } = lower(traced);
  return { asked, engine, graph, executable: engine.compile(graph), captures: traced.captures, output };
}

function signature({ def, leaves }: Flat): string {
  let key = structureKey(def);
  for (const leaf of leaves) key += ` ${showSpec(leaf)}`;
  return key;
}

/** A function as a graph with everything that it needs to run elsewhere. */
export interface Closure {
  readonly graph: Graph;
  /** Values that the function closes over: those of the graph's last inputs. */
  readonly captures: readonly Tensor[];
  /** Structure of the result, whose tensors are the graph's outputs. */
  readonly output: TreeDef;
}

/** The graph of a function for such arguments, and what it closes over. */
export function traceClosure(f: TreeFunction): (...args: any[]) => Closure {
  return (...args) => {
    const { traced, output } = traceTree(f, flatten(args));
    const { graph, captures } = lower(traced);
    return { graph, captures, output };
  };
}

/** The graph of a function for such arguments, as an engine would get it. */
export function trace(f: TreeFunction): (...args: any[]) => Graph {
  return (...args) => traceClosure(f)(...args).graph;
}

