/**
 * The plan of entropic transport as P = diag(α) K diag(β) with K_ij = exp(u_i + v_j − η C_ij): exponentials are evaluated when α or β have grown far
 * (absorption, Schmitzer 2019, arXiv:1610.06519), and everything between is products.
 */
import type { Matrix } from '@curv/linalg';
import { plainFunctions } from './plain-kernel.js';
import { paddedColumns, paddedRows, type VectorFunctions, vectorFunctions } from './vector-kernel.js';

/** α and β are absorbed beyond e^±50. */
const ABSORB = Math.exp(50);
/** Exponent of what is to count as absent. */
const ABSENT = -1e300;

/** Masses, cost and scalings of one problem; every mass is positive. All vectors are views of one memory. */
export class ScaledKernel {
  readonly n: number;
  readonly m: number;
  /** Elements between rows of `cost` and `kernel`. */
  readonly stride: number;
  readonly cost: Float64Array;
  readonly kernel: Float64Array;
  /** The logarithmic potentials in K. */
  readonly u: Float64Array;
  readonly v: Float64Array;
  readonly alpha: Float64Array;
  readonly beta: Float64Array;
  readonly a: Float64Array;
  b: Float64Array;
  /** Kβ of the last pass. */
  readonly dots: Float64Array;
  /** Kᵀα of the last pass. */
  readonly columns: Float64Array;
  /** Passes that evaluated exponentials. */
  kernelPasses = 0;
  private readonly eta: Float64Array;
  private readonly functions: VectorFunctions;
  private readonly at: Readonly<Record<'cost' | 'kernel' | 'u' | 'v' | 'alpha' | 'beta' | 'a' | 'dots' | 'columns' | 'eta', number>>;

  constructor(cost: Matrix, a: Float64Array, b: Float64Array, eta: number) {
    const { rows: n, columns: m } = cost;
    [this.n, this.m, this.stride] = [n, m, paddedColumns(m)];
    const [height, width] = [paddedRows(n), this.stride];
    const sizes = { cost: height * width, kernel: height * width, u: height, v: width, alpha: height, beta: width, a: height, dots: height, columns: width, eta: 2 };
    let end = 0;
    const at: Record<string, number> = {};
    for (const [name, size] of Object.entries(sizes)) {
      at[name] = end;
      end += 8 * size;
    }
    this.at = at as typeof this.at;
    this.functions = vectorFunctions(end) ?? plainFunctions(end);
    const view = (name: keyof typeof sizes, length: number = sizes[name]): Float64Array => new Float64Array(this.functions.m.buffer as ArrayBuffer, at[name], length);
    this.cost = view('cost');
    this.kernel = view('kernel');
    for (let i = 0; i < n; i++) this.cost.set(cost.data.subarray(i * m, (i + 1) * m), i * width);
    this.u = view('u').fill(ABSENT).subarray(0, n);
    this.v = view('v').fill(ABSENT).subarray(0, m);
    this.alpha = view('alpha', n);
    this.beta = view('beta', m);
    this.a = view('a', n);
    this.a.set(a);
    this.b = b;
    this.dots = view('dots', n);
    this.columns = view('columns', m);
    this.eta = view('eta');
    this.eta[0] = eta;
  }

  /** Other masses under the same cost; potentials stay. */
  setMasses(a: Float64Array, b: Float64Array): void {
    this.a.set(a);
    this.b = b;
  }

  get inverseTemperature(): number {
    return this.eta[0]!;
  }

  /** K from the given logarithmic potentials at η; α = β = 1. One pass of exponentials. */
  set(u: Float64Array, v: Float64Array, eta: number = this.inverseTemperature): void {
    this.u.set(u);
    this.v.set(v);
    this.eta[0] = eta;
    this.alpha.fill(1);
    this.beta.fill(1);
    const { at } = this;
    this.functions.exponentials(at.cost, at.kernel, at.u, at.u + 8 * this.n, at.v, at.v + 8 * this.stride, at.eta);
    this.kernelPasses++;
  }

  /** α and β go into K. */
  absorb(): void {
    this.set(...this.potentials());
  }

  /** Absorbs where α or β have grown so far that entries of K which count as 0 might matter. */
  absorbIfFar(): void {
    if (far(this.alpha) || far(this.beta)) this.absorb();
  }

