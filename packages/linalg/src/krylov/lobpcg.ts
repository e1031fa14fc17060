import type { EigenProgress, LinearOperator } from '../api.js';
import { requireCount, requireSymmetric, requireTolerance, requireVector } from '../checks.js';
import { orthonormalize } from '../dense/orthonormalize.js';
import { symmetricEigen } from '../dense/symmetric-eigen.js';
import { randomStream, type RandomStream } from '../random.js';
import { axpyRange, dot, dotRange, norm } from '../vector.js';
import { project, recombine, subtract } from './basis.js';
import type { EigenResult } from './lanczos-eigen.js';
import { Products } from './products.js';

/** Options of `lobpcg`. */
export interface LobpcgOptions {
  /** How many pairs. */
  readonly k: number;
  /** `SA` the smallest, first, or `LA` the largest. Default `SA`. */
  readonly which?: 'SA' | 'LA';
  /** Symmetric positive definite B of A v = λ B v. Default the identity. */
  readonly b?: LinearOperator;
  /** Symmetric positive definite, near A⁻¹ where the smallest are wanted. */
  readonly preconditioner?: LinearOperator;
  /** Results stay B-orthogonal to these. */
  readonly constraints?: readonly Float64Array[];
  /** Where to start: up to blockSize vectors; random ones fill up. */
  readonly start?: readonly Float64Array[];
  /** Vectors iterated at once; those beyond k speed up the last ones. Default k + 2 + ⌈k/4⌉, at most the dimension. */
  readonly blockSize?: number;
  /** A pair counts as found when ‖A v − λ B v‖ ≤ tolerance · max |λ|, of those seen, · ‖B v‖. Default 1e-8 in float64, 1e-4 in float32. */
  readonly tolerance?: number;
  /** Most products of the operator with one vector. Default 200 · blockSize. */
  readonly maxIterations?: number;
  /** Default 0. */
  readonly seed?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: EigenProgress) => void;
}

/** B-orthonormal vectors with their products: X, then P, then W. Without B, `bs` is `s`. */
interface Space {
  readonly n: number;
  readonly s: Float64Array;
  readonly as: Float64Array;
  readonly bs: Float64Array;
  /** Constraints, B-orthonormal, and B times them. */
  readonly y: Float64Array;
  readonly by: Float64Array;
  readonly fixed: number;
  count: number;
}

/**
 * Eigenpairs at an end of the spectrum of a symmetric operator, or of a pair (A, B), by the locally optimal block preconditioned conjugate
 * gradient method (A. V. Knyazev, SIAM J. Sci. Comput. 23, 2001), on a basis that is kept orthonormal in its coefficients (J. A. Duersch,
 * M. Shao, C. Yang & M. Gu, "A robust and efficient implementation of LOBPCG", 2018, arXiv:1704.07458). With a good preconditioner it finds
 * the smallest eigenvalues in a few products each; multiple eigenvalues need no care. Vectors are B-orthonormal. Before it reports
 * convergence it computes A V anew. Memory: 6 blocks, with B 9.
 * @throws TypeError, RangeError on wrong arguments, products that are not finite, a B that is not positive definite; the signal's reason
 */
