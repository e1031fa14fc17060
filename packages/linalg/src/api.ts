/** The types of `@curv/linalg`. */

/** What is declared of an operator; nothing is guessed from its entries. A property that is left out is not claimed. */
export interface OperatorStructure {
  readonly symmetric?: boolean;
  /** Implies symmetric. */
  readonly positiveSemidefinite?: boolean;
  /** Implies positive semidefinite. */
  readonly positiveDefinite?: boolean;
  readonly diagonal?: boolean;
}

/** A value now or later. */
export type Awaitable<T> = T | Promise<T>;

/**
 * A matrix known by its products.
 *
 * Vectors are float64 on the host, whatever the operator computes in. `apply` neither keeps nor changes its argument, and what it returns
 * belongs to the caller.
 */
export interface LinearOperator {
  /** [rows, columns] */
  readonly shape: readonly [number, number];
  /** What the products are computed in: says how exact they can be. */
  readonly dtype: 'float32' | 'float64';
  readonly structure?: OperatorStructure;
  /**
   * A v; v has `columns` elements, the result `rows`. An operator may write into `out`, an array of `rows` elements of any content that is not v, and return it, or
   * leave it alone.
   */
  apply(v: Float64Array, out?: Float64Array): Awaitable<Float64Array>;
  /** Aᵀ u. Not needed where `structure.symmetric`. */
  applyTranspose?(u: Float64Array): Awaitable<Float64Array>;
  /** A V for `count` vectors stored one after the other: vector j is `block.subarray(j * n, (j + 1) * n)`, and so in the result. */
  applyBlock?(block: Float64Array, count: number): Awaitable<Float64Array>;
}

/** A dense float64 matrix by rows: element (i, j) is `data[i * columns + j]`. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float64Array;
}

/** What an iteration reports after each product with the operator. */
export interface KrylovProgress {
  /** Products so far. */
  readonly iteration: number;
  /** Most products allowed. */
  readonly maxIterations: number;
  /** The residual norm that is being driven down, as far as it is known. */
  readonly residual: number;
}

/** Progress of an eigenvalue iteration. */
export interface EigenProgress extends KrylovProgress {
  /** Wanted pairs within the tolerance. */
  readonly converged: number;
}
