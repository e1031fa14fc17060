/** Functions of a symmetric operator, from Lanczos iteration. */
import { lanczos, type LinearOperator, tridiagonalEigen } from '@curv/linalg';
import { dot, drawProbe, type ProbeOptions, probeStream, requireCount, requireSquare } from './probes.js';
import { checkConfidence, type Estimate, meanEstimate } from './statistics.js';

/** Options of functions of an operator. */
export interface FunctionOptions {
  /** Most products with the operator. Default 100, at most the dimension. */
  readonly maxProducts?: number;
  /** Done when the last quarter of the steps has changed the result by at most this part. Default 1e-8. */
  readonly tolerance?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

/** A number with the change that the last quarter of the steps made. */
export interface QuadraticForm {
  readonly value: number;
  /** |value − value of three quarters of the steps|. */
  readonly change: number;
  readonly converged: boolean;
  readonly products: number;
}

const FIRST_STEPS = 10;

/** Gauss quadrature of the spectral measure of v: nodes and weights, which sum to 1, of the first `m` steps. */
function quadrature(alpha: Float64Array, beta: Float64Array, m: number): { nodes: Float64Array; weights: Float64Array } {
  const { values, firstComponents } = tridiagonalEigen(alpha.slice(0, m), beta.slice(0, m - 1), { vectors: 'first' });
  return { nodes: values, weights: firstComponents!.map((c) => c * c) };
}

/** @throws RangeError naming the eigenvalue where f is not finite */
function weighted(f: (eigenvalue: number) => number, { nodes, weights }: { nodes: Float64Array; weights: Float64Array }): number {
  let sum = 0;
  nodes.forEach((node, j) => {
    if (weights[j] === 0) return;
    const value = f(node);
    if (!Number.isFinite(value)) throw new RangeError(`f must be finite on the spectrum, but f(${node}) = ${value} at an eigenvalue estimate; shift the operator or limit f`);
    sum += weights[j]! * value;
  });
  return sum;
}

/**
 * vᵀ f(A) v of a symmetric operator by Gauss quadrature from Lanczos steps (Golub & Meurant 1993): exact for polynomials of degree 2 · steps − 1. Steps
 * double until the result stands still; each run starts anew, so products are at most twice what the last one took.
 * @throws RangeError where f is not finite at an eigenvalue estimate
 */
export async function quadraticForm(operator: LinearOperator, f: (eigenvalue: number) => number, v: Float64Array, options: FunctionOptions = {}): Promise<QuadraticForm> {
  const n = requireSquare(operator);
  const { tolerance = 1e-8, signal, onProgress } = options;
  const most = Math.min(n, options.maxProducts ?? 100);
  requireCount('maxProducts', most);
  const square = dot(v, v);
  if (square === 0) return { value: 0, change: 0, converged: true, products: 0 };
  let products = 0;
  for (let steps = Math.min(FIRST_STEPS, most); ; ) {
    const run = await lanczos(operator, { steps, start: v, ...(signal && { signal }), onProgress: (p) => onProgress?.({ done: products + p.iteration, total: 2 * most }) });
    products += run.iterations;
    const m = run.iterations;
    const value = square * weighted(f, quadrature(run.alpha, run.beta, m));
    const change = run.breakdown || m === n ? 0 : Math.abs(value - square * weighted(f, quadrature(run.alpha, run.beta, Math.max(1, Math.floor(0.75 * m)))));
    const converged = change <= tolerance * Math.abs(value);
    const next = Math.min(2 * steps, most, (options.maxProducts ?? Infinity) - products);
    if (converged || next <= steps) return { value, change, converged, products };
    steps = next;
  }
}

/** f(A) v with the change that the last quarter of the steps made. */
export interface FunctionProduct {
  readonly product: Float64Array;
  /** Norm of the difference to the product of three quarters of the steps. */
  readonly change: number;
  readonly converged: boolean;
  readonly products: number;
}

/**
 * f(A) v of a symmetric operator: ‖v‖ V f(T) e₁ from Lanczos steps (Druskin & Knizhnerman 1989). Memory: a vector for each step. See `quadraticForm`.
 */
export async function functionProduct(operator: LinearOperator, f: (eigenvalue: number) => number, v: Float64Array, options: FunctionOptions = {}): Promise<FunctionProduct> {
  const n = requireSquare(operator);
  const { tolerance = 1e-8, signal, onProgress } = options;
  const most = Math.min(n, options.maxProducts ?? 100);
  requireCount('maxProducts', most);
  const length = Math.sqrt(dot(v, v));
  if (length === 0) return { product: new Float64Array(n), change: 0, converged: true, products: 0 };
  let products = 0;
  for (let steps = Math.min(FIRST_STEPS, most); ; ) {
    const run = await lanczos(operator, { steps, start: v, ...(signal && { signal }), onProgress: (p) => onProgress?.({ done: products + p.iteration, total: 2 * most }) });
    products += run.iterations;
    const m = run.iterations;
    const coefficients = (size: number): Float64Array => {
      const { values, vectors } = tridiagonalEigen(run.alpha.slice(0, size), run.beta.slice(0, size - 1), { vectors: 'all' });
      const out = new Float64Array(m);
      for (let j = 0; j < size; j++) {
        const first = vectors!.data[j]!;
        const scale = length * first * weighted(f, { nodes: values.subarray(j, j + 1), weights: Float64Array.of(1) });
        for (let i = 0; i < size; i++) out[i]! += scale * vectors!.data[i * size + j]!;
      }
      return out;
    };
    const c = coefficients(m);
    const before = run.breakdown || m === n ? c : coefficients(Math.max(1, Math.floor(0.75 * m)));
    // The basis is orthonormal: differences of coefficients are differences of vectors.
    const change = Math.sqrt(c.reduce((sum, x, i) => sum + (x - before[i]!) ** 2, 0));
    const converged = change <= tolerance * Math.sqrt(dot(c, c));
    const next = Math.min(2 * steps, most, (options.maxProducts ?? Infinity) - products);
    if (!converged && next > steps) {
      steps = next;
      continue;
    }
    const { basis } = run;
    const product = new Float64Array(n);
    for (let j = 0; j < m; j++) for (let i = 0; i < n; i++) product[i]! += c[j]! * basis[j * n + i]!;
    return { product, change, converged, products };
  }
}

/** Options of `spectralSum`. */
export interface SpectralSumOptions extends ProbeOptions {
  /** Most probes. Default 30. */
  readonly maxProbes?: number;
  /** Fewest probes before stopping. Default 5. */
  readonly minProbes?: number;
  /** Lanczos steps from each. Default 30, at most the dimension. */
  readonly steps?: number;
  /** Stop when the standard error is at most this part of |estimate|. Default 0: take all probes. */
  readonly tolerance?: number;
  readonly confidence?: number;
}

/** tr f(A) with its uncertainty. */
export interface SpectralSum extends Estimate {
  readonly converged: boolean;
  readonly products: number;
  /** Mean change that the last quarter of the Lanczos steps made: the part of the error that more probes do not lower. */
  readonly quadratureChange: number;
}

/**
 * tr f(A) = Σ f(λᵢ) of a symmetric operator by stochastic Lanczos quadrature (Ubaru, Chen & Saad 2017): the mean of vᵀ f(A) v over probes, each by
 * `steps` Lanczos steps. The interval covers the probes' spread; `quadratureChange` shows whether steps were enough.
 * @throws RangeError where f is not finite at an eigenvalue estimate
 */
export async function spectralSum(operator: LinearOperator, f: (eigenvalue: number) => number, options: SpectralSumOptions = {}): Promise<SpectralSum> {
  const n = requireSquare(operator);
  const { maxProbes = 30, tolerance = 0, confidence = 0.95, distribution = 'rademacher', signal, onProgress } = options;
  const minProbes = options.minProbes ?? Math.min(5, maxProbes);
  const steps = Math.min(n, options.steps ?? 30);
  requireCount('maxProbes', maxProbes, 2);
  requireCount('steps', steps);
  checkConfidence(confidence);
  const stream = probeStream(options, 'spectral sum');
  const samples: number[] = [];
  let products = 0;
  let changes = 0;
  for (;;) {
    const start = drawProbe(stream, n, distribution);
    const square = dot(start, start);
    const done = samples.length * steps;
    const run = await lanczos(operator, { steps, start, ...(signal && { signal }), onProgress: (p) => onProgress?.({ done: done + p.iteration, total: maxProbes * steps }) });
    products += run.iterations;
    const value = square * weighted(f, quadrature(run.alpha, run.beta, run.iterations));
    samples.push(value);
    if (!run.breakdown && run.iterations > 1) changes += value - square * weighted(f, quadrature(run.alpha, run.beta, Math.max(1, Math.floor(0.75 * run.iterations))));
    const mean = meanEstimate(samples, confidence);
    const met = samples.length >= minProbes && mean.standardError <= tolerance * Math.abs(mean.estimate);
    if (samples.length < maxProbes && !(tolerance > 0 && met)) continue;
    return { ...mean, converged: tolerance === 0 || met, products, quadratureChange: Math.abs(changes / samples.length) };
  }
}

/**
 * log det (A + damping · I) = tr log of a positive definite operator. See `spectralSum`.
 * @throws RangeError where an eigenvalue estimate plus the damping is not positive
 */
export async function logDeterminant(operator: LinearOperator, options: SpectralSumOptions & { readonly damping?: number } = {}): Promise<SpectralSum> {
  const { damping = 0 } = options;
  if (!(damping >= 0 && damping < Infinity)) throw new RangeError(`logDeterminant: damping must be a finite number of at least 0, got ${String(damping)}`);
  return spectralSum(
    operator,
    (eigenvalue) => {
      if (!(eigenvalue + damping > 0)) throw new RangeError(`logDeterminant: the operator must be positive definite, but ${eigenvalue} is an eigenvalue estimate (damping ${damping})`);
      return Math.log(eigenvalue + damping);
    },
    options,
  );
}
