/**
 * Divide and conquer for the singular value decomposition of upper bidiagonal matrices (M. Gu & S. C. Eisenstat, "A divide-and-conquer
 * algorithm for the bidiagonal SVD", SIAM J. Matrix Anal. Appl. 16, 1995): a row in the middle is taken out, both rests are solved, and the
 * row couples them. Unchecked.
 */
import { dot, EPSILON, maxAbs, norm } from '../vector.js';
import { bidiagonalQR } from './bidiagonal-qr.js';
import { arrange, deflate, LEAST_COUPLING, multiplyKept, type TurnedColumns } from './deflation.js';
import { Rotations } from './rotations.js';
import { secularRoots } from './secular.js';

/** Orders up to this are left to the QR iteration. */
const LEAF = 28;

interface Problem {
  readonly d: Float64Array;
  readonly e: Float64Array;
  readonly u: Float64Array;
  readonly v: Float64Array;
  /** Order, and stride of u and v. */
  readonly n: number;
}

/** B = U diag(values) Vᵀ; values ascend, vectors are columns of n×n matrices. Uses up d and e, which must be at most about 1. */
export function bidiagonalDivide(d: Float64Array, e: Float64Array): { values: Float64Array; u: Float64Array; v: Float64Array } {
  const n = d.length;
  const problem = { d, e, u: new Float64Array(n * n), v: new Float64Array(n * n), n };
  return { values: solve(problem, 0, n, 0), u: problem.u, v: problem.v };
}

const block = (data: Float64Array, stride: number, from: number, rows: number): TurnedColumns => ({ data, offset: from * stride + from, stride, rows });

/** Rows from … to, with one column more where `extra` is 1: its null vector is then the last column of V's block. */
function solve(problem: Problem, from: number, to: number, extra: 0 | 1): Float64Array {
  if (to - from <= LEAF) return solveLeaf(problem, from, to, extra);
  const middle = (from + to) >> 1;
  const values = new Float64Array(to - from);
  values.set(solve(problem, from, middle, 1));
  values.set(solve(problem, middle + 1, to, extra), middle + 1 - from);
  return merge(problem, values, from, middle, to, extra);
}

function solveLeaf({ d, e, u, v, n }: Problem, from: number, to: number, extra: 0 | 1): Float64Array {
  const size = to - from;
  const wide = size + extra;
  const left = new Float64Array(size * size);
  for (let i = 0; i < size; i++) left[i * size + i] = 1;
  const right = new Float64Array(wide * wide);
  for (let i = 0; i < wide; i++) right[i * wide + i] = 1;
  const diagonal = d.slice(from, to);
  const off = e.slice(from, to - 1);
  if (extra === 1) foldLastColumn(diagonal, off, e[to - 1]!, right, wide);
  bidiagonalQR(diagonal, off, new Rotations(left, size, size), new Rotations(right, wide, wide));
  const order = Uint32Array.from({ length: size }, (_, i) => i).sort((i, j) => Math.abs(diagonal[i]!) - Math.abs(diagonal[j]!));
  for (let i = 0; i < size; i++) for (let t = 0; t < size; t++) u[(from + i) * n + from + t] = left[i * size + order[t]!]!;
  for (let i = 0; i < wide; i++) {
    const at = (from + i) * n + from;
    for (let t = 0; t < size; t++) v[at + t] = right[i * wide + order[t]!]! * (diagonal[order[t]!]! < 0 ? -1 : 1);
    if (extra === 1) v[at + size] = right[i * wide + size]!;
  }
  return Float64Array.from(order, (j) => Math.abs(diagonal[j]!));
}

/** Turns the extra column of a size×(size + 1) matrix to zero by rotations with the others, from the last up. */
function foldLastColumn(d: Float64Array, e: Float64Array, beta: number, right: Float64Array, wide: number): void {
  let g = beta;
  for (let j = d.length - 1; j >= 0 && g !== 0; j--) {
    const r = Math.hypot(d[j]!, g);
    const c = d[j]! / r;
    const s = g / r;
    d[j] = r;
    if (j > 0) {
      g = -s * e[j - 1]!;
      e[j - 1]! *= c;
    }
    for (let at = 0; at < wide * wide; at += wide) {
      const x = right[at + j]!;
      const y = right[at + wide - 1]!;
      right[at + j] = c * x + s * y;
      right[at + wide - 1] = c * y - s * x;
    }
  }
}

