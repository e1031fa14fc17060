/** Sweeps of Sinkhorn over a cost that exists a few rows at a time. */
import type { Matrix } from '@curv/linalg';
import { type CostBlocks, type Metric, pointCloudCost } from '../costs.js';
import { plainFunctions } from './plain-kernel.js';
import { paddedColumns, paddedRows, type VectorFunctions, vectorFunctions } from './vector-kernel.js';

/** Bytes of a block of costs: with its exponentials it stays in the second cache. */
const BLOCK_BYTES = 1 << 18;

/** Exponents beyond which a column might vanish. */
const VANISHING = 50;

/** What is done with a block of costs of rows `from` to `to` − 1; row i starts at (i − from) · stride. */
export type BlockVisitor = (from: number, to: number, block: Float64Array, stride: number) => void;

/** P_ij = exp(u_i + v_j − η C_ij) of two point clouds. Memory: points, a block and a few vectors. */
export class BlockKernel {
  readonly n: number;
  readonly m: number;
  readonly u: Float64Array;
  readonly v: Float64Array;
  /** Kᵀα of the last sweep, α = a / K1. */
  readonly columns: Float64Array;
  kernelPasses = 0;
  private readonly height: number;
  private readonly width: number;
  private readonly cost: Float64Array;
  private readonly kernel: Float64Array;
  private readonly heights: Readonly<Record<'u' | 'a' | 'alpha' | 'dots', Float64Array>>;
  private readonly at: Readonly<Record<string, number>>;
  private readonly functions: VectorFunctions;
  private readonly fillCost: (from: number, to: number) => void;

  constructor(xs: Matrix, ys: Matrix, metric: Metric, private readonly a: Float64Array, private readonly b: Float64Array, private readonly eta: number) {
    [this.n, this.m] = [xs.rows, ys.rows];
    const [width, d] = [paddedColumns(ys.rows), xs.columns];
    const height = paddedRows(Math.max(1, Math.floor(BLOCK_BYTES / (8 * width))));
    [this.height, this.width] = [height, width];
    const sizes = { cost: height * width, kernel: height * width, v: width, one: width, columns: width, u: height, a: height, alpha: height, dots: height, eta: 2, x: paddedRows(height * d), y: width * d };
    const at: Record<string, number> = {};
    let end = 0;
    for (const [name, size] of Object.entries(sizes)) {
      at[name] = end;
      end += 8 * size;
    }
    this.at = at;
    this.functions = vectorFunctions(end) ?? plainFunctions(end);
    const view = (name: keyof typeof sizes, length: number = sizes[name]): Float64Array => new Float64Array(this.functions.m.buffer as ArrayBuffer, at[name], length);
    this.cost = view('cost');
    this.kernel = view('kernel');
    this.v = view('v').fill(-1e300).subarray(0, this.m).fill(0);
    view('one').fill(1);
    this.columns = view('columns', this.m);
    this.heights = { u: view('u'), a: view('a'), alpha: view('alpha'), dots: view('dots') };
    view('eta')[0] = eta;
    this.u = new Float64Array(this.n);
    this.fillCost = metric === 'sqeuclidean' ? this.squaredDistances(xs, ys, view('x'), view('y')) : this.costRows(pointCloudCost(xs, ys, metric));
  }

  private squaredDistances(xs: Matrix, ys: Matrix, x: Float64Array, y: Float64Array): (from: number, to: number) => void {
    const { at, width, m } = this;
    const d = xs.columns;
    for (let k = 0; k < d; k++) for (let j = 0; j < m; j++) y[k * width + j] = ys.data[j * d + k]!;
    return (from, to) => {
      x.set(xs.data.subarray(from * d, to * d));
      this.functions.squaredDistances(at['cost']!, 8 * width, at['x']!, at['x']! + 8 * (to - from) * d, at['y']!, at['y']! + 8 * width * d);
    };
  }

  private costRows(blocks: CostBlocks): (from: number, to: number) => void {
    const row = new Float64Array(this.m);
    return (from, to) => {
      for (let i = from; i < to; i++) {
        blocks.fill(i, i + 1, row);
        this.cost.set(row, (i - from) * this.width);
      }
    };
  }

  /** Runs over all costs by blocks. */
  *costBlocks(visit: BlockVisitor): Generator<void> {
    for (let from = 0; from < this.n; from += this.height) {
      const to = Math.min(this.n, from + this.height);
      this.fillCost(from, to);
      visit(from, to, this.cost, this.width);
      yield;
    }
  }

  /** Runs over all exponentials by blocks. */
  *kernelBlocks(visit: BlockVisitor): Generator<void> {
    this.kernelPasses++;
    yield* this.costBlocks((from, to) => {
      this.exponentials(from, to);
      visit(from, to, this.kernel, this.width);
    });
  }

  private exponentials(from: number, to: number): void {
    const { at, heights: { u }, width } = this;
    u.fill(-1e300).set(this.u.subarray(from, to));
    this.functions.exponentials(at['cost']!, at['kernel']!, at['u']!, at['u']! + 8 * paddedRows(to - from), at['v']!, at['v']! + 8 * width, at['eta']!);
  }

  /**
   * A sweep with one evaluation of each exponential: u ← u + log(a / K1), then v ← v + log(b / Kᵀα).
   * @param tolerance v is left alone where the plan between the halves is within it
   * @returns ‖Pᵀ1 − b‖₁ between the halves
   */
  *sweep(tolerance: number): Generator<void, number> {
    const { at, heights: { a, alpha }, width, functions } = this;
    this.columns.fill(0);
    yield* this.kernelBlocks((from, to) => {
      a.fill(0).set(this.a.subarray(from, to));
      functions.sweep(at['kernel']!, 8 * width, at['one']!, at['one']! + 8 * width, at['dots']!, at['dots']! + 8 * paddedRows(to - from), at['a']!, at['alpha']!, at['columns']!);
      for (let i = from; i < to; i++) this.u[i]! += Math.log(alpha[i - from]!);
    });
    let error = 0;
    for (let j = 0; j < this.m; j++) error += Math.abs(this.columns[j]! - this.b[j]!);
    if (error > tolerance) for (let j = 0; j < this.m; j++) this.v[j]! += Math.log(this.b[j]! / this.columns[j]!);
    return error;
  }

  /** u at which the largest exponential of every row is 1; v so that of no column all vanish: no sum does from there on. Two passes over the costs. */
  *stabilise(): Generator<void> {
    const { eta, u, v, m } = this;
    yield* this.costBlocks((from, to, block, stride) => {
      for (let i = from; i < to; i++) {
        let most = -Infinity;
        for (let j = 0, k = (i - from) * stride; j < m; j++, k++) most = Math.max(most, v[j]! - eta * block[k]!);
        u[i] = -most;
      }
    });
    const most = new Float64Array(m).fill(-Infinity);
    yield* this.costBlocks((from, to, block, stride) => {
      for (let i = from; i < to; i++) for (let j = 0, k = (i - from) * stride; j < m; j++, k++) most[j] = Math.max(most[j]!, u[i]! - eta * block[k]!);
    });
    for (let j = 0; j < m; j++) if (Math.abs(most[j]! + v[j]!) > VANISHING) v[j] = -most[j]!;
  }
}
