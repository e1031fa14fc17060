/** The inverse of a damped empirical Fisher matrix of the latest gradients: M-FAC, dynamic. */
import { matmul } from '@curv/linalg';
import { type DynamicCoefficients, dynamicCoefficients, dynamicWeights } from './dynamic-coefficients.js';
import type { FisherInverse } from './fisher-inverse.js';
import { forStrips, type GradientRows, requireGradient, requireMemory, subtractCombination, timesRows } from './gradient-rows.js';
import { type DampedKernel, dampedKernel } from './kernel-solve.js';

/** Options of `slidingFisherInverse`. */
export interface SlidingFisherOptions {
  /** d: length of the gradients. */
  readonly dimension: number;
  /** m: how many gradients are kept. 1/m stays as it is while there are fewer: those that are missing count as 0. */
  readonly window: number;
  /** λ. */
  readonly damping: number;
  /** How gradients are stored; sums are always in float64. Default `float32`. */
  readonly dtype?: 'float32' | 'float64';
  /** `cholesky` of the m×m matrix, or the paper's coefficient matrices (`dynamic`); the same result. Default `cholesky`. */
  readonly method?: 'cholesky' | 'dynamic';
  /** Bytes that the window may take. Default 4 GiB. */
  readonly memoryLimit?: number;
}

/** A window of gradients and the inverse that it defines. `diagonal` costs O(m²d). */
export interface SlidingFisherInverse extends FisherInverse {
  /** Gradients in the window. */
  readonly count: number;
  /** Takes a gradient in place of the oldest. O(md). @throws RangeError on another length, NaN or infinity; the window then stays as it was */
  push(gradient: ArrayLike<number>): void;
  /** `push`, then F⁻¹ times the same gradient: what an optimizer's step needs, for half the price of a product more. */
  pushApply(gradient: ArrayLike<number>): Float64Array;
  /** Empties the window. */
  reset(): void;
}

/**
 * (λI + (1/m) Σ gᵢgᵢᵀ)⁻¹ of the latest m gradients (Frantar, Kurtic & Alistarh 2021, arXiv:2107.03356, section 3.2). Memory: m·d numbers and m². A replacement
 * costs O(md), the first product after it O(m³/3 + md), further ones O(md).
 * @throws RangeError, TypeError on wrong options; RangeError with the byte count above the memory limit
 */
export function slidingFisherInverse(options: SlidingFisherOptions): SlidingFisherInverse {
  const window = new Window(options);
  const { dimension: d, damping } = options;
  return {
    shape: [d, d],
    dtype: 'float64',
    structure: { symmetric: true, positiveDefinite: true },
    damping,
    get count() {
      return window.count;
    },
    get strength() {
      return window.strength();
    },
    push: (gradient) => void window.place(gradient),
    pushApply(gradient) {
      const { row, products } = window.place(gradient);
      return window.finish(row, products);
    },
    reset: () => window.reset(),
    apply(x) {
      if (x.length !== d) throw new RangeError(`${WHERE}: expected a vector of length ${d}, got ${x.length}`);
      return window.finish(x, timesRows(window.gradients, x));
    },
    diagonal: () => window.diagonal(),
    entry: (i, j) => window.entry(i, j),
  };
}

const WHERE = 'slidingFisherInverse';

/** @throws RangeError, TypeError on wrong options */
function check({ dimension, window, damping, dtype = 'float32', method = 'cholesky', memoryLimit = 2 ** 32 }: SlidingFisherOptions): void {
  for (const [name, value] of Object.entries({ dimension, window })) if (!Number.isInteger(value) || value < 1) throw new RangeError(`${WHERE}: ${name} must be a positive integer, got ${value}`);
  if (!(damping > 0 && damping < Infinity)) throw new RangeError(`${WHERE}: damping must be a positive finite number, got ${String(damping)}`);
  if (dtype !== 'float32' && dtype !== 'float64') throw new TypeError(`${WHERE}: dtype must be float32 or float64, got ${String(dtype)}`);
  if (method !== 'cholesky' && method !== 'dynamic') throw new TypeError(`${WHERE}: method must be cholesky or dynamic, got ${String(method)}`);
  requireMemory(WHERE, window, dimension, dtype === 'float32' ? 4 : 8, memoryLimit);
}

