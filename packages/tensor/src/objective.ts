/**
 * Oracles: what methods ask of a problem, as functions of one flat float64 vector. A method never sees how a derivative was made; a plain
 * JavaScript function with derivatives written by hand may stand in for a traced one.
 */
import type { DType, Engine, Tree } from './api.js';
import { compile } from './compile.js';
import { allocate } from './execute.js';
import { showSpec, sizeOf } from './primitive.js';
import { concat } from './primitives/shape.js';
import { Tensor } from './tensor.js';
import { flatten, unflatten } from './tree.js';
import { ggnvp, grad, hvp, jvp, valueAndGrad } from './transforms/grad.js';
import { vjp } from './transforms/linearize.js';
import type { TreeFunction } from './transforms/stage.js';
import { vmap } from './transforms/vmap.js';

type Vector = Float64Array;
type Awaitable<T> = T | Promise<T>;

/** What a method can ask for. */
export type OracleName = 'value' | 'gradient' | 'valueAndGradient' | 'hvp' | 'ggnvp' | 'jvp' | 'vjp' | 'gradientSamples';

/**
 * Oracles of a scalar function of d parameters. Vectors are float64 of length d whatever the engine computes in. `data` is passed on to the
 * function: a batch, for instance. Only `value` is always there.
 */
export interface Objective {
  /** d. */
  readonly dimension: number;
  /** The dtype in which the oracles compute. */
  readonly dtype: DType;
  value(x: Vector, ...data: unknown[]): Awaitable<number>;
  gradient?(x: Vector, ...data: unknown[]): Awaitable<Vector>;
  valueAndGradient?(x: Vector, ...data: unknown[]): Awaitable<{ value: number; gradient: Vector }>;
  /** H v. */
  hvp?(x: Vector, v: Vector, ...data: unknown[]): Awaitable<Vector>;
  /** Generalized Gauss-Newton product. */
  ggnvp?(x: Vector, v: Vector, ...data: unknown[]): Awaitable<Vector>;
  /** J v of the model's flattened outputs. */
  jvp?(x: Vector, v: Vector, ...data: unknown[]): Awaitable<Vector>;
  /** Jᵀ w. */
  vjp?(x: Vector, w: Vector, ...data: unknown[]): Awaitable<Vector>;
  /** Gradients of the single examples, row after row [n · d]. */
  gradientSamples?(x: Vector, ...data: unknown[]): Awaitable<Vector>;
}

type RequiredOracles = { [K in 'gradient' | 'valueAndGradient' | 'hvp']-?: NonNullable<Objective[K]> };

/** An objective made from a traced function. */
export interface TracedObjective extends Omit<Objective, keyof RequiredOracles>, RequiredOracles {
  /** A parameter tree as a vector. */
  ravel(tree: Tree<Tensor>): Promise<Vector>;
  /** A vector as a parameter tree. */
  unravel(x: Vector): Tree<Tensor>;
  /** Frees the compiled oracles. */
  dispose(): void;
}

/** Options of `objective`. */
export interface ObjectiveOptions {
  readonly engine?: Engine;
  /** The model whose outputs the loss takes: with it, f = loss(model(params, ...data), ...data). Gives `ggnvp`, `jvp` and `vjp`. */
  readonly model?: TreeFunction;
  /** (outputs, ...data) → scalar. */
  readonly loss?: TreeFunction;
  /** Loss of one example (params, ...data of one example) → scalar; all data carry the examples in front. Gives `gradientSamples`. */
  readonly exampleLoss?: TreeFunction;
}

/**
 * Turns a traced function of a parameter tree into oracles of a flat vector.
 * @param f (params, ...data) → scalar; null when `model` and `loss` are given
 * @param example parameters that show structure, shapes and dtype
 */
export function objective(f: TreeFunction | null, example: Tree<Tensor>, options: ObjectiveOptions = {}): TracedObjective {
  const { model, loss, exampleLoss, engine } = options;
  const total = f ?? composed(model, loss);
  const layout = vectorLayout(example);
  const { pack, unpack, dtype, dimension } = layout;
  const made: { dispose(): void }[] = [];
  const compiled = (g: TreeFunction): TreeFunction => {
    const c = compile(g, engine ? { engine } : {});
    made.push(c);
    return c;
  };
  const number = async (t: Tensor): Promise<number> => (await t.data())[0]!;
  const vectorOf = (g: TreeFunction): ((x: Vector, ...rest: unknown[]) => Promise<Vector>) => {
    const run = compiled(g);
    return async (x: Vector, ...rest: unknown[]): Promise<Vector> => pack(run(unpack('x', x), ...rest) as Tree<Tensor>);
  };
  const along = (g: TreeFunction): ((x: Vector, v: Vector, ...rest: unknown[]) => Promise<Vector>) => {
    const run = compiled(g);
    return async (x: Vector, v: Vector, ...rest: unknown[]): Promise<Vector> => pack(run(unpack('x', x), unpack('v', v), ...rest) as Tree<Tensor>);
  };
  const value = compiled(total);
  const both = compiled(valueAndGrad(total));
  const base = {
    dimension,
    dtype,
    ravel: (tree: Tree<Tensor>) => pack(tree),
    unravel: (x: Vector) => unpack('x', x),
    dispose: () => made.forEach((c) => c.dispose()),
    value: async (x: Vector, ...rest: unknown[]) => number(value(unpack('x', x), ...rest) as Tensor),
    gradient: vectorOf(grad(total)),
    valueAndGradient: async (x: Vector, ...rest: unknown[]) => {
      const [y, g] = both(unpack('x', x), ...rest) as [Tensor, Tree<Tensor>];
      return { value: await number(y), gradient: await pack(g) };
    },
    hvp: along(hvp(total)),
  };
  return {
    ...base,
    ...(model && loss && { ggnvp: along(ggnvp(model, loss)) }),
    ...(model && { jvp: along((x: unknown, v: unknown, ...rest: unknown[]) => jvp(model)(x, v, ...rest)[1] as unknown), vjp: pulledBack(model, compiled, layout) }),
    ...(exampleLoss && { gradientSamples: samples(exampleLoss, compiled, layout) }),
  };
}

