/** Vectorization: running a function of one example on a whole batch. */
import { type CallParams, type CallTranspose, emitCall } from '../primitives/call.js';
import { broadcastTo, moveAxis } from '../primitives/shape.js';
import { axisOf, showSpec } from '../primitive.js';
import { Tensor } from '../tensor.js';
import { emit, type Traced, traceFunction, type TracedNode } from '../trace.js';
import { flatten, type TreeDef, unflatten } from '../tree.js';
import { staged, type TreeFunction } from './stage.js';

/** Options of `vmap`. */
export interface VmapOptions {
  /** The batch axis of each argument's tensors; null for an argument that all examples share. Default 0 for all. */
  readonly inAxes?: readonly (number | null)[];
}

/** A value with the batch axis in front, or one that all examples share. */
interface Mapped {
  readonly value: Tensor;
  readonly batched: boolean;
}

/** Runs a traced function of single examples on values that may carry a batch axis in front. */
function pushBatch({ graph, captures }: Traced, inputs: readonly Mapped[], size: number): Mapped[] {
  const values = new Map<TracedNode, Mapped>();
  const calls = new Map<TracedNode, Mapped[]>();
  const bound = [...inputs, ...captures.map((value) => ({ value, batched: false }))];
  graph.inputs.forEach((node, i) => values.set(node, bound[i]!));
  for (const node of graph.nodes) {
    if (values.has(node)) continue;
    const operands = node.inputs.map((input) => values.get(input)!);
    if (node.op === 'call') {
      calls.set(node, batchCall(node.params as CallParams, operands, size));
      values.set(node, operands[0]!);
    } else if (node.op === 'get') {
      values.set(node, calls.get(node.inputs[0]!)![node.params['index'] as number]!);
    } else values.set(node, batchNode(node, operands, size));
  }
  return graph.outputs.map((node) => values.get(node)!);
}

function batchNode(node: TracedNode, operands: readonly Mapped[], size: number): Mapped {
  if (node.op === 'full') return { value: Tensor.literal(node.params['value'] as number, node), batched: false };
  const tensors = operands.map((o) => o.value);
  const batched = operands.map((o) => o.batched);
  if (!batched.some(Boolean)) return { value: emit(node.prim, tensors, node.params), batched: false };
  return { value: node.prim.batch(tensors, batched, node.params, size), batched: true };
}

const everywhere = ({ value, batched }: Mapped, size: number): Tensor => (batched ? value : broadcastTo(value, [size, ...value.shape]));

/** A call on a batch is a call of the batched body whose derivative rule is batched too. All outputs get the batch axis. */
function batchCall(params: CallParams, operands: readonly Mapped[], size: number): Mapped[] {
  if (!operands.some((o) => o.batched)) return emitCall(operands.map((o) => o.value), params).map((value) => ({ value, batched: false }));
  const inputs = operands.map((o) => everywhere(o, size));
  const outputs = params.outputs.map(({ shape, dtype }) => ({ shape: [size, ...shape], dtype }));
  const body = (values: readonly Tensor[]): Tensor[] => overBatch(params.body, values, size);
  const jvp: CallParams['jvp'] = (primals, tangents, outs) => {
    const moving = tangents.map((t) => t !== null);
    const given = tangents.filter((t): t is Tensor => t !== null);
    let known: boolean[] = [];
    const rule = (values: readonly Tensor[]): Tensor[] => {
      let next = primals.length + outs.length;
      const single = moving.map((m) => (m ? values[next++]! : null));
      const result = params.jvp(values.slice(0, primals.length), single, values.slice(primals.length, primals.length + outs.length));
      known = result.map((t) => t !== null);
      return result.filter((t): t is Tensor => t !== null);
    };
    const moved = overBatch(rule, [...primals, ...outs, ...given], size);
    let next = 0;
    return known.map((k) => (k ? moved[next++]! : null));
  };
  const transpose = params.transpose && batchedTranspose(params.transpose, size);
  return emitCall(inputs, { body, jvp, outputs, ...(transpose && { transpose }) }).map((value) => ({ value, batched: true }));
}

const batchedTranspose = (transpose: CallTranspose, size: number): CallTranspose => (operands, cotangents) => {
  const given = operands.filter((t): t is Tensor => t !== null);
  const rule = (values: readonly Tensor[]): Tensor[] => {
    let next = 0;
    const single = operands.map((t) => (t === null ? null : values[next++]!));
    return transpose(single, values.slice(next)).filter((t): t is Tensor => t !== null);
  };
  const back = overBatch(rule, [...given, ...cotangents], size);
  let next = 0;
  return operands.map((t) => (t === null ? back[next++]! : null));
};

/** Maps a function of tensors over the front axis of all of them. */
export function overBatch(f: (inputs: readonly Tensor[]) => readonly Tensor[], inputs: readonly Tensor[], size: number): Tensor[] {
  const singles = inputs.map(({ shape, dtype }) => ({ shape: shape.slice(1), dtype }));
  const traced = traceFunction((values) => f(values), singles);
  return pushBatch(traced, inputs.map((value) => ({ value, batched: true })), size).map((o) => everywhere(o, size));
}

/**
 * Maps a function of single examples over a batch axis: `vmap(f)(xs)[i] = f(xs[i])`, as one computation. Results carry the batch axis in front.
 * `vmap(grad(f), { inAxes: [null, 0] })(params, xs)` gives per-example gradients.
 * @throws RangeError when batch sizes differ or no argument is mapped
 */
export function vmap<F extends TreeFunction>(f: F, options: VmapOptions = {}): F {
  const mapped = staged((...args: unknown[]): unknown => {
    const axes = options.inAxes ?? args.map(() => 0);
    if (axes.length !== args.length) throw new RangeError(`vmap: inAxes names ${axes.length} arguments, but the function was called with ${args.length}`);
    const flats = args.map(flatten);
    const inputs = flats.flatMap((flat, i) => flat.leaves.map((leaf): Mapped => toFront(leaf, axes[i]!)));
    const size = batchSize(inputs);
    let result: TreeDef | null = null;
    const singles = inputs.map(({ value, batched }) => ({ shape: batched ? value.shape.slice(1) : value.shape, dtype: value.dtype }));
    const traced = traceFunction((values) => {
      let next = 0;
      const single = flats.map((flat) => unflatten(flat.def, values.slice(next, (next += flat.leaves.length))));
      const out = flatten(f(...single));
      result = out.def;
      return out.leaves;
    }, singles);
    return unflatten(result!, pushBatch(traced, inputs, size).map((o) => everywhere(o, size)));
  });
  return mapped as unknown as F;
}

function toFront(value: Tensor, axis: number | null): Mapped {
  if (axis === null) return { value, batched: false };
  return { value: moveAxis(value, axisOf('vmap', axis, value.rank), 0), batched: true };
}

function batchSize(inputs: readonly Mapped[]): number {
  const batched = inputs.filter((o) => o.batched);
  if (batched.length === 0) throw new RangeError('vmap: at least one argument with a tensor must be mapped');
  const size = batched[0]!.value.shape[0]!;
  for (const { value } of batched) {
    if (value.shape[0] !== size) throw new RangeError(`vmap: batch sizes differ: ${batched.map((o) => showSpec(o.value)).join(', ')} (batch axis first)`);
  }
  return size;
}
