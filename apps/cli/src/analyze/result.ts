/** What an analysis found: the content of `report.json`. */
import type { CurvatureOperator } from '@curv/hessian-core';
import type { Epoch } from './train.js';

/** A number with its uncertainty. */
export interface Uncertain {
  readonly estimate: number;
  readonly standardError: number;
  /** Two-sided, at level `confidence`. */
  readonly interval: readonly [number, number];
  readonly confidence: number;
}

/** Curvature of one matrix. */
export interface MatrixCurvature {
  readonly title: string;
  readonly kind: CurvatureOperator['kind'];
  readonly dimension: number;
  /** Largest eigenvalues, the largest first. */
  readonly eigenvalues: readonly number[];
  /** ‖A v − λ v‖ of each eigenpair. */
  readonly residuals: readonly number[];
  readonly converged: boolean;
  /** Null where the density was not asked for, as `density`. */
  readonly trace: Uncertain | null;
  readonly density: { readonly grid: readonly number[]; readonly values: readonly number[]; readonly standardError: readonly number[]; readonly bandwidth: number } | null;
  /** Products with the matrix that this took. */
  readonly products: number;
}

/** Curvature of one layer's diagonal block of the Hessian. */
export interface LayerCurvature {
  readonly name: string;
  readonly parameters: number;
  readonly trace: Uncertain;
  readonly largestEigenvalue: number;
  readonly residual: number;
  readonly converged: boolean;
}

/** Milliseconds of one pass over the examples that curvature is taken on. */
export interface Cost {
  readonly gradient: number;
  readonly hessianProduct: number;
  /** With kept linearizations, as repeated products run. */
  readonly repeatedProduct: number;
}

export interface AnalysisResult {
  readonly schema: 2;
  readonly tool: string;
  /** `classes` is null where targets are values. */
  readonly data: { readonly name: string; readonly train: number; readonly test: number; readonly shape: readonly number[]; readonly classes: number | null };
  /** `file` is the saved model's, null for one that was trained here. */
  readonly model: { readonly title: string; readonly file: string | null; readonly parameters: number; readonly layers: readonly { readonly name: string; readonly parameters: number }[] };
  readonly settings: { readonly engine: string; readonly dtype: string; readonly seed: number; readonly samples: number; readonly layers: string | null; readonly loss: string };
  readonly training: { readonly curve: readonly Epoch[]; readonly trainAccuracy: number; readonly testAccuracy: number; readonly targetAccuracy: number | null } | null;
  /** Of a saved model that tells classes apart, on the examples that curvature is taken on. */
  readonly accuracy: number | null;
  readonly risk: number;
  readonly gradientNorm: number;
  /** Self-check of the Hessian operator: relative errors. */
  readonly check: { readonly asymmetry: number; readonly nonlinearity: number; readonly difference: number | null; readonly passed: boolean; readonly problems: readonly string[] } | null;
  /** In the order of the sections. */
  readonly matrices: readonly MatrixCurvature[];
  readonly layers: readonly LayerCurvature[];
  /** Null where the section was not chosen. */
  readonly cost: Cost | null;
}