  /** u + log α, v + log β. */
  potentials(): [Float64Array, Float64Array] {
    return [this.u.map((value, i) => value + Math.log(this.alpha[i]!)), this.v.map((value, j) => value + Math.log(this.beta[j]!))];
  }

  private pass(name: 'sweep' | 'sums' | 'dots' | 'columns'): void {
    const { at, stride } = this;
    this.columns.fill(0);
    const dEnd = at.dots + 8 * paddedRows(this.n);
    this.functions[name](at.kernel, 8 * stride, at.beta, at.beta + 8 * stride, at.dots, dEnd, at.a, at.alpha, at.columns);
  }

  /**
   * The first half of a sweep of Sinkhorn and the product for the second: α = a / Kβ, columns = Kᵀα, K read once. The plan then has the marginal a, and
   * `columnError` is its whole error.
   */
  scaleRows(): void {
    this.pass('sweep');
  }

  /** The second half: β = b / Kᵀα. */
  scaleColumns(): void {
    for (let j = 0; j < this.m; j++) this.beta[j] = this.b[j]! / this.columns[j]!;
  }

  /** dots = Kβ and columns = Kᵀα, of which P1 = α∘dots and Pᵀ1 = β∘columns. */
  sums(): void {
    this.pass('sums');
  }

  /** dots = Kβ */
  rowSums(): void {
    this.pass('dots');
  }

  /** columns = Kᵀα */
  columnSums(): void {
    this.pass('columns');
  }

  /** ‖P1 − a‖₁ of `dots` and the α that they belong to. */
  rowError(alpha: Float64Array = this.alpha): number {
    let error = 0;
    for (let i = 0; i < this.n; i++) error += Math.abs(alpha[i]! * this.dots[i]! - this.a[i]!);
    return error;
  }

  /** ‖Pᵀ1 − b‖₁ of `columns` and β. */
  columnError(): number {
    let error = 0;
    for (let j = 0; j < this.m; j++) error += Math.abs(this.beta[j]! * this.columns[j]! - this.b[j]!);
    return error;
  }

  /**
   * One sweep in logarithms from any v, at η: right however small the exponentials are. Two passes of exponentials. v is put to where the largest entry of every
   * column is 1 before it is scaled, so that no sum vanishes.
   * @returns ‖Pᵀ1 − b‖₁ between the two halves
   */
  logarithmicSweep(v: Float64Array, eta: number = this.inverseTemperature): number {
    this.eta[0] = eta;
    const u = this.leastRows(v);
    this.set(u, v);
    this.rowSums();
    for (let i = 0; i < this.n; i++) u[i]! += Math.log(this.a[i]! / this.dots[i]!);
    const least = this.leastColumns(u);
    this.set(u, least);
    this.columnSums();
    let error = 0;
    for (let j = 0; j < this.m; j++) error += Math.abs(Math.exp(v[j]! - least[j]!) * this.columns[j]! - this.b[j]!);
    this.scaleColumns();
    return error;
  }

  /** −max_j (v_j − η C_ij) */
  private leastRows(v: Float64Array): Float64Array {
    const eta = this.inverseTemperature;
    return Float64Array.from({ length: this.n }, (_, i) => {
      let most = -Infinity;
      for (let j = 0, at = i * this.stride; j < this.m; j++, at++) {
        const value = v[j]! - eta * this.cost[at]!;
        if (value > most) most = value;
      }
      return -most;
    });
  }

  /** −max_i (u_i − η C_ij) */
  private leastColumns(u: Float64Array): Float64Array {
    const eta = this.inverseTemperature;
    const most = new Float64Array(this.m).fill(-Infinity);
    for (let i = 0; i < this.n; i++)
      for (let j = 0, at = i * this.stride; j < this.m; j++, at++) {
        const value = u[i]! - eta * this.cost[at]!;
        if (value > most[j]!) most[j] = value;
      }
    for (let j = 0; j < this.m; j++) most[j] = -most[j]!;
    return most;
  }
}

function far(scaling: Float64Array): boolean {
  for (let k = 0; k < scaling.length; k++) {
    const value = scaling[k]!;
    // also where it is NaN
    if (!(value < ABSORB && value > 1 / ABSORB)) return true;
  }
  return false;
}
