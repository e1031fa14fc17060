/** Eigenvalues near a given number. */
import { lanczosEigen, type LinearOperator, matrix, minres, symmetricEigen } from '@curv/linalg';
import { dot, requireCount, requireSquare } from './probes.js';
import type { Eigenpairs, EigenOptions } from './top-eigenpairs.js';

/** Options of `interiorEigenpairs`. */
export interface InteriorOptions extends Omit<EigenOptions, 'which' | 'method'> {
  /** The eigenvalues nearest to this are wanted. */
  readonly target: number;
  /** Inner solves stop at this relative residual. Default: a tenth of `tolerance`. */
  readonly solveTolerance?: number;
}

/**
 * The eigenpairs nearest to a target inside of the spectrum, by Lanczos iteration with (A − target · I)⁻¹, whose largest eigenvalues they are; inner systems
 * by MINRES, since they are indefinite. Pairs are then taken from A itself by Rayleigh-Ritz, nearest first, and judged by their
 * residuals with A. Products needed grow as the spread of the spectrum over the distance of the target to it: hundreds, where `topEigenpairs` takes tens.
 * A target that is an eigenvalue to rounding makes inner systems singular: move it a little.
 */
export async function interiorEigenpairs(operator: LinearOperator, options: InteriorOptions): Promise<Eigenpairs> {
  const n = requireSquare(operator);
  const { target, seed = 0, signal, onProgress } = options;
  if (!Number.isFinite(target)) throw new RangeError(`target must be a finite number, got ${String(target)}`);
  const k = options.k ?? Math.min(3, n);
  requireCount('k', k);
  if (k > n) throw new RangeError(`k must be at most the operator's dimension ${n}, got ${k}`);
  const tolerance = options.tolerance ?? (operator.dtype === 'float32' ? 1e-4 : 1e-6);
  const { solveTolerance = tolerance / 10 } = options;
  const total = options.maxProducts ?? Math.max(5000, 1000 * k);
  let products = 0;
  let converged = 0;
  const counted: LinearOperator = {
    shape: operator.shape,
    dtype: operator.dtype,
    structure: { symmetric: true },
    apply: (v) => {
      onProgress?.({ done: ++products, total, converged });
      return operator.apply(v);
    },
  };
  let solvable = true;
  const inverse: LinearOperator = {
    shape: operator.shape,
    dtype: 'float64',
    structure: { symmetric: true },
    apply: async (b) => {
      const left = Math.max(1, total - products);
      const found = await minres(counted, b, { shift: target, tolerance: solveTolerance, maxIterations: Math.min(left, 10 * n + 100), ...(signal && { signal }) });
      if (!found.converged) solvable = false;
      return found.x;
    },
  };
  const found = await lanczosEigen(inverse, {
    k,
    which: 'LM',
    // An inexact operator is not exactly symmetric; asking for more than the solves give would never end.
    tolerance: Math.max(tolerance, 10 * solveTolerance),
    maxIterations: Math.max(20, 10 * k),
    recheck: 0,
    seed,
    ...(signal && { signal }),
    onProgress: (p) => void (converged = p.converged),
  });
  const images: Float64Array[] = [];
  for (const v of found.vectors) images.push(await counted.apply(v));
  return { ...rayleighRitz(found.vectors, images, target, tolerance, solvable), products };
}

/** Ritz pairs of A on an orthonormal basis, nearest to the target first. */
function rayleighRitz(basis: readonly Float64Array[], images: readonly Float64Array[], target: number, tolerance: number, solvable: boolean): Omit<Eigenpairs, 'products'> {
  const k = basis.length;
  const h = matrix(k, k);
  for (let i = 0; i < k; i++) for (let j = 0; j < k; j++) h.data[i * k + j] = (dot(basis[i]!, images[j]!) + dot(basis[j]!, images[i]!)) / 2;
  const small = symmetricEigen(h);
  const order = Array.from({ length: k }, (_, i) => i).sort((a, b) => Math.abs(small.values[a]! - target) - Math.abs(small.values[b]! - target));
  const turn = (from: readonly Float64Array[], j: number): Float64Array => from[0]!.map((_, i) => from.reduce((sum, v, l) => sum + v[i]! * small.vectors.data[l * k + j]!, 0));
  const vectors = order.map((j) => turn(basis, j));
  const values = Float64Array.from(order, (j) => small.values[j]!);
  const residuals = Float64Array.from(order, (j, at) => {
    const image = turn(images, j);
    return Math.sqrt(image.reduce((sum, x, i) => sum + (x - values[at]! * vectors[at]![i]!) ** 2, 0));
  });
  const scale = Math.max(...images.map((y) => Math.sqrt(dot(y, y))), Math.abs(target));
  return { values, vectors, residuals, converged: solvable && residuals.every((r) => r <= tolerance * scale) };
}