/** Row `middle` of the matrix in the bases of both parts, with what is left of it in the two null vectors turned into the first. */
function coupling({ d, e, v, n }: Problem, from: number, middle: number, to: number, extra: 0 | 1): Float64Array {
  const z = new Float64Array(to - from);
  for (let j = from; j <= middle; j++) z[j - from] = d[middle]! * v[middle * n + j]!;
  for (let j = middle + 1; j < to; j++) z[j - from] = e[middle]! * v[(middle + 1) * n + j]!;
  if (extra === 0) return z;
  const first = z[middle - from]!;
  const second = e[middle]! * v[(middle + 1) * n + to]!;
  const r = Math.hypot(first, second);
  const c = r === 0 ? 1 : first / r;
  const s = r === 0 ? 0 : second / r;
  z[middle - from] = r;
  for (let i = from; i <= to; i++) {
    const x = v[i * n + middle]!;
    const y = v[i * n + to]!;
    v[i * n + middle] = c * x + s * y;
    v[i * n + to] = c * y - s * x;
  }
  return z;
}

function merge(problem: Problem, values: Float64Array, from: number, middle: number, to: number, extra: 0 | 1): Float64Array {
  const { u, v, n } = problem;
  const size = to - from;
  const at = middle - from;
  const z = coupling(problem, from, middle, to, extra);
  // the row itself: a unit vector on the left, the value 0
  values[at] = 0;
  u[middle * n + middle] = 1;
  const tolerance = Math.max(8 * EPSILON * Math.max(maxAbs(values), maxAbs(z)), LEAST_COUPLING);
  const left = block(u, n, from, size);
  const right = block(v, n, from, size + extra);
  const small = (x: number): boolean => Math.abs(x) <= tolerance;
  const { kept, deflated, first, second } = deflate(values, z, at + 1, small, small, [left, right], at);
  if (kept.length > 1 && Math.abs(z[at]!) <= tolerance) z[at] = tolerance;
  if (kept.length > 1) values[kept[1]!] = Math.max(values[kept[1]!]!, tolerance / 2);
  const k = kept.length;
  const solved = vectorsOf(values, z, kept);
  const us = new Float64Array(size * k);
  multiplyKept(left, 0, at, kept, first, solved.left, us);
  multiplyKept(left, at, at + 1, kept, [0], solved.left, us);
  multiplyKept(left, at + 1, size, kept, second, solved.left, us);
  const vs = new Float64Array((size + extra) * k);
  multiplyKept(right, 0, at + 1, kept, first, solved.right, vs);
  multiplyKept(right, at + 1, size + extra, kept, second, solved.right, vs);
  const all = new Float64Array(size);
  all.set(solved.roots);
  deflated.forEach((j, t) => (all[k + t] = values[j]!));
  const order = Uint32Array.from({ length: size }, (_, i) => i).sort((i, j) => all[i]! - all[j]!);
  arrange(left, us, deflated, order);
  arrange(right, vs, deflated, order);
  return Float64Array.from(order, (j) => all[j]!);
}

/** Singular values of the matrix with first row z and diagonal (0, d₁, …), and both sides' vectors as columns. */
function vectorsOf(values: Float64Array, z: Float64Array, kept: readonly number[]): { roots: Float64Array; left: Float64Array; right: Float64Array } {
  const k = kept.length;
  // all but the row itself is deflated
  if (k === 1) return { roots: Float64Array.of(Math.abs(z[kept[0]!]!)), left: Float64Array.of(z[kept[0]!]! < 0 ? -1 : 1), right: Float64Array.of(1) };
  const d = Float64Array.from(kept, (j) => values[j]!);
  const difference = (i: number, j: number): number => (d[i]! - d[j]!) * (d[i]! + d[j]!);
  const secular = secularRoots({ count: k, difference }, Float64Array.from(kept, (j) => z[j]!), 1);
  const roots = Float64Array.from(secular.offsets, (offset, j) => Math.sqrt(d[secular.origins[j]!]! ** 2 + offset));
  const left = new Float64Array(k * k);
  const right = new Float64Array(k * k);
  const x = new Float64Array(k);
  const y = new Float64Array(k);
  for (let j = 0; j < k; j++) {
    for (let i = 0; i < k; i++) {
      x[i] = secular.z[i]! / secular.distances[j * k + i]!;
      y[i] = d[i]! * x[i]!;
    }
    y[0] = -1;
    const inner = Math.sqrt(dot(x, x));
    const outer = norm(y);
    for (let i = 0; i < k; i++) {
      right[i * k + j] = x[i]! / inner;
      left[i * k + j] = y[i]! / outer;
    }
  }
  return { roots, left, right };
}
