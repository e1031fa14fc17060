/** ∫ f(x) w(x) dx ≈ Σ weightᵢ f(nodeᵢ). */
export interface QuadratureRule {
  /** Ascending. */
  readonly nodes: Float64Array;
  readonly weights: Float64Array;
}

export interface IntegralOptions {
  /** Error relative to the integral that is aimed at; 1e-12 by default. */
  readonly tolerance?: number;
  /** Absolute error that is good enough; 0 by default. */
  readonly absoluteTolerance?: number;
  readonly signal?: AbortSignal;
}

export interface Integral {
  readonly value: number;
  /** Estimate of the absolute error. */
  readonly error: number;
  readonly evaluations: number;
  readonly converged: boolean;
}