function composed(model: TreeFunction | undefined, loss: TreeFunction | undefined): TreeFunction {
  if (!model || !loss) throw new TypeError('objective: expected a function f, or the options model and loss');
  return (params: unknown, ...data: unknown[]) => loss(model(params, ...data), ...data) as unknown;
}

interface Layout {
  readonly dtype: DType;
  readonly dimension: number;
  pack(tree: Tree<Tensor>): Promise<Vector>;
  unpack(name: string, x: Vector): Tree<Tensor>;
}

/** Vectors for trees of the example's structure. */
function vectorLayout(example: Tree<Tensor>): Layout {
  const { leaves, def } = flatten(example);
  const dtype = leaves[0]?.dtype;
  if (dtype !== 'float32' && dtype !== 'float64') throw new TypeError('objective: the parameters must be float32 or float64 tensors');
  for (const leaf of leaves) {
    if (leaf.dtype !== dtype) throw new TypeError(`objective: all parameters must have one dtype, got ${leaves.map(showSpec).join(', ')}`);
  }
  const dimension = leaves.reduce((n, leaf) => n + sizeOf(leaf.shape), 0);
  const pack = async (tree: Tree<Tensor>): Promise<Vector> => {
    const parts = flatten(tree).leaves;
    const out = new Float64Array(parts.reduce((n, leaf) => n + leaf.size, 0));
    let offset = 0;
    for (const leaf of parts) {
      out.set(await leaf.data(), offset);
      offset += leaf.size;
    }
    return out;
  };
  const unpack = (name: string, x: Vector): Tree<Tensor> => {
    if (!(x instanceof Float64Array) || x.length !== dimension) {
      throw new RangeError(`${name}: expected a Float64Array of length ${dimension}, got ${x instanceof Float64Array ? `length ${x.length}` : typeof x}`);
    }
    let offset = 0;
    const parts = leaves.map(({ shape }) => {
      const host = allocate({ shape, dtype });
      host.set(x.subarray(offset, (offset += host.length)));
      return Tensor.fromHost(host, { shape, dtype });
    });
    return unflatten(def, parts);
  };
  return { dtype, dimension, pack, unpack };
}

function pulledBack(model: TreeFunction, compiled: (g: TreeFunction) => TreeFunction, { pack, unpack, dtype }: Layout): (x: Vector, w: Vector, ...rest: unknown[]) => Promise<Vector> {
  const run = compiled((x: unknown, w: Tensor, ...rest: unknown[]) => {
    const [outputs, pull] = vjp(model)(x, ...rest) as [Tree<Tensor>, (c: unknown) => unknown];
    const { leaves, def } = flatten(outputs);
    let offset = 0;
    const parts = leaves.map((leaf) => w.slice([offset], [(offset += leaf.size)]).reshape(leaf.shape));
    return pull(unflatten(def, parts));
  });
  return async (x: Vector, w: Vector, ...rest: unknown[]): Promise<Vector> => {
    const host = allocate({ shape: [w.length], dtype });
    host.set(w);
    return pack(run(unpack('x', x), Tensor.fromHost(host, { shape: [w.length], dtype }), ...rest) as Tree<Tensor>);
  };
}

function samples(exampleLoss: TreeFunction, compiled: (g: TreeFunction) => TreeFunction, { pack, unpack }: Layout): (x: Vector, ...data: unknown[]) => Promise<Vector> {
  const run = compiled((x: unknown, ...data: unknown[]) => {
    const rows = flatten(vmap(grad(exampleLoss), { inAxes: [null, ...data.map(() => 0)] })(x, ...data)).leaves;
    return concat(rows.map((leaf) => leaf.reshape([leaf.shape[0]!, -1])), 1);
  });
  return async (x: Vector, ...data: unknown[]): Promise<Vector> => pack(run(unpack('x', x), ...data) as Tree<Tensor>);
}
