/** Gradients of outputs as the stability functions take them. */
import { matmul, matrix, type Matrix, symmetricEigen, transpose } from '@curv/linalg';
import { requireCount } from '../estimators/probes.js';

/** Rows gᵢ = ∂f(xᵢ)/∂θ: a matrix, or a list of vectors. With K outputs K rows for each sample, one after the other. */
export type OutputRows = Matrix | readonly ArrayLike<number>[];

/** How batches are drawn. */
export interface BatchOptions {
  /** Samples in a batch. Default 1. */
  readonly batch?: number;
  /** Whether a batch may hold a sample twice. Default true: independent draws. */
  readonly replacement?: boolean;
  /** Rows for each sample. Default 1. */
  readonly outputs?: number;
}

/** Checked rows. */
export interface Samples {
  readonly rows: Matrix;
  /** Samples: rows / outputs. */
  readonly count: number;
  readonly outputs: number;
  readonly batch: number;
  /** Share of single-sample noise in a batch's second moment: 1/B, or (n − B)/(B (n − 1)) without replacement. */
  readonly noise: number;
}

/** @throws RangeError on no rows, rows of different length, NaN, or a batch that cannot be drawn */
export function samplesOf(gradients: OutputRows, options: BatchOptions): Samples {
  const { batch = 1, replacement = true, outputs = 1 } = options;
  const rows = toMatrix(gradients);
  requireCount('batch', batch);
  requireCount('outputs', outputs);
  if (rows.rows === 0 || rows.columns === 0) throw new RangeError('gradients: expected at least one row with at least one element');
  if (rows.rows % outputs !== 0) throw new RangeError(`gradients: ${rows.rows} rows are not a multiple of outputs ${outputs}`);
  const bad = rows.data.findIndex((x) => !Number.isFinite(x));
  if (bad >= 0) throw new RangeError(`gradients: row ${Math.floor(bad / rows.columns)} holds ${rows.data[bad]}`);
  const count = rows.rows / outputs;
  if (!replacement && batch > count) throw new RangeError(`batch must be at most the ${count} samples without replacement, got ${batch}`);
  const noise = replacement ? 1 / batch : count === 1 ? 0 : (count - batch) / (batch * (count - 1));
  return { rows, count, outputs, batch, noise };
}

function toMatrix(gradients: OutputRows): Matrix {
  if ('data' in gradients) return gradients;
  const width = gradients[0]?.length ?? 0;
  const out = matrix(gradients.length, width);
  gradients.forEach((row, i) => {
    if (row.length !== width) throw new RangeError(`gradients: all rows must have one length, got ${width} and ${row.length} (row ${i})`);
    out.data.set(Array.from(row), i * width);
  });
  return out;
}

/** An orthonormal frame of the rows' span in which G is diagonal. */
export interface SpanFrame {
  /** Eigenvalues of G above 1e-12 of the largest, largest last. */
  readonly eigenvalues: Float64Array;
  /** The rows in the frame [rows × rank]: they have the same inner products. */
  readonly coordinates: Matrix;
  /** gᵢ · gⱼ. */
  readonly gram: Matrix;
}

/** From the Gram matrix: U Λ Uᵀ = K/n gives coordinates √n U Λ^½. Cost n² p + 8 n³; never p × p. */
export function spanFrame({ rows, count }: Samples): SpanFrame {
  const gram = matmul(rows, transpose(rows));
  const { values, vectors } = symmetricEigen(matrix(gram.rows, gram.columns, gram.data.map((x) => x / count)));
  const floor = 1e-12 * Math.max(...values, 0);
  const from = values.findIndex((x) => x > floor);
  const kept = from < 0 ? new Float64Array(0) : values.slice(from);
  const coordinates = matrix(rows.rows, kept.length);
  for (let i = 0; i < rows.rows; i++) {
    for (let j = 0; j < kept.length; j++) coordinates.data[i * kept.length + j] = Math.sqrt(count * kept[j]!) * vectors.data[i * values.length + values.length - kept.length + j]!;
  }
  return { eigenvalues: kept, coordinates, gram };
}