export async function lobpcg(operator: LinearOperator, options: LobpcgOptions): Promise<EigenResult> {
  const where = 'lobpcg';
  const n = requireSymmetric(where, 'operator', operator);
  const { k, which = 'SA', signal, onProgress, tolerance = operator.dtype === 'float32' ? 1e-4 : 1e-8, constraints = [] } = options;
  if (which !== 'SA' && which !== 'LA') throw new TypeError(`${where}: which must be SA or LA, got ${String(which)}`);
  requireCount(where, 'k', k);
  requireTolerance(where, 'tolerance', tolerance);
  const products = new Products(where, operator, signal);
  const timesB = related(where, 'b', options.b, n, signal);
  const precondition = related(where, 'preconditioner', options.preconditioner, n, signal);
  const fixed = orthonormalize(constraints).length;
  if (k > n - fixed) throw new RangeError(`${where}: k must be at most ${n - fixed}, the dimension without constraints, got ${k}`);
  const width = Math.min(n - fixed, options.blockSize ?? k + 2 + Math.ceil(k / 4));
  requireCount(where, 'blockSize', width, k);
  const maxIterations = options.maxIterations ?? 200 * width;
  requireCount(where, 'maxIterations', maxIterations, width);
  const sign = which === 'SA' ? 1 : -1;
  const stream = randomStream(options.seed ?? 0);
  const space = await startSpace(n, width, constraints, timesB);
  await fillStart(space, width, options.start ?? [], stream, timesB);
  await multiply(space, products, 0, width);
  let scale = 0;
  let asymmetry = 0;
  let checked = false;
  for (;;) {
    const step = rayleighRitz(space, width, sign);
    asymmetry = Math.max(asymmetry, step.asymmetry);
    scale = step.values.reduce((most, x) => Math.max(most, Math.abs(x)), scale);
    const { residuals, vectors } = residualsOf(space, width, step.values);
    const limit = (j: number): number => tolerance * scale * norm(space.bs.subarray(j * n, (j + 1) * n));
    const active = Array.from({ length: width }, (_, j) => j).filter((j) => residuals[j]! > limit(j));
    const left = active.filter((j) => j < k).length;
    const residual = residuals.subarray(0, k).reduce((most, r) => Math.max(most, r), 0);
    onProgress?.({ iteration: products.count, maxIterations, residual, converged: k - left });
    const result = (): EigenResult => ({
      values: step.values.slice(0, k),
      vectors: Array.from({ length: k }, (_, j) => space.s.slice(j * n, (j + 1) * n)),
      residuals: residuals.slice(0, k),
      residual,
      converged: left === 0,
      iterations: products.count,
      asymmetry: scale === 0 ? 0 : asymmetry / scale,
    });
    if (left === 0) {
      if (checked) return result();
      checked = true;
      // what the recurrences have lost to rounding
      space.count = width;
      await multiply(space, products, 0, width);
      continue;
    }
    checked = false;
    if (products.count + active.length > maxIterations) return result();
    const before = space.count;
    await expand(space, active.map((j) => vectors[j]!), precondition, timesB);
    if (space.count === before) return result();
    await multiply(space, products, before, space.count);
  }
}

type Apply = (v: Float64Array) => Promise<Float64Array>;

function related(where: string, name: string, operator: LinearOperator | undefined, n: number, signal: AbortSignal | undefined): Apply | null {
  if (operator === undefined) return null;
  if (requireSymmetric(where, name, operator) !== n)
    throw new RangeError(`${where}: ${name} must have shape [${n}, ${n}], got [${operator.shape.join(', ')}]`);
  const products = new Products(where, operator, signal, name);
  return (v) => products.apply(v);
}

async function startSpace(n: number, width: number, constraints: readonly Float64Array[], timesB: Apply | null): Promise<Space> {
  constraints.forEach((v, j) => requireVector('lobpcg', `constraints[${j}]`, v, n));
  const s = new Float64Array(3 * width * n);
  const own = new Float64Array(constraints.length * n);
  const y: Space = { n, s: own, as: own, bs: timesB ? own.slice() : own, y: own, by: own, fixed: 0, count: 0 };
  for (const v of constraints) await append(y, v.slice(), timesB);
  return { n, s, as: new Float64Array(s.length), bs: timesB ? new Float64Array(s.length) : s, y: y.s, by: y.bs, fixed: y.count, count: 0 };
}

async function fillStart(space: Space, width: number, start: readonly Float64Array[], stream: RandomStream, timesB: Apply | null): Promise<void> {
  start.forEach((v, j) => requireVector('lobpcg', `start[${j}]`, v, space.n));
  for (const v of start.slice(0, width)) await append(space, v.slice(), timesB);
  while (space.count < width) await append(space, stream.vector(space.n), timesB);
}

