/**
 * Divide and conquer for symmetric tridiagonal matrices (J. J. M. Cuppen 1981; M. Gu & S. C. Eisenstat, "A divide-and-conquer algorithm for
 * the symmetric tridiagonal eigenproblem", SIAM J. Matrix Anal. Appl. 16, 1995): almost all work is in matrix products. Unchecked.
 */
import { dot, EPSILON, maxAbs } from '../vector.js';
import { arrange, deflate, LEAST_COUPLING, multiplyKept } from './deflation.js';
import { secularRoots } from './secular.js';
import { eigenInPlace } from './tridiagonal-eigen.js';

/** Orders up to this are left to the QL iteration. */
const LEAF = 32;

/** Eigenvalues, ascending, and the eigenvectors as the columns of an n×n matrix. Uses up d and e, which must be at most about 1. Cost at most 8/3 n³, less with deflation. */
export function divideAndConquer(d: Float64Array, e: Float64Array): { values: Float64Array; vectors: Float64Array } {
  const n = d.length;
  const vectors = new Float64Array(n * n);
  const values = solve(d, e, vectors, n, 0, n);
  return { values, vectors };
}

/** Rows and columns from … to of the matrix; their eigenvectors fill the same block of `q` (rows of `stride`). */
function solve(d: Float64Array, e: Float64Array, q: Float64Array, stride: number, from: number, to: number): Float64Array {
  const n = to - from;
  if (n <= LEAF) {
    const z = new Float64Array(n * n);
    for (let i = 0; i < n; i++) z[i * n + i] = 1;
    const values = eigenInPlace(d.slice(from, to), e.slice(from, Math.max(from, to - 1)), z, n);
    for (let i = 0; i < n; i++) q.set(z.subarray(i * n, (i + 1) * n), (from + i) * stride + from);
    return values;
  }
  const middle = from + (n >> 1);
  const coupling = e[middle - 1]!;
  // T = diag(T₁, T₂) + |β| v vᵀ with v = (0 … 0, 1, ±1, 0 … 0)
  const rho = Math.abs(coupling);
  d[middle - 1]! -= rho;
  d[middle]! -= rho;
  const values = new Float64Array(n);
  values.set(solve(d, e, q, stride, from, middle));
  values.set(solve(d, e, q, stride, middle, to), middle - from);
  const z = new Float64Array(n);
  for (let j = from; j < middle; j++) z[j - from] = q[(middle - 1) * stride + j]!;
  for (let j = middle; j < to; j++) z[j - from] = Math.sign(coupling) * q[middle * stride + j]!;
  return merge(values, z, rho, q, stride, from, middle - from);
}

/** Eigenpairs of diag(values) + ρ z zᵀ, turned into those of the block. */
function merge(values: Float64Array, z: Float64Array, rho: number, q: Float64Array, stride: number, from: number, split: number): Float64Array {
  const n = values.length;
  const tolerance = Math.max(8 * EPSILON * Math.max(maxAbs(values), rho * maxAbs(z)), LEAST_COUPLING);
  const block = { data: q, offset: from * stride + from, stride, rows: n };
  const isSmall = (size: number): boolean => rho * Math.abs(size) <= tolerance;
  const isClose = (gap: number, product: number): boolean => Math.abs(gap * product) <= tolerance;
  const found = deflate(values, z, split, isSmall, isClose, [block]);
  const k = found.kept.length;
  const roots = new Float64Array(k);
  const s = eigenvectorsOf(values, z, rho, found.kept, roots);
  // columns of the first half are zero in the lower rows, and so on
  const products = new Float64Array(n * k);
  multiplyKept(block, 0, split, found.kept, found.first, s, products);
  multiplyKept(block, split, n, found.kept, found.second, s, products);
  const all = new Float64Array(n);
  all.set(roots);
  found.deflated.forEach((j, t) => (all[k + t] = values[j]!));
  const order = Uint32Array.from({ length: n }, (_, i) => i).sort((i, j) => all[i]! - all[j]!);
  arrange(block, products, found.deflated, order);
  return Float64Array.from(order, (j) => all[j]!);
}

/** Eigenvectors of the deflated problem as columns of a k×k matrix, whose rows are in the order of `kept`. */
function eigenvectorsOf(values: Float64Array, z: Float64Array, rho: number, kept: readonly number[], roots: Float64Array): Float64Array {
  const k = kept.length;
  const d = Float64Array.from(kept, (j) => values[j]!);
  const difference = (i: number, j: number): number => d[i]! - d[j]!;
  const secular = secularRoots({ count: k, difference }, Float64Array.from(kept, (j) => z[j]!), rho);
  for (let j = 0; j < k; j++) roots[j] = d[secular.origins[j]!]! + secular.offsets[j]!;
  const s = new Float64Array(k * k);
  const x = new Float64Array(k);
  for (let j = 0; j < k; j++) {
    for (let i = 0; i < k; i++) x[i] = secular.z[i]! / secular.distances[j * k + i]!;
    const length = Math.sqrt(dot(x, x));
    for (let i = 0; i < k; i++) s[i * k + j] = x[i]! / length;
  }
  return s;
}
