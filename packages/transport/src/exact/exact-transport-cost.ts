/** The exact transport cost as a differentiable function of cost and masses. */
import { concat, full, gather, hostCall, stopGradient, type Tensor, type TypedArray } from '@curv/tensor';
import { requireBalancedWeights, requireMatrix } from '../checks.js';
import { solveBasis } from './exact-transport.js';
import { tourLength, treeDual, treeTour } from './tree-tour.js';

/**
 * min ⟨C, P⟩ over plans with row sums a and column sums b: a scalar tensor, differentiable in all three, to any order. Near a cost with one optimal basis the
 * value is ⟨a, u⟩ + ⟨b, v⟩, with the dual variables u, v linear in the costs of the basis; so the derivative by C is the plan, by a and b the dual variables
 * (envelope theorem; Danskin 1966), and mixed second derivatives are those of the basis. Where several bases are optimal it is one of their derivatives. The
 * network simplex runs when the graph runs, on an engine that computes in the host's memory.
 * @param cost float32 or float64 [n, m]
 * @param a [n]; uniform unless given. float32 masses are scaled to sum 1 for the choice of the basis
 * @param b [m]
 * @throws TypeError, RangeError on wrong shapes; as `exactTransport` when it runs
 */
export function exactTransportCost(cost: Tensor, a?: Tensor, b?: Tensor): Tensor {
  const [n, m] = requireShape('exactTransportCost', 'cost', cost, 2);
  const weights = tensorWeights('exactTransportCost', cost, n!, m!, a, b);
  const flat = cost.reshape([-1]);
  const tour = solvedTour('exactTransportCost', n!, m!, concat([weights.b, weights.a, flat]), (values) => Float64Array.from(values));
  return treeDual(tour, (arcs) => gather(flat, arcs), weights.a, weights.b);
}

/** Masses as tensors, uniform unless given. */
export function tensorWeights(where: string, like: Tensor, n: number, m: number, a?: Tensor, b?: Tensor): { a: Tensor; b: Tensor } {
  const one = (name: string, value: Tensor | undefined, size: number): Tensor => {
    if (value === undefined) return full([size], 1 / size, like.dtype);
    requireShape(where, name, value, 1);
    if (value.shape[0] !== size || value.dtype !== like.dtype) throw new RangeError(`${where}: ${name} must be ${like.dtype} of shape [${size}], got ${value.dtype} of shape [${value.shape.join(', ')}]`);
    return value;
  };
  return { a: one('a', a, n), b: one('b', b, m) };
}

/** @throws TypeError unless a float tensor; RangeError unless of the rank and not empty */
export function requireShape(where: string, name: string, value: Tensor, rank: number): readonly number[] {
  if (value?.dtype !== 'float32' && value?.dtype !== 'float64') throw new TypeError(`${where}: ${name} must be a float32 or float64 tensor, got ${value?.dtype ?? String(value)}`);
  if (value.rank !== rank || value.size === 0) throw new RangeError(`${where}: ${name} must have rank ${rank} and must not be empty, got shape [${value.shape.join(', ')}]`);
  return value.shape;
}

/** The tour of an optimal basis. The operand holds b, a and what `toCost` makes a cost of. */
export function solvedTour(where: string, n: number, m: number, operand: Tensor, toCost: (rest: TypedArray) => Float64Array): Tensor {
  const run = (values: TypedArray): Int32Array => {
    const cost = { rows: n, columns: m, data: toCost(values.subarray(m + n)) };
    requireMatrix(where, 'cost', cost);
    const weights = requireBalancedWeights(where, values.subarray(m, m + n), values.subarray(0, m), n, m, values instanceof Float32Array);
    return treeTour(solveBasis(where, cost, weights).parent, n);
  };
  return hostCall(run, stopGradient(operand), { shape: [tourLength(n, m)], dtype: 'int32' });
}
