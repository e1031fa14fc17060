import { matrix } from '../dense/matrix.js';
import { symmetricEigen } from '../dense/symmetric-eigen.js';
import type { RandomStream } from '../random.js';
import { EPSILON, scale } from '../vector.js';
import { KrylovBasis } from './krylov-basis.js';
import type { Products } from './products.js';

/** Eigenpairs of the projected matrix, ascending; column i of `coefficients` (size×size by rows) belongs to value i. */
export interface RitzPairs {
  readonly values: Float64Array;
  readonly coefficients: Float64Array;
  /** ‖A v − θ v‖ of each, from the last residual and the measured defect. */
  readonly residuals: Float64Array;
}

/**
 * An orthonormal basis V with A V = V H + β v eᵀ, that grows by Lanczos steps and shrinks to chosen Ritz vectors (K. Wu & H. Simon,
 * "Thick-restart Lanczos method for large symmetric eigenvalue problems", SIAM J. Matrix Anal. Appl. 22, 2000).
 */
export class KrylovSpace {
  /** Vectors in use. */
  size = 0;
  /** Largest |θ| seen: the scale of all tolerances. */
  scale = 0;
  /**
   * Norm of the part of VᵀAV that a symmetric operator would not have, the largest over all cycles: products that are not symmetric,
   * or not exact, show here, and it is added to all residuals.
   */
  defect = 0;
  private readonly basis: KrylovBasis;
  private readonly projected: Float64Array;
  private beta = 0;
  /** The first so many vectors have lost their residual: their couplings are measured instead of known. */
  private open = 0;

  constructor(
    private readonly n: number,
    private readonly capacity: number,
    private readonly products: Products,
    private readonly stream: RandomStream,
    start: Float64Array,
  ) {
    this.basis = new KrylovBasis(n, Math.min(n, capacity + 1), products.dtype);
    this.projected = new Float64Array(capacity * capacity);
    this.basis.store(0, start);
  }

  /** The space has every dimension: nothing is left outside. */
  get complete(): boolean {
    return this.size === this.n;
  }

  /** Vector j of the basis. */
  vector(j: number): Float64Array {
    return this.basis.vector(j);
  }

  /** The first `count` vectors. Where they are most of the basis they stay in its memory if they can: copies would take as much again. */
  leading(count: number): Float64Array[] {
    const { basis } = this;
    const shared = 2 * count >= basis.capacity;
    return Array.from({ length: count }, (_, j) => (shared ? basis.share(j) : this.vector(j)));
  }

  /** Lanczos steps until the basis has `target` vectors or `more` says no; `report` hears each new residual. */
  async expand(target: number, more: () => boolean, report: (residual: number) => void): Promise<void> {
    const { capacity, basis, projected: H } = this;
    const limit = Math.min(target, capacity);
    let defect = 0;
    while (this.size < limit && more()) {
      const j = this.size;
      const w = await this.products.apply(this.vector(j));
      const h = new Float64Array(j + 1);
      const left = basis.orthogonalize(j + 1, w, h, H.subarray(j * capacity, (j + 1) * capacity));
      for (let i = 0; i < j; i++) {
        if (i < this.open) H[i * capacity + j] = H[j * capacity + i] = h[i]!;
        else defect += (h[i]! - H[i * capacity + j]!) ** 2;
      }
      H[j * capacity + j] = h[j]!;
      this.scale = Math.max(this.scale, Math.abs(h[j]!));
      this.size = j + 1;
      this.append(w, left);
      report(this.beta);
    }
    this.defect = Math.max(this.defect, Math.sqrt(defect));
  }

  /**
   * The next basis vector: the residual, or where that is only rounding (an invariant subspace) a random direction that A does not
   * couple.
   */
  private append(w: Float64Array, left: number): void {
    const { n, size, capacity } = this;
    const broken = left <= Math.max(10, Math.sqrt(n)) * EPSILON * this.scale;
    this.beta = broken || size === n ? 0 : left;
    if (size === n) return;
    this.basis.store(size, broken ? this.basis.randomDirection(size, this.stream) : scale(1 / left, w));
    if (size < capacity) this.couple(size - 1, size, this.beta);
  }

  private couple(i: number, j: number, value: number): void {
    this.projected[i * this.capacity + j] = this.projected[j * this.capacity + i] = value;
  }

  /** Rayleigh-Ritz. */
  ritz(): RitzPairs {
    const { size, capacity } = this;
    const small = matrix(size, size);
    for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) small.data[i * size + j] = this.projected[i * capacity + j]!;
    const { values, vectors } = symmetricEigen(small);
    for (const value of values) this.scale = Math.max(this.scale, Math.abs(value));
    const residuals = values.map((_, i) => Math.hypot(this.beta * vectors.data[(size - 1) * size + i]!, this.defect));
    return { values, coefficients: vectors.data, residuals };
  }

  /** Shrinks to the given Ritz vectors, to go on from the residual. */
  restart({ values, coefficients }: RitzPairs, keep: readonly number[]): void {
    const { n, size, capacity } = this;
    const next = size < n ? this.vector(size) : null;
    const couplings = keep.map((i) => this.beta * coefficients[(size - 1) * size + i]!);
    this.basis.recombine(size, coefficients, keep);
    this.projected.fill(0);
    keep.forEach((i, t) => (this.projected[t * capacity + t] = values[i]!));
    this.size = keep.length;
    if (this.open > 0) this.open = keep.length;
    if (!next || keep.length === n) return;
    this.basis.store(keep.length, next);
    couplings.forEach((value, t) => this.couple(t, keep.length, value));
  }

  /** Shrinks to the given Ritz vectors, to go on from a random direction instead of the residual. */
  restartAtRandom(pairs: RitzPairs, keep: readonly number[]): void {
    this.restart(pairs, keep);
    this.open = keep.length;
    keep.forEach((_, t) => this.couple(t, keep.length, 0));
    this.basis.store(keep.length, this.basis.randomDirection(keep.length, this.stream));
  }
}
