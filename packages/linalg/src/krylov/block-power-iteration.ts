import type { EigenProgress, LinearOperator } from '../api.js';
import { requireCount, requireSymmetric, requireTolerance } from '../checks.js';
import { symmetricEigen } from '../dense/symmetric-eigen.js';
import { randomStream } from '../random.js';
import { dotRange, norm } from '../vector.js';
import { orthogonalize, randomDirection, recombine } from './basis.js';
import type { EigenResult } from './lanczos-eigen.js';
import { Products } from './products.js';
import { preference } from './selection.js';

/** Options of `blockPowerIteration`. */
export interface BlockPowerOptions {
  /** How many pairs. */
  readonly k: number;
  /** Vectors in the block; more converge faster: at the rate |λ of index blockSize| / |λ|. Default k + 4, at most the dimension. */
  readonly blockSize?: number;
  /** A pair counts as found when ‖A v − λ v‖ ≤ tolerance · max |λ|. Default 1e-8 in float64, 1e-4 in float32. */
  readonly tolerance?: number;
  /** Most products of the operator with one vector. Default 500 · blockSize. */
  readonly maxIterations?: number;
  /** Default 0. */
  readonly seed?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: EigenProgress) => void;
}

/**
 * The k eigenvalues of largest magnitude of a symmetric operator by subspace iteration with Rayleigh-Ritz projection (H. Rutishauser 1970;
 * B. N. Parlett, chapter 14). One block product a step. `lanczosEigen` needs far fewer products; this method needs no more than one block
 * of memory twice, finds multiple eigenvalues up to the block's size by itself, and forgives inexact products.
 * @throws TypeError, RangeError on wrong arguments or products that are not finite; the signal's reason
 */
export async function blockPowerIteration(operator: LinearOperator, options: BlockPowerOptions): Promise<EigenResult> {
  const where = 'blockPowerIteration';
  const n = requireSymmetric(where, 'operator', operator);
  const { k, seed = 0, signal, onProgress, tolerance = operator.dtype === 'float32' ? 1e-4 : 1e-8 } = options;
  requireCount(where, 'k', k);
  if (k > n) throw new RangeError(`${where}: k must be at most the dimension ${n}, got ${k}`);
  requireTolerance(where, 'tolerance', tolerance);
  const width = Math.min(n, options.blockSize ?? k + 4);
  requireCount(where, 'blockSize', width, k);
  const maxIterations = options.maxIterations ?? 500 * width;
  requireCount(where, 'maxIterations', maxIterations, width);
  const products = new Products(where, operator, signal);
  const stream = randomStream(seed);
  let basis = stream.vector(n * width);
  for (;;) {
    orthonormalizeBlock(basis, width, n, stream);
    const image = await products.applyBlock(basis, width);
    const step = rayleighRitz(basis, image, width, n);
    const scale = Math.max(Math.abs(step.values[0]!), Number.MIN_VALUE);
    const converged = step.residuals.subarray(0, k).filter((r) => r <= tolerance * scale).length;
    const residual = step.residuals.subarray(0, k).reduce((most, r) => Math.max(most, r), 0);
    onProgress?.({ iteration: products.count, maxIterations, residual, converged });
    if (converged === k || products.count + width > maxIterations) {
      const vectors = Array.from({ length: k }, (_, j) => basis.slice(j * n, (j + 1) * n));
      const values = step.values.slice(0, k);
      const residuals = step.residuals.slice(0, k);
      return {
        values,
        vectors,
        residuals,
        residual,
        converged: converged === k,
        iterations: products.count,
        asymmetry: step.asymmetry / scale,
      };
    }
    basis = image;
  }
}

/** In place; a vector that depends on those before it is replaced by a random one. */
function orthonormalizeBlock(basis: Float64Array, width: number, n: number, stream: ReturnType<typeof randomStream>): void {
  for (let j = 0; j < width; j++) {
    const v = basis.subarray(j * n, (j + 1) * n);
    const before = norm(v);
    for (let i = 0; i < n && before > 0; i++) v[i]! /= before;
    const left = before > 0 ? orthogonalize(basis, j, v) : 0;
    if (!(left > 1e-13)) {
      v.set(randomDirection(basis, j, n, stream));
      continue;
    }
    for (let i = 0; i < n; i++) v[i]! /= left;
    const again = orthogonalize(basis, j, v);
    for (let i = 0; i < n; i++) v[i]! /= again;
  }
}

interface Step {
  readonly values: Float64Array;
  readonly residuals: Float64Array;
  /** Largest |hᵢⱼ − hⱼᵢ|. */
  readonly asymmetry: number;
}

/** Turns basis and image into Ritz vectors and their products, largest magnitude first. */
function rayleighRitz(basis: Float64Array, image: Float64Array, width: number, n: number): Step {
  const h = new Float64Array(width * width);
  for (let i = 0; i < width; i++) for (let j = 0; j < width; j++) h[i * width + j] = dotRange(basis, i * n, image, j * n, n);
  let asymmetry = 0;
  for (let i = 0; i < width; i++) {
    for (let j = 0; j < i; j++) {
      asymmetry = Math.max(asymmetry, Math.abs(h[i * width + j]! - h[j * width + i]!));
      h[i * width + j] = h[j * width + i] = (h[i * width + j]! + h[j * width + i]!) / 2;
    }
  }
  const small = symmetricEigen({ rows: width, columns: width, data: h });
  const order = preference(small.values, 'LM');
  recombine(basis, width, n, small.vectors.data, order);
  recombine(image, width, n, small.vectors.data, order);
  const values = Float64Array.from(order, (i) => small.values[i]!);
  const residuals = values.map((value, j) => norm(image.slice(j * n, (j + 1) * n).map((y, i) => y - value * basis[j * n + i]!)));
  return { values, residuals, asymmetry };
}
