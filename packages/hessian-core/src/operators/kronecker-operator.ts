/** Block-diagonal matrices whose blocks are diagonal in a Kronecker product of bases. */
import { type LinearOperator, matmul, type Matrix, transpose } from '@curv/linalg';
import type { Segment } from '../api.js';
import { type Damping, dampingValue } from '../inverses/damping.js';
import type { LayerFactors } from './kronecker-factors.js';
import type { Selection } from './selection.js';

/** A layer's block: (left ⊗ right) diag(values) (left ⊗ right)ᵀ. */
export interface KroneckerBlock extends LayerFactors {
  /** Eigenvectors of A as columns. */
  readonly left: Matrix;
  /** Eigenvectors of B as columns. */
  readonly right: Matrix;
  /** [inputs, outputs]; for KFAC the products of the factors' eigenvalues. */
  readonly values: Matrix;
}

/** Options of a Kronecker inverse. */
export interface KroneckerInverseOptions {
  /** λ, or a part of the mean eigenvalue. */
  readonly damping: Damping;
  /**
   * `exact` inverts F + λI. `factored` (KFAC only) adds π√λ to A and √λ/π to B, π² = (tr A / inputs) / (tr B / outputs), as Martens & Grosse 2015,
   * section 6.3, do. Default `exact`.
   */
  readonly method?: 'exact' | 'factored';
}

/** A Kronecker-factored approximation of a Fisher matrix. */
export interface KroneckerOperator extends LinearOperator {
  readonly kind: 'kfac' | 'ekfac';
  readonly segments: readonly Segment[];
  readonly layers: readonly KroneckerBlock[];
  apply(v: Float64Array): Float64Array;
  /** Exact. */
  trace(): number;
  /** Exact. */
  frobeniusNorm(): number;
  /** log det (F + damping · I), exact; −Infinity where singular. */
  logDeterminant(damping?: number): number;
  /** (F + λI)⁻¹. Two products with each layer's bases. @throws RangeError unless λ is positive */
  inverse(options: KroneckerInverseOptions): LinearOperator & { readonly damping: number };
}

export function kroneckerOperator(kind: KroneckerOperator['kind'], selection: Selection, layers: readonly KroneckerBlock[]): KroneckerOperator {
  const { segments, dimension, dtype } = selection;
  const base = { shape: [dimension, dimension] as const, dtype };
  const each = (f: (block: KroneckerBlock, v: Matrix) => Matrix) => (v: Float64Array): Float64Array => {
    if (v.length !== dimension) throw new RangeError(`v: expected a vector of length ${dimension}, got ${v.length}`);
    const out = new Float64Array(dimension);
    for (const block of layers) scatter(f(block, gather(v, block, segments)), out, block, segments);
    return out;
  };
  const all = (f: (value: number) => number): number => layers.reduce((sum, { values }) => sum + values.data.reduce((s, x) => s + f(x), 0), 0);
  const trace = (): number => all((x) => x);
  return {
    ...base,
    kind,
    segments,
    layers,
    structure: { symmetric: true, positiveSemidefinite: true },
    apply: each((block, v) => (kind === 'kfac' ? matmul(matmul(block.A, v), block.B) : spectral(block, v, (x) => x))),
    trace,
    frobeniusNorm: () => Math.sqrt(all((x) => x * x)),
    logDeterminant: (damping = 0) => all((x) => Math.log(x + damping)),
    inverse({ damping, method = 'exact' }) {
      const value = dampingValue(`${kind}.inverse`, damping, () => trace() / dimension);
      if (method !== 'exact' && (method !== 'factored' || kind !== 'kfac')) throw new TypeError(`${kind}.inverse: method must be exact${kind === 'kfac' ? ' or factored' : ''}, got ${String(method)}`);
      const solve = method === 'exact' ? each((block, v) => spectral(block, v, (x) => 1 / (x + value))) : each((block, v) => factored(block, v, value));
      return { ...base, structure: { symmetric: true, positiveDefinite: true }, damping: value, apply: solve };
    },
  };
}

/** left (f(values) ∘ (leftᵀ V right)) rightᵀ. */
function spectral({ left, right, values }: KroneckerBlock, v: Matrix, f: (value: number) => number): Matrix {
  const inside = matmul(matmul(transpose(left), v), right);
  for (let i = 0; i < inside.data.length; i++) inside.data[i]! *= f(values.data[i]!);
  return matmul(matmul(left, inside), transpose(right));
}

function factored(block: KroneckerBlock, v: Matrix, damping: number): Matrix {
  const { A, B, inputs, outputs } = block;
  const ratio = meanDiagonal(A) / meanDiagonal(B);
  const pi = Number.isFinite(ratio) && ratio > 0 ? Math.sqrt(ratio) : 1;
  const eigenvalues = ({ left, right }: KroneckerBlock): [Float64Array, Float64Array] => [rayleigh(A, left), rayleigh(B, right)];
  const [a, b] = eigenvalues(block);
  const root = Math.sqrt(damping);
  const values = new Float64Array(inputs * outputs);
  for (let i = 0; i < inputs; i++) for (let j = 0; j < outputs; j++) values[i * outputs + j] = (a[i]! + pi * root) * (b[j]! + root / pi);
  return spectral({ ...block, values: { rows: inputs, columns: outputs, data: values } }, v, (x) => 1 / x);
}

function meanDiagonal({ rows, data }: Matrix): number {
  let sum = 0;
  for (let i = 0; i < rows; i++) sum += data[i * rows + i]!;
  return sum / rows;
}

/** qᵀMq of each eigenvector: its eigenvalue. */
function rayleigh(m: Matrix, vectors: Matrix): Float64Array {
  const image = matmul(m, vectors);
  const out = new Float64Array(m.rows);
  for (let i = 0; i < m.rows; i++) for (let j = 0; j < m.rows; j++) out[j]! += vectors.data[i * m.rows + j]! * image.data[i * m.rows + j]!;
  return out.map((x) => Math.max(0, x));
}

/** A layer's part of a vector as a matrix [inputs, outputs]. */
function gather(v: Float64Array, { kernel, bias, inputs, outputs, transposed }: LayerFactors, segments: readonly Segment[]): Matrix {
  const data = new Float64Array(inputs * outputs);
  const { offset, size } = segments[kernel]!;
  const rows = size / outputs;
  if (!transposed) data.set(v.subarray(offset, offset + size));
  else for (let j = 0; j < outputs; j++) for (let i = 0; i < rows; i++) data[i * outputs + j] = v[offset + j * rows + i]!;
  if (bias !== null) data.set(v.subarray(segments[bias]!.offset, segments[bias]!.offset + outputs), size);
  return { rows: inputs, columns: outputs, data };
}

function scatter({ data }: Matrix, out: Float64Array, { kernel, bias, outputs, transposed }: LayerFactors, segments: readonly Segment[]): void {
  const { offset, size } = segments[kernel]!;
  const rows = size / outputs;
  if (!transposed) out.set(data.subarray(0, size), offset);
  else for (let j = 0; j < outputs; j++) for (let i = 0; i < rows; i++) out[offset + j * rows + i] = data[i * outputs + j]!;
  if (bias !== null) out.set(data.subarray(size, size + outputs), segments[bias]!.offset);
}
