/** Problems with known answers, and distances to them. */
import { type LinearOperator, type Matrix, matmul, matrix, qr, randomStream, transpose } from '../src/index.js';

export function norm(x: ArrayLike<number>): number {
  const most = Array.from(x).reduce((m, v) => Math.max(m, Math.abs(v)), 0);
  if (most === 0 || !Number.isFinite(most)) return most;
  return most * Math.sqrt(Array.from(x).reduce((s, v) => s + (v / most) ** 2, 0));
}

export const maxDifference = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  a.length === b.length ? Array.from(a).reduce((most, x, i) => Math.max(most, Math.abs(x - b[i]!)), 0) : Infinity;

export const identity = (n: number): Matrix => diagonal(new Float64Array(n).fill(1));

export function diagonal(values: ArrayLike<number>): Matrix {
  const out = matrix(values.length, values.length);
  for (let i = 0; i < values.length; i++) out.data[i * values.length + i] = values[i]!;
  return out;
}

export const randomMatrix = (rows: number, columns: number, seed: number): Matrix =>
  matrix(rows, columns, randomStream(seed).vector(rows * columns));

export const randomOrthogonal = (n: number, seed: number): Matrix => qr(randomMatrix(n, n, seed)).thinQ();

/** U diag(values) Vᵀ with random orthogonal U, V; symmetric with V = U where `seedV` is left out. */
export function withSpectrum(values: ArrayLike<number>, seed: number, seedV?: number): Matrix {
  const n = values.length;
  const u = randomOrthogonal(n, seed);
  const v = seedV === undefined ? u : randomOrthogonal(n, seedV);
  const a = matmul(matmul(u, diagonal(values)), transpose(v));
  return seedV === undefined ? symmetrized(a) : a;
}

export function symmetrized(a: Matrix): Matrix {
  const t = transpose(a);
  return matrix(
    a.rows,
    a.columns,
    a.data.map((x, i) => (x + t.data[i]!) / 2),
  );
}

/** `count` values from `low` to `high` in geometric progression. */
export const geometric = (low: number, high: number, count: number): Float64Array =>
  Float64Array.from({ length: count }, (_, i) => low * (high / low) ** (count === 1 ? 0 : i / (count - 1)));

export const hilbert = (n: number): Matrix =>
  matrix(
    n,
    n,
    Float64Array.from({ length: n * n }, (_, k) => 1 / (Math.floor(k / n) + (k % n) + 1)),
  );

/** ‖A − B‖ / ‖B‖ in the Frobenius norm. */
export const relativeError = (a: Matrix, b: Matrix): number => norm(a.data.map((x, i) => x - b.data[i]!)) / (norm(b.data) || 1);

/** ‖QᵀQ − I‖ in the Frobenius norm. */
export const orthogonalityError = (q: Matrix): number =>
  norm(matmul(transpose(q), q).data.map((x, i) => x - (i % (q.columns + 1) === 0 ? 1 : 0)));

export const columnOf = (a: Matrix, j: number): Float64Array => Float64Array.from({ length: a.rows }, (_, i) => a.data[i * a.columns + j]!);

/** Largest |vᵢ · vⱼ − δᵢⱼ|. */
export function gramError(vectors: readonly Float64Array[]): number {
  let worst = 0;
  vectors.forEach((u, i) =>
    vectors.forEach((v, j) => (worst = Math.max(worst, Math.abs(u.reduce((s, x, t) => s + x * v[t]!, 0) - (i === j ? 1 : 0))))),
  );
  return worst;
}

/** ‖A v − λ v‖ of each pair, computed anew. */
export async function residualsOf(operator: LinearOperator, values: Float64Array, vectors: readonly Float64Array[]): Promise<number[]> {
  const out: number[] = [];
  for (let j = 0; j < values.length; j++) {
    const av = await operator.apply(vectors[j]!.slice());
    out.push(norm(av.map((x, i) => x - values[j]! * vectors[j]![i]!)));
  }
  return out;
}

/** The operator, answering later. */
export const later = (operator: LinearOperator): LinearOperator => ({
  shape: operator.shape,
  dtype: operator.dtype,
  ...(operator.structure && { structure: operator.structure }),
  apply: (v) => new Promise((resolve) => setTimeout(() => resolve(operator.apply(v)), 0)),
});

/** The operator, counting its products. */
export function counted(operator: LinearOperator): LinearOperator & { readonly calls: () => number } {
  let calls = 0;
  return {
    shape: operator.shape,
    dtype: operator.dtype,
    apply: (v) => {
      calls++;
      return operator.apply(v);
    },
    calls: () => calls,
  };
}