/** A ring of gradients with their Gram matrix. */
class Window {
  readonly gradients: GradientRows;
  count = 0;
  private next = 0;
  private readonly gram: Float64Array;
  private kernel: DampedKernel | null = null;
  private coefficients: DynamicCoefficients | null = null;

  constructor(private readonly options: SlidingFisherOptions) {
    check(options);
    const { dimension: d, window: m, dtype = 'float32' } = options;
    this.gradients = { data: dtype === 'float32' ? new Float32Array(m * d) : new Float64Array(m * d), rows: m, columns: d };
    this.gram = new Float64Array(m * m);
  }

  private damped(): DampedKernel {
    const { rows: m } = this.gradients;
    return (this.kernel ??= dampedKernel({ rows: m, columns: m, data: this.gram }, m * this.options.damping));
  }

  /** Stores a gradient, and gives it as stored with its inner products with all. */
  place(gradient: ArrayLike<number>): { row: Float32Array | Float64Array; products: Float64Array } {
    const { data, rows: m, columns: d } = this.gradients;
    requireGradient(WHERE, 'gradient', gradient, d);
    const row = data.subarray(this.next * d, (this.next + 1) * d);
    row.set(gradient);
    const products = timesRows(this.gradients, row);
    for (let i = 0; i < m; i++) this.gram[this.next * m + i] = this.gram[i * m + this.next] = products[i]!;
    this.next = (this.next + 1) % m;
    this.count = Math.min(m, this.count + 1);
    this.kernel = this.coefficients = null;
    return { row, products };
  }

  /** F⁻¹x from x and Gx. */
  finish(x: ArrayLike<number>, gx: Float64Array): Float64Array {
    const { damping, method } = this.options;
    const out = Float64Array.from(x);
    // x − λGᵀc before the division: differences of numbers of the size of x, not of x/λ.
    if (method === 'dynamic') {
      this.coefficients ??= dynamicCoefficients(this.gram, gx.length, damping);
      subtractCombination(this.gradients, dynamicWeights(this.coefficients, gx.map((p) => p / damping)).map((c) => c * damping), out);
    } else subtractCombination(this.gradients, this.damped().solve(gx), out);
    for (let i = 0; i < out.length; i++) out[i]! /= damping;
    return out;
  }

  strength(): number {
    const { rows: m, columns: d } = this.gradients;
    return this.gram.reduce((sum, x, at) => sum + (at % (m + 1) === 0 ? x : 0), 0) / (m * d * this.options.damping);
  }

  diagonal(): Float64Array {
    const { rows: m, columns: d } = this.gradients;
    const { damping } = this.options;
    const inverse = this.damped().inverse();
    const out = new Float64Array(d);
    forStrips(this.gradients, 0, d, (part, at) => {
      const solved = matmul(inverse, part).data;
      for (let j = 0; j < part.columns; j++) {
        let inner = 0;
        let squares = 0;
        for (let i = j; i < solved.length; i += part.columns) {
          inner += part.data[i]! * solved[i]!;
          squares += part.data[i]! ** 2;
        }
        out[at + j] = Math.max((1 - inner) / damping, 1 / (damping + squares / m));
      }
    });
    return out;
  }

  entry(i: number, j: number): number {
    const { data, rows: m, columns: d } = this.gradients;
    for (const index of [i, j]) if (!Number.isInteger(index) || index < 0 || index >= d) throw new RangeError(`${WHERE}: entry (${i}, ${j}) is outside of ${d}×${d}`);
    const column = (at: number): Float64Array => Float64Array.from({ length: m }, (_, k) => data[k * d + at]!);
    const right = this.damped().solve(column(j));
    return (Number(i === j) - column(i).reduce((sum, x, k) => sum + x * right[k]!, 0)) / this.options.damping;
  }

  reset(): void {
    this.gradients.data.fill(0);
    this.gram.fill(0);
    this.next = this.count = 0;
    this.kernel = this.coefficients = null;
  }
}
