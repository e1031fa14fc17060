/** All eigenvalues of an operator of moderate size. */
import { type LinearOperator, matrix, type Matrix, symmetricEigen } from '@curv/linalg';
import { requireCount, requireSquare } from '../estimators/probes.js';

/** Options of `exactSpectrum`. */
export interface ExactSpectrumOptions {
  /** Largest dimension: a guard against forming what cannot be held. Default 2500 (50 MB for the matrix, twice that with vectors). */
  readonly limit?: number;
  /** Whether to compute eigenvectors. Default false. */
  readonly vectors?: boolean;
  /** Largest relative asymmetry ‖A − Aᵀ‖ / ‖A‖ (Frobenius). Default 1e-9 in float64 and 1e-4 in float32. */
  readonly tolerance?: number;
  readonly signal?: AbortSignal;
  /** Called after each column. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

/** A whole spectrum. */
export interface ExactSpectrum {
  /** Largest first. */
  readonly values: Float64Array;
  /** Unit eigenvectors, one for each value; only where asked for. */
  readonly vectors?: readonly Float64Array[];
  /** ‖A − Aᵀ‖ / ‖A‖ before it was made symmetric; 0 for a zero operator. */
  readonly asymmetry: number;
  readonly products: number;
}

/**
 * The spectrum of a symmetric operator of n rows: n products with unit vectors, ½ (A + Aᵀ), then Householder reduction and implicit QL
 * (as for the exact Hessians of Sagun et al. 2017, arXiv:1706.04454). Cost: n products and 4/3 n³ operations (8 n³ with vectors); n² numbers.
 * @throws RangeError above `limit`, on products that are not finite (naming the column) and on an asymmetric operator
 */
export async function exactSpectrum(operator: LinearOperator, options: ExactSpectrumOptions = {}): Promise<ExactSpectrum> {
  const { limit = 2500, vectors = false, tolerance = operator.dtype === 'float32' ? 1e-4 : 1e-9, signal, onProgress } = options;
  requireCount('limit', limit);
  const n = requireSquare(operator);
  if (n > limit) throw new RangeError(`exactSpectrum: the operator has ${n} rows and limit is ${limit}; its matrix would take ${(8 * n * n).toLocaleString('en')} bytes`);
  const data = new Float64Array(n * n);
  for (let j = 0; j < n; j++) {
    signal?.throwIfAborted();
    const unit = new Float64Array(n);
    unit[j] = 1;
    const column = await operator.apply(unit);
    if (!column.every(Number.isFinite)) throw new RangeError(`exactSpectrum: column ${j} of the operator holds NaN or infinite values`);
    // Row j, so that the copy is contiguous: the matrix is made symmetric anyway.
    data.set(column, j * n);
    onProgress?.({ done: j + 1, total: n });
  }
  const asymmetry = symmetrize(data, n);
  if (asymmetry > tolerance) throw new RangeError(`exactSpectrum: the operator is not symmetric: relative asymmetry ${asymmetry.toExponential(1)} exceeds ${tolerance.toExponential(1)}`);
  const { values, vectors: basis } = symmetricEigen(matrix(n, n, data), { vectors });
  return { values: values.slice().reverse(), ...(vectors && { vectors: columnsReversed(basis) }), asymmetry, products: n };
}

/** A ← ½ (A + Aᵀ) in place; gives ‖A − Aᵀ‖ / ‖A‖ of what it was. */
function symmetrize(data: Float64Array, n: number): number {
  let total = 0;
  let skew = 0;
  for (let i = 0; i < n; i++) {
    total += data[i * n + i]! ** 2;
    for (let j = 0; j < i; j++) {
      const [a, b] = [data[i * n + j]!, data[j * n + i]!];
      total += a * a + b * b;
      skew += 2 * (a - b) ** 2;
      data[i * n + j] = data[j * n + i] = (a + b) / 2;
    }
  }
  return total === 0 ? 0 : Math.sqrt(skew / total);
}

function columnsReversed({ rows, columns, data }: Matrix): Float64Array[] {
  return Array.from({ length: columns }, (_, k) => Float64Array.from({ length: rows }, (_row, i) => data[i * columns + (columns - 1 - k)]!));
}
