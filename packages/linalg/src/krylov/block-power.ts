/** Block power iteration. */
import { random } from '@curv/tensor';
import type { IterationOptions, LinearOperator } from '../api.js';
import { matrix } from '../dense/matrix.js';
import { symmetricEigen } from '../dense/symmetric-eigen.js';
import { axpy, dot, norm, product, requireCount, requireSymmetric } from '../vector.js';
import { orthonormalize } from './orthonormalize.js';

/** Options of `blockPowerIteration`. `maxIterations` counts rounds of one product for each vector. */
export interface BlockPowerOptions extends IterationOptions {
  readonly k: number;
  /** Further vectors iterated along, which speed convergence up. Default min(k, 5). */
  readonly extra?: number;
  readonly seed?: number;
}

/** Eigenpairs of largest magnitude, that first. */
export interface BlockPowerResult {
  readonly values: Float64Array;
  readonly vectors: readonly Float64Array[];
  /** ‖A v − λ v‖ of each. */
  readonly residuals: Float64Array;
  readonly converged: boolean;
  /** Rounds. */
  readonly iterations: number;
}

/**
 * Subspace iteration with Rayleigh-Ritz steps (Bauer 1957; Rutishauser 1970): eigenpairs of largest magnitude. It converges like |λ_{k+extra+1} / λ_k| to
 * the power of rounds; Lanczos needs fewer products, this one forgives noise. Default tolerance 1e-8, 200 rounds.
 */
export async function blockPowerIteration(operator: LinearOperator, options: BlockPowerOptions): Promise<BlockPowerResult> {
  const n = requireSymmetric('blockPowerIteration', operator);
  const { k, tolerance = 1e-8, maxIterations = 200, seed = 0, signal, onProgress } = options;
  requireCount('blockPowerIteration: k', k);
  if (k > n) throw new RangeError(`blockPowerIteration: k must be at most the dimension ${n}, got ${k}`);
  const width = Math.min(n, k + (options.extra ?? Math.min(k, 5)));
  const stream = random(seed).fork('block');
  const draw = (): Float64Array => new Float64Array(n).map(() => stream.normal());
  let basis = orthonormalize(Array.from({ length: width }, draw));
  for (let iteration = 1; ; iteration++) {
    const images: Float64Array[] = [];
    for (const v of basis) {
      signal?.throwIfAborted();
      images.push((await product('blockPowerIteration', operator, v, iteration)).slice());
    }
    const { values, vectors, rotated } = rayleighRitz(basis, images);
    const residuals = Float64Array.from(values, (value, i) => {
      const r = rotated[i]!.slice();
      axpy(-value, vectors[i]!, r);
      return norm(r);
    });
    const scale = Math.abs(values[0]!) || 1;
    const worst = Math.max(...residuals.subarray(0, k)) / scale;
    onProgress?.({ iteration, residual: worst });
    if (worst <= tolerance || iteration >= maxIterations) {
      return { values: values.slice(0, k), vectors: vectors.slice(0, k), residuals: residuals.slice(0, k), converged: worst <= tolerance, iterations: iteration };
    }
    basis = orthonormalize([...rotated, ...Array.from({ length: width }, draw)]).slice(0, width);
  }
}

/** Ritz values by magnitude, Ritz vectors, and their images. */
function rayleighRitz(basis: readonly Float64Array[], images: readonly Float64Array[]): { values: Float64Array; vectors: Float64Array[]; rotated: Float64Array[] } {
  const m = basis.length;
  const small = matrix(m, m);
  for (let i = 0; i < m; i++) for (let j = 0; j <= i; j++) small.data[i * m + j] = small.data[j * m + i] = dot(basis[i]!, images[j]!);
  const eigen = symmetricEigen(small);
  const order = Array.from(eigen.values.keys()).sort((i, j) => Math.abs(eigen.values[j]!) - Math.abs(eigen.values[i]!));
  const combine = (list: readonly Float64Array[], i: number): Float64Array => {
    const out = new Float64Array(list[0]!.length);
    list.forEach((v, j) => axpy(eigen.vectors.data[i * m + j]!, v, out));
    return out;
  };
  return { values: Float64Array.from(order, (i) => eigen.values[i]!), vectors: order.map((i) => combine(basis, i)), rotated: order.map((i) => combine(images, i)) };
}
