/** The random subspace that XTrace and XDiag share: every probe is used to find it, and each is tested on the part that the others found. */
import { type LinearOperator, orthonormalize } from '@curv/linalg';
import type { Random } from '@curv/tensor';
import { dot, drawProbe, type ProbeDistribution } from './probes.js';

/** Images of probes under an operator, and of an orthonormal basis of the images. Grows without forgetting. */
export class ProbedSubspace {
  readonly probes: Float64Array[] = [];
  /** A Ω. */
  readonly images: Float64Array[] = [];
  /** Q, an orthonormal basis of the images in their order. */
  basis: Float64Array[] = [];
  /** A Q. */
  readonly basisImages: Float64Array[] = [];
  products = 0;
  /** Whether the images depend on each other, up to rounding, or fill the space: the basis holds the operator's whole range. */
  exhausted = false;

  constructor(
    private readonly operator: LinearOperator,
    private readonly stream: Random,
    private readonly distribution: ProbeDistribution,
    private readonly onProduct: (done: number) => void,
  ) {}

  private async apply(v: Float64Array): Promise<Float64Array> {
    const out = await this.operator.apply(v);
    this.onProduct(++this.products);
    return out;
  }

  /** Takes probes until there are `count`: two products each. */
  async grow(count: number): Promise<void> {
    while (this.probes.length < count) {
      const probe = drawProbe(this.stream, this.operator.shape[0], this.distribution);
      this.probes.push(probe);
      this.images.push(await this.apply(probe));
    }
    // What is in the basis stays as it is when vectors are added at the end.
    this.basis = orthonormalize(this.images, { tolerance: 1e-12 });
    this.exhausted = this.basis.length < count || this.basis.length === this.operator.shape[0];
    for (let j = this.basisImages.length; j < this.basis.length; j++) this.basisImages.push(await this.apply(this.basis[j]!));
  }

  /** Coefficients Qᵀ v. */
  coefficients(v: Float64Array): Float64Array {
    return Float64Array.from(this.basis, (q) => dot(q, v));
  }

  /** Σ cⱼ vⱼ of vectors in the order of the basis. */
  static combine(vectors: readonly Float64Array[], c: Float64Array): Float64Array {
    const out = new Float64Array(vectors[0]!.length);
    vectors.forEach((v, j) => {
      for (let i = 0; i < out.length; i++) out[i]! += c[j]! * v[i]!;
    });
    return out;
  }

  /**
   * For each probe the unit coefficients sᵢ of the direction in the basis that only its image has: column i of R⁻ᵀ, where A Ω = Q R (Epperly,
   * Tropp & Webber 2024, section 2.3).
   */
  ownDirections(): Float64Array[] {
    const k = this.basis.length;
    const r = this.images.map((y) => this.coefficients(y)); // r[i][j] = (Qᵀ yᵢ)ⱼ, upper triangular in (j, i)
    return Array.from({ length: k }, (_, i) => {
      // Rᵀ s = eᵢ by forward substitution: row m of Rᵀ is r[m][0 … m].
      const s = new Float64Array(k);
      for (let m = i; m < k; m++) {
        let sum = m === i ? 1 : 0;
        for (let j = i; j < m; j++) sum -= r[m]![j]! * s[j]!;
        s[m] = sum / r[m]![m]!;
      }
      const length = Math.sqrt(dot(s, s));
      return s.map((x) => x / length);
    });
  }
}
