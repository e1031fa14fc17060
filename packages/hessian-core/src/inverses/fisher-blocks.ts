/** Inverses of λI + (1/m) GᵀG on some of the coordinates, in three forms. Unchecked. */
import { cholesky, matmul, type Matrix, transpose } from '@curv/linalg';
import { forStrips, gram, type GradientRows, strip, subtractCombination, timesRows } from './gradient-rows.js';
import { dampedKernel } from './kernel-solve.js';

/** The inverse on coordinates from … from + size. */
export interface FisherBlock {
  readonly from: number;
  readonly size: number;
  /** F⁻¹ x for the block's part of x. */
  apply(x: Float64Array): Float64Array;
  /** diag F⁻¹, before the guard against cancellation. */
  diagonal(): Float64Array;
  /** Element (i, j), counted within the block. */
  entry(i: number, j: number): number;
}

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
};

/** A block's columns as rows of their own; the whole without a copy. */
const columnsOf = (g: GradientRows, from: number, size: number): GradientRows => (size === g.columns ? g : strip(g, from, from + size));

/**
 * From the m×m matrix K = mλI + GGᵀ = LLᵀ: F⁻¹x = (x − Gᵀ K⁻¹ G x) / λ (Woodbury). Cost m²d to build, 2md a product; nothing beside G and K is kept.
 */
export function kernelBlock(g: GradientRows, damping: number, from: number, size: number): FisherBlock {
  const m = g.rows;
  const own = columnsOf(g, from, size);
  const kernel = dampedKernel(gram(own), m * damping);
  const column = (j: number): Float64Array => Float64Array.from({ length: m }, (_, i) => own.data[i * size + j]!);
  return {
    from,
    size,
    apply(x) {
      const out = x.slice();
      subtractCombination(own, kernel.solve(timesRows(own, x)), out);
      for (let i = 0; i < size; i++) out[i]! /= damping;
      return out;
    },
    diagonal() {
      const out = new Float64Array(size);
      const inverse = kernel.inverse();
      forStrips(own, 0, size, (part, at) => {
        const solved = matmul(inverse, part).data;
        for (let j = 0; j < part.columns; j++) {
          let sum = 0;
          for (let i = 0; i < m; i++) sum += part.data[i * part.columns + j]! * solved[i * part.columns + j]!;
          out[at + j] = (1 - sum) / damping;
        }
      });
      return out;
    },
    entry: (i, j) => (Number(i === j) - dot(column(i), kernel.solve(column(j)))) / damping,
  };
}

/** From the matrix of the block itself, where it has fewer coordinates than gradients. */
export function directBlock(g: GradientRows, damping: number, from: number, size: number): FisherBlock {
  const own = columnsOf(g, from, size);
  const f = matmul(transpose(strip(own, 0, size)), strip(own, 0, size));
  for (let i = 0; i < f.data.length; i++) f.data[i] = f.data[i]! / g.rows + (i % (size + 1) === 0 ? damping : 0);
  const factor = cholesky(f);
  const identity = (): Matrix => ({ rows: size, columns: size, data: new Float64Array(size * size).map((_, i) => Number(i % (size + 1) === 0)) });
  let inverse: Matrix | null = null;
  return {
    from,
    size,
    apply: (x) => factor.solve(x),
    diagonal() {
      inverse ??= factor.solve(identity());
      return Float64Array.from({ length: size }, (_, i) => inverse!.data[i * size + i]!);
    },
    entry(i, j) {
      inverse ??= factor.solve(identity());
      return inverse.data[i * size + j]!;
    },
  };
}

/**
 * By the recursion of the paper (Frantar, Kurtic & Alistarh 2021, arXiv:2107.03356, section 3.1): vᵢ = Fᵢ₋₁⁻¹ gᵢ and qᵢ = m + gᵢᵀvᵢ give
 * F⁻¹ = I/λ − Σ vᵢvᵢᵀ/qᵢ. Keeps all vᵢ: md numbers in float64.
 */
export function recursionBlock(g: GradientRows, damping: number, from: number, size: number): FisherBlock & { readonly v: Float64Array; readonly q: Float64Array } {
  const m = g.rows;
  const own = strip(g, from, from + size).data;
  const v = new Float64Array(m * size);
  const q = new Float64Array(m);
  for (let i = 0; i < m; i++) {
    const gi = own.subarray(i * size, (i + 1) * size);
    const vi = v.subarray(i * size, (i + 1) * size);
    vi.set(gi.map((x) => x / damping));
    const done: GradientRows = { data: v, rows: i, columns: size };
    subtractCombination(done, timesRows(done, gi).map((x, k) => x / q[k]!), vi);
    q[i] = m + dot(gi, vi);
  }
  const all: GradientRows = { data: v, rows: m, columns: size };
  return {
    from,
    size,
    v,
    q,
    apply(x) {
      const out = x.map((value) => value / damping);
      subtractCombination(all, timesRows(all, x).map((c, k) => c / q[k]!), out);
      return out;
    },
    diagonal() {
      const out = new Float64Array(size).fill(1 / damping);
      for (let i = 0; i < m; i++) for (let j = 0; j < size; j++) out[j]! -= v[i * size + j]! ** 2 / q[i]!;
      return out;
    },
    entry(i, j) {
      let sum = i === j ? 1 / damping : 0;
      for (let k = 0; k < m; k++) sum -= (v[k * size + i]! * v[k * size + j]!) / q[k]!;
      return sum;
    },
  };
}
