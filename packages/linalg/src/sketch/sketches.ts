import type { LinearOperator, Matrix } from '../api.js';
import { requireCount, requireMatrix, requireVector } from '../checks.js';
import { randomStream, type RandomStream } from '../random.js';
import { denseOperator } from '../operators/dense.js';
import { hadamardInPlace } from '../transforms/walsh-hadamard.js';

/** A random s×n matrix S with E SᵀS = I, so that E ‖S x‖² = ‖x‖². */
export interface Sketch extends LinearOperator {
  apply(v: Float64Array): Float64Array;
  applyTranspose(u: Float64Array): Float64Array;
}

/** Options of sketches. */
export interface SketchOptions {
  /** Default 0. */
  readonly seed?: number;
}

function start(where: string, s: number, n: number, { seed = 0 }: SketchOptions): RandomStream {
  requireCount(where, 's', s);
  requireCount(where, 'n', n);
  return randomStream(seed);
}

/**
 * Independent normal entries of variance 1/s. Cost of a product 2 s n, memory s n.
 * @throws RangeError on wrong sizes
 */
export function gaussianSketch(s: number, n: number, options: SketchOptions = {}): Sketch {
  const stream = start('gaussianSketch', s, n, options);
  const unit = 1 / Math.sqrt(s);
  return denseOperator({ rows: s, columns: n, data: stream.vector(s * n).map((x) => x * unit) }) as Sketch;
}

/**
 * One ±1 in each column, in a random row (M. Charikar, K. Chen & M. Farach-Colton 2002; K. L. Clarkson & D. P. Woodruff 2013). Cost of a product n.
 * Needs s of the order of d² to keep a d-dimensional subspace.
 * @throws RangeError on wrong sizes
 */
export function countSketch(s: number, n: number, options: SketchOptions = {}): Sketch {
  const stream = start('countSketch', s, n, options);
  const rows = Int32Array.from({ length: n }, () => Math.floor(stream.uniform() * s));
  const signs = stream.vector(n, 'rademacher');
  return scatter('countSketch', s, n, 1, rows, signs);
}

/**
 * `nonzeros` entries ±1/√nonzeros in each column, in different random rows (J. Nelson & H. L. Nguyen 2013; J. A. Tropp et al. 2017). Cost of a
 * product n · nonzeros. As good as Gaussian ones in practice from 8 on.
 * @throws RangeError on wrong sizes, or where nonzeros exceed s
 */
export function sparseSignSketch(s: number, n: number, options: SketchOptions & { /** Default min(8, s). */ readonly nonzeros?: number } = {}): Sketch {
  const where = 'sparseSignSketch';
  const stream = start(where, s, n, options);
  const { nonzeros = Math.min(8, s) } = options;
  requireCount(where, 'nonzeros', nonzeros);
  if (nonzeros > s) throw new RangeError(`${where}: nonzeros must be at most s = ${s}, got ${nonzeros}`);
  const rows = new Int32Array(n * nonzeros);
  const signs = stream.vector(n * nonzeros, 'rademacher');
  const unit = 1 / Math.sqrt(nonzeros);
  for (let k = 0; k < signs.length; k++) signs[k]! *= unit;
  for (let j = 0; j < n; j++) {
    const chosen = rows.subarray(j * nonzeros, (j + 1) * nonzeros);
    // a random subset (R. W. Floyd 1987)
    for (let k = 0; k < nonzeros; k++) {
      const last = s - nonzeros + k;
      const draw = Math.floor(stream.uniform() * (last + 1));
      chosen[k] = chosen.subarray(0, k).includes(draw) ? last : draw;
    }
  }
  return scatter(where, s, n, nonzeros, rows, signs);
}

function scatter(where: string, s: number, n: number, each: number, rows: Int32Array, values: Float64Array): Sketch {
  return {
    shape: [s, n],
    dtype: 'float64',
    apply: (v) => {
      requireVector(`${where}.apply`, 'v', v, n);
      const out = new Float64Array(s);
      for (let j = 0, t = 0; j < n; j++) for (const end = t + each; t < end; t++) out[rows[t]!]! += values[t]! * v[j]!;
      return out;
    },
    applyTranspose: (u) => {
      requireVector(`${where}.applyTranspose`, 'u', u, s);
      const out = new Float64Array(n);
      for (let j = 0, t = 0; j < n; j++) for (const end = t + each; t < end; t++) out[j]! += values[t]! * u[rows[t]!]!;
      return out;
    },
  };
}

/**
 * The subsampled randomized Hadamard transform √(m/s) R H D: random signs, the orthogonal Walsh-Hadamard transform of the next power of two m, and
 * s of its rows drawn without replacement (N. Ailon & B. Chazelle 2009; J. A. Tropp 2011, arXiv:1011.1595). Cost of a product m log₂ m.
 * @throws RangeError on wrong sizes, or where s exceeds m
 */
export function hadamardSketch(s: number, n: number, options: SketchOptions = {}): Sketch {
  const where = 'hadamardSketch';
  const stream = start(where, s, n, options);
  const m = 2 ** Math.ceil(Math.log2(n));
  if (s > m) throw new RangeError(`${where}: s must be at most ${m}, the next power of two of n, got ${s}`);
  const signs = stream.vector(n, 'rademacher');
  const rows = Int32Array.from({ length: m }, (_, i) => i);
  for (let i = 0; i < s; i++) {
    const j = i + Math.floor(stream.uniform() * (m - i));
    [rows[i], rows[j]] = [rows[j]!, rows[i]!];
  }
  // √(m/s) and the 1/√m of the orthogonal transform
  const unit = 1 / Math.sqrt(s);
  return {
    shape: [s, n],
    dtype: 'float64',
    apply: (v) => {
      requireVector(`${where}.apply`, 'v', v, n);
      const work = new Float64Array(m);
      for (let j = 0; j < n; j++) work[j] = signs[j]! * v[j]!;
      hadamardInPlace(work, m);
      return Float64Array.from({ length: s }, (_, i) => unit * work[rows[i]!]!);
    },
    applyTranspose: (u) => {
      requireVector(`${where}.applyTranspose`, 'u', u, s);
      const work = new Float64Array(m);
      for (let i = 0; i < s; i++) work[rows[i]!] = unit * u[i]!;
      hadamardInPlace(work, m);
      return Float64Array.from({ length: n }, (_, j) => signs[j]! * work[j]!);
    },
  };
}

/**
 * S A of a dense matrix, column by column; for a dense A with many columns the Gaussian sketch is a matrix product.
 * @throws TypeError, RangeError where A has not as many rows as S columns
 */
export function sketchMatrix(sketch: Sketch, a: Matrix): Matrix {
  requireMatrix('sketchMatrix', 'a', a);
  const [s, n] = sketch.shape;
  if (a.rows !== n) throw new RangeError(`sketchMatrix: a must have ${n} rows, got ${a.rows}`);
  const data = new Float64Array(s * a.columns);
  const column = new Float64Array(n);
  for (let j = 0; j < a.columns; j++) {
    for (let i = 0; i < n; i++) column[i] = a.data[i * a.columns + j]!;
    const image = sketch.apply(column);
    for (let i = 0; i < s; i++) data[i * a.columns + j] = image[i]!;
  }
  return { rows: s, columns: a.columns, data };
}
