/** Errors of a layer's outputs and derivatives on an engine, against float64 on the embedded one. */
import { compile, cpu, type Engine, grad, hvp, random, sub, type Tensor, tensor, treeLeaves, treeMap, type Tree, vmap } from '@curv/tensor';
import { fromLayersModel, type NamedTensors } from '../../src/index.js';
import { batchOf, type LayerCase, modelOf } from './cases.js';

/** What derivatives are taken in: parameters, and inputs where they are numbers. */
type Point = { readonly params: NamedTensors; readonly x: readonly Tensor[] };

/** A scalar of a layer that has curvature in all its outputs, and the point at which it is looked at. */
export interface Probe {
  readonly f: (point: Point, indices: readonly Tensor[]) => Tensor;
  readonly apply: (point: Point, indices: readonly Tensor[]) => readonly Tensor[];
  readonly point: Point;
  readonly direction: Point;
  readonly indices: readonly Tensor[];
  /** Whether an example's loss is its own. */
  readonly separate: boolean;
}

/** Σ c y + ½ d y², with fixed normal c and d. */
export function probeOf(c: LayerCase, batch: number): Probe {
  const net = fromLayersModel(modelOf(c));
  const data = batchOf(c, batch).map(({ shape, values }) => tensor(values, shape));
  const int = c.indices !== undefined;
  const point: Point = { params: net.params, x: int ? [] : data };
  const stream = random(3).fork(c.name);
  const direction = treeMap((t) => stream.tensor('normal', t.shape), point as unknown as Tree<Tensor>) as unknown as Point;
  const apply: Probe['apply'] = (at, indices) => [net.apply(at.params, int ? indices : at.x, { training: c.training ?? false })].flat() as Tensor[];
  const f: Probe['f'] = (at, indices) =>
    apply(at, indices)
      .map((y) => {
        // The same coefficients for every example.
        const own = random(9).fork(c.name);
        const [first, second] = [0, 1].map(() => own.tensor('normal', [1, ...y.shape.slice(1)]).cast(y.dtype));
        return y.mul(first!).add(y.square().mul(second!).mul(0.5)).sum();
      })
      .reduce((a, b) => a.add(b));
  return { f, apply, point, direction, indices: int ? data : [], separate: !c.training };
}

export const toFloat64 = <T>(tree: T): T => treeMap((t) => t.cast('float64'), tree as unknown as Tree<Tensor>) as unknown as T;

const valuesOf = (tree: unknown): number[] => treeLeaves(tree as Tree<Tensor>).flatMap((t) => Array.from(t.dataSync()));

/** ‖a − b‖∞ / max(‖b‖∞, tiny). */
export function relative(a: unknown, b: unknown): number {
  const [x, y] = [valuesOf(a), valuesOf(b)];
  if (x.length !== y.length) throw new RangeError(`compared ${x.length} values with ${y.length}`);
  const scale = Math.max(...y.map(Math.abs), 1e-30);
  return Math.max(...x.map((v, i) => Math.abs(v - y[i]!)), 0) / scale;
}

/** Relative errors. */
export interface Errors {
  readonly forward: number;
  readonly gradient: number;
  readonly hvp: number;
  /** Null where examples depend on each other. */
  readonly perExample: number | null;
}

/** Gradients of single examples in the parameters, or in the input where there are none. */
function exampleGradients({ f, point, indices }: Probe): (data: readonly Tensor[], params: NamedTensors) => unknown {
  const inParams = Object.keys(point.params).length > 0;
  const wide = (data: readonly Tensor[]): Tensor[] => data.map((t) => t.reshape([1, ...t.shape]));
  const at = (params: NamedTensors, data: readonly Tensor[]): Tensor => (indices.length > 0 ? f({ params, x: [] }, wide(data)) : f({ params, x: wide(data) }, []));
  return (data, params) => (inParams ? (grad(at)(params, data) as unknown) : (grad((x: readonly Tensor[]) => at(params, x))(data) as unknown));
}

/** What float64 says. */
export interface Reference {
  readonly forward: unknown;
  readonly gradient: unknown;
  readonly hvp: unknown;
  readonly perExample: unknown;
}

function all(probe: Probe, point: Point, direction: Point, engine: Engine, looped: boolean): Reference {
  const options = { engine };
  const data = probe.indices.length > 0 ? probe.indices : point.x;
  const single = exampleGradients(probe);
  const batch = data[0]!.shape[0]!;
  const row = (i: number): Tensor[] => data.map((t) => t.slice([i], [i + 1]).reshape(t.shape.slice(1)));
  const mapped = compile((params: NamedTensors, x: readonly Tensor[]) => vmap(single, { inAxes: [0, null] })(x, params) as unknown, options);
  const stacked = (): unknown => {
    const rows = Array.from({ length: batch }, (_, i) => treeLeaves(single(row(i), point.params) as Tree<Tensor>));
    return rows[0]!.map((_, k) => tensor(Float64Array.from(rows.flatMap((r) => Array.from(r[k]!.dataSync()))), [batch, ...rows[0]![k]!.shape], 'float64'));
  };
  return {
    forward: compile(probe.apply, options)(point, probe.indices),
    gradient: compile((p: Point, i: readonly Tensor[]) => grad(probe.f)(p, i) as unknown, options)(point, probe.indices),
    hvp: compile((p: Point, v: Point, i: readonly Tensor[]) => hvp(probe.f)(p, v, i) as unknown, options)(point, direction, probe.indices),
    perExample: !probe.separate ? null : looped ? stacked() : mapped(point.params, data),
  };
}

/** Values and derivatives in float64; single examples one by one. */
export const referenceOf = (probe: Probe): Reference => all(probe, toFloat64(probe.point), toFloat64(probe.direction), cpu, true);

/** Float32 on an engine against the reference. */
export function errorsOn(engine: Engine, probe: Probe, reference: Reference): Errors {
  const found = all(probe, probe.point, probe.direction, engine, false);
  return {
    forward: relative(found.forward, reference.forward),
    gradient: relative(found.gradient, reference.gradient),
    hvp: relative(found.hvp, reference.hvp),
    perExample: probe.separate ? relative(found.perExample, reference.perExample) : null,
  };
}

/** The float64 product against central differences of the float64 gradient. */
export function differenceError({ f, point, direction, indices }: Probe, reference: Reference, h = 1e-5): number {
  const [at, v] = [toFloat64(point), toFloat64(direction)];
  const gradient = compile((p: Point) => grad(f)(p, indices) as unknown, { engine: cpu });
  const moved = (step: number): Point => treeMap((a, b) => a.add(b.mul(step)), at as unknown as Tree<Tensor>, v as unknown as Tree<Tensor>) as unknown as Point;
  const quotient = treeMap((a, b) => sub(a, b).div(2 * h), gradient(moved(h)) as Tree<Tensor>, gradient(moved(-h)) as Tree<Tensor>);
  return relative(reference.hvp, quotient);
}
