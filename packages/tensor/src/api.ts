/** The types of `@curv/tensor`: data types, shapes, trees, graphs and engines. No code runs here. */
import type { Tensor } from './tensor.js';

/** Element types. `bool` is stored as one byte, 0 or 1. */
export type DType = 'float32' | 'float64' | 'int32' | 'bool';

/** Sizes along each axis; `[]` is a scalar. */
export type Shape = readonly number[];

/** Host storage of a tensor: Float32Array, Float64Array, Int32Array, or Uint8Array for `bool`. */
export type TypedArray = Float32Array | Float64Array | Int32Array | Uint8Array;

/** What a tracer knows of a tensor. */
export interface Spec {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** Nested plain objects and arrays with leaves of type `T`. */
export type Tree<T> = T | readonly Tree<T>[] | { readonly [key: string]: Tree<T> };

/** Wherever a tensor is expected, a plain number stands for a scalar that takes the other operand's dtype. */
export type TensorLike = Tensor | number;

/** Static attributes of a primitive: JSON data, so that equal nodes have equal keys. */
export type Params = Readonly<Record<string, any>>; // each primitive narrows this itself

/** One application of a primitive. Nodes are immutable and interned: inside one trace, equal nodes are identical. */
export interface Node extends Spec {
  /** Position in its trace; an input always has a smaller id than its consumer. */
  readonly id: number;
  /** Name of the primitive; `input` for a graph input. */
  readonly op: string;
  readonly inputs: readonly Node[];
  readonly params: Params;
}

/** A pure function as data. `nodes` holds every live node, inputs included, in an order in which it can be run. */
export interface Graph {
  readonly inputs: readonly Node[];
  readonly outputs: readonly Node[];
  readonly nodes: readonly Node[];
}

/** A graph made ready by an engine. */
export interface Executable<S = unknown> {
  /** Where an engine goes on preparing in the background: resolves when the graph can run, rejects when it cannot. Runs wait for it by themselves. */
  readonly ready?: Promise<void> | undefined;
  /**
   * Runs the graph. Storages in the order of `graph.inputs`; storages in the order of `graph.outputs`, owned by the caller: fresh ones, or, where an output is an
   * input, another reference to that input's. Inputs are only read. An asynchronous engine returns handles at once and lets its readers wait.
   */
  run(inputs: readonly S[]): S[];
  /** Frees what the executable holds. It cannot be run afterwards. */
  dispose(): void;
}

/** A place where graphs run. `S` is the engine's own handle of a stored tensor; only the engine looks inside. */
export interface Engine<S = any> {
  readonly name: string;
  readonly dtypes: readonly DType[];
  /** Whether `readSync` works. */
  readonly synchronous: boolean;
  /** @throws TypeError naming the primitive or dtype that the engine cannot run, before anything runs. */
  compile(graph: Graph): Executable<S>;
  /** Copies (or adopts: the caller will not write to it again) host data. */
  upload(data: TypedArray, spec: Spec): S;
  /** Host copy of a storage; the caller must not write to it. */
  read(storage: S): Promise<TypedArray>;
  readSync?(storage: S): TypedArray;
  release(storage: S): void;
  /** Live storages that this engine holds for callers, for leak tests. */
  memory(): { readonly storages: number };
}
