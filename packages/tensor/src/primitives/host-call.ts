/** Functions of the host as nodes of a graph, for algorithms whose course depends on values: iterative solvers, searches. */
import type { DType, Params, Shape, Spec, TypedArray } from '../api.js';
import { type Primitive, sizeOf } from '../primitive.js';
import type { Tensor } from '../tensor.js';
import { emit } from '../trace.js';
import { concat, reshape, slice } from './shape.js';

/** What a `hostCall` node carries. */
interface HostCallParams extends Params {
  readonly run: (operand: TypedArray) => ArrayLike<number>;
  readonly shape: Shape;
  readonly dtype: DType;
}

const hostCallPrimitive: Primitive = {
  name: 'hostCall',
  spec: (_, params) => {
    const { shape, dtype } = params as HostCallParams;
    return { shape, dtype };
  },
  jvp: () => {
    throw new TypeError('hostCall: a function of the host has no derivative of its own; give it one by customDerivative');
  },
  batch: ([x], _, params, size) => {
    const { shape } = params as HostCallParams;
    const inner = x!.shape.slice(1);
    const origin = inner.map(() => 0);
    const results = Array.from({ length: size }, (__, at) =>
      reshape(emit(hostCallPrimitive, [reshape(slice(x!, [at, ...origin], [at + 1, ...inner]), inner)], params), [1, ...shape]),
    );
    return results.length === 1 ? results[0]! : concat(results, 0);
  },
};

/**
 * A pure function of the host, applied to a tensor's values when the graph runs. Its derivative comes from `customDerivative` around it. Runs on engines that
 * compute in the host's memory (`cpu`); others refuse the graph, or leave it to the next engine of `firstOf`. Several operands are concatenated first.
 * @param run gives as many numbers as `spec` has elements; must neither keep nor change its argument. Graphs are cached by the function's identity
 * @throws TypeError when differentiated without a rule; RangeError at run time where the number of results is another
 */
export const hostCall = (run: (operand: TypedArray) => ArrayLike<number>, operand: Tensor, spec: Spec): Tensor =>
  emit(hostCallPrimitive, [operand], { run, shape: spec.shape, dtype: spec.dtype } as HostCallParams);

/** Runs a node's function. @throws RangeError where it gives another number of elements than the node has */
export function runHostCall(params: Params, out: TypedArray, operand: TypedArray): void {
  const { run, shape } = params as HostCallParams;
  const result = run(operand);
  if (result.length !== sizeOf(shape)) throw new RangeError(`hostCall: the function must give ${sizeOf(shape)} numbers, gave ${result.length}`);
  out.set(result);
}