/** Adds what is left of w beside the basis and the constraints, B-normalized, unless it is only rounding. */
async function append(space: Space, w: Float64Array, timesB: Apply | null): Promise<void> {
  const { n, s, bs, y, by, fixed, count } = space;
  const h = new Float64Array(Math.max(fixed, count));
  for (let pass = 0; pass < 3; pass++) {
    const before = norm(w);
    if (before === 0) return;
    for (let i = 0; i < n; i++) w[i]! /= before;
    project(by, fixed, w, h);
    subtract(y, fixed, w, h);
    project(bs, count, w, h);
    subtract(s, count, w, h);
    if (pass === 0 && !(norm(w) > 1e-12)) return;
  }
  const bw = timesB ? await timesB(w) : w;
  const square = dot(w, bw);
  if (!(square > 0)) throw new RangeError(`lobpcg: b must be positive definite, got vᵀ B v = ${square}`);
  const length = Math.sqrt(square);
  for (let i = 0; i < n; i++) s[count * n + i] = w[i]! / length;
  if (timesB) for (let i = 0; i < n; i++) bs[count * n + i] = bw[i]! / length;
  space.count++;
}

async function multiply({ n, s, as }: Space, products: Products, from: number, to: number): Promise<void> {
  as.set(await products.applyBlock(s.slice(from * n, to * n), to - from), from * n);
}

async function expand(space: Space, residuals: readonly Float64Array[], precondition: Apply | null, timesB: Apply | null): Promise<void> {
  for (const r of residuals) {
    if (space.count + space.fixed === space.n) return;
    await append(space, precondition ? await precondition(r) : r, timesB);
  }
}

/** Turns the basis into the Ritz vectors X of the wanted end and the directions P that led to them; B-orthonormal both. */
function rayleighRitz(space: Space, width: number, sign: 1 | -1): { values: Float64Array; asymmetry: number } {
  const { n, s, as, bs, count } = space;
  const h = new Float64Array(count * count);
  for (let i = 0; i < count; i++) for (let j = 0; j < count; j++) h[i * count + j] = sign * dotRange(s, i * n, as, j * n, n);
  let asymmetry = 0;
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < i; j++) {
      asymmetry = Math.max(asymmetry, Math.abs(h[i * count + j]! - h[j * count + i]!));
      h[i * count + j] = h[j * count + i] = (h[i * count + j]! + h[j * count + i]!) / 2;
    }
  }
  const small = symmetricEigen({ rows: count, columns: count, data: h });
  const kept = directions(small.vectors.data, count, width);
  const columns = Array.from({ length: kept.columns }, (_, j) => j);
  for (const block of bs === s ? [s, as] : [s, as, bs]) recombine(block, count, n, kept.coefficients, columns);
  space.count = kept.columns;
  return { values: small.values.slice(0, width).map((x) => sign * x), asymmetry };
}

/** Coefficients of X, and behind them of P: those of X without their part in the old X, made orthonormal to X's (Duersch et al., section 4). */
function directions(vectors: Float64Array, count: number, width: number): { coefficients: Float64Array; columns: number } {
  const basis = new Float64Array(count * count);
  for (let j = 0; j < width; j++) for (let i = 0; i < count; i++) basis[j * count + i] = vectors[i * count + j]!;
  let columns = width;
  const h = new Float64Array(count);
  for (let j = 0; j < width && columns < count; j++) {
    const p = basis.slice(j * count, (j + 1) * count).fill(0, 0, width);
    const before = norm(p);
    if (before < 1e-14) continue;
    for (let pass = 0; pass < 2; pass++) {
      project(basis, columns, p, h);
      subtract(basis, columns, p, h);
    }
    const left = norm(p);
    if (!(left > 1e-10 * before)) continue;
    axpyRange(1 / left, p, 0, basis, columns * count, count);
    columns++;
  }
  const coefficients = new Float64Array(count * count);
  for (let j = 0; j < columns; j++) for (let i = 0; i < count; i++) coefficients[i * count + j] = basis[j * count + i]!;
  return { coefficients, columns };
}

function residualsOf({ n, as, bs }: Space, width: number, values: Float64Array): { residuals: Float64Array; vectors: Float64Array[] } {
  const vectors = Array.from({ length: width }, (_, j) => as.slice(j * n, (j + 1) * n));
  vectors.forEach((r, j) => axpyRange(-values[j]!, bs, j * n, r, 0, n));
  return { residuals: Float64Array.from(vectors, norm), vectors };
}
