/** The coefficient matrices of M-FAC's dynamic algorithm. */

/** How F⁻¹x follows from inner products with the window's gradients. */
export interface DynamicCoefficients {
  /** Dᵢⱼ = gᵢᵀ Fᵢ₋₁⁻¹ gⱼ for i ≤ j, m×m by rows. */
  readonly d: Float64Array;
  /** vᵢ = Fᵢ₋₁⁻¹ gᵢ = Σ Bᵢₖ gₖ, m×m by rows, lower triangular. */
  readonly b: Float64Array;
  /** qᵢ = m + Dᵢᵢ. */
  readonly q: Float64Array;
}

/**
 * From the Gram matrix S = GGᵀ (m×m by rows) in O(m³): M = S/λ + mI = LU without pivoting, which a positive definite matrix does not need, and D is the
 * upper triangle of U − mI (Frantar, Kurtic & Alistarh 2021, arXiv:2107.03356, section 3.2).
 */
export function dynamicCoefficients(s: Float64Array, m: number, damping: number): DynamicCoefficients {
  const u = s.map((x, at) => x / damping + (at % (m + 1) === 0 ? m : 0));
  for (let k = 0; k < m; k++) {
    for (let i = k + 1; i < m; i++) {
      const factor = u[i * m + k]! / u[k * m + k]!;
      if (factor === 0) continue;
      for (let j = k; j < m; j++) u[i * m + j]! -= factor * u[k * m + j]!;
    }
  }
  const q = Float64Array.from({ length: m }, (_, i) => u[i * m + i]!);
  const d = new Float64Array(m * m);
  for (let i = 0; i < m; i++) for (let j = i; j < m; j++) d[i * m + j] = u[i * m + j]! - (i === j ? m : 0);
  const b = new Float64Array(m * m);
  for (let i = 0; i < m; i++) {
    b[i * m + i] = 1 / damping;
    // Bᵢ,₁…ᵢ₋₁ = −(D₁…ᵢ₋₁,ᵢ ⊘ q)ᵀ B₁…ᵢ₋₁,₁…ᵢ₋₁
    for (let k = 0; k < i; k++) {
      const c = d[k * m + i]! / q[k]!;
      if (c !== 0) for (let j = 0; j <= k; j++) b[i * m + j]! -= c * b[k * m + j]!;
    }
  }
  return { d, b, q };
}

/** c with F⁻¹x = x/λ − Gᵀc, from p = Gx/λ, in O(m²). */
export function dynamicWeights({ d, b, q }: DynamicCoefficients, p: Float64Array): Float64Array {
  const m = p.length;
  const w = p.slice();
  for (let i = 1; i < m; i++) {
    const c = w[i - 1]! / q[i - 1]!;
    for (let j = i; j < m; j++) w[j]! -= c * d[(i - 1) * m + j]!;
  }
  const out = new Float64Array(m);
  for (let i = 0; i < m; i++) for (let k = 0, c = w[i]! / q[i]!; k <= i; k++) out[k]! += c * b[i * m + k]!;
  return out;
}
