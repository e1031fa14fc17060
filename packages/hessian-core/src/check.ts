/** Does an operator deserve trust? Checks that any caller can run on any model. */
import { random } from '@curv/tensor';
import type { CurvatureOperator } from './api.js';
import { dot } from './estimators/probes.js';

/** What `checkOperator` measured. All errors are relative. */
export interface OperatorCheck {
  /** |uᵀ A v − vᵀ A u| / (‖u‖ ‖A v‖ + ‖v‖ ‖A u‖). */
  readonly asymmetry: number;
  /** ‖A (u + 2 v) − A u − 2 A v‖ / (‖A u‖ + 2 ‖A v‖). */
  readonly nonlinearity: number;
  /** ‖H v − (∇f(x + h v) − ∇f(x − h v)) / 2h‖ / ‖H v‖; null for operators that are not the Hessian. */
  readonly difference: number | null;
  /** Largest change of the gradient when it is computed twice: 0 for a deterministic loss. */
  readonly nondeterminism: number;
  /** vᵀ G v / (‖v‖ ‖G v‖) where the operator must be positive semidefinite, otherwise null. */
  readonly positivity: number | null;
  readonly passed: boolean;
  /** One sentence for each failed check. */
  readonly problems: readonly string[];
}

/** Options of `checkOperator`. */
export interface CheckOptions {
  readonly seed?: number;
  /** Largest error that passes; by default 1e-9 in float64 and 1e-3 in float32, and for the difference quotient 1e-5 and 5e-2. */
  readonly tolerance?: number;
  readonly differenceTolerance?: number;
}

const norm = (v: Float64Array): number => Math.sqrt(dot(v, v));
const combine = (a: Float64Array, s: number, b: Float64Array): Float64Array => a.map((x, i) => x + s * b[i]!);

/**
 * Checks symmetry, linearity, determinism, and one difference quotient of the gradient in a random direction. Cost: 4 products and 4 gradients.
 * Dropout, shuffling and batch statistics show up as `nondeterminism` or `difference`.
 */
export async function checkOperator(operator: CurvatureOperator, options: CheckOptions = {}): Promise<OperatorCheck> {
  const single = operator.dtype === 'float32';
  const { seed = 0, tolerance = single ? 1e-3 : 1e-9, differenceTolerance = single ? 5e-2 : 1e-5 } = options;
  const n = operator.shape[0];
  const stream = random(seed).fork('check');
  const draw = (): Float64Array => new Float64Array(n).map(() => stream.normal());
  const [u, v] = [draw(), draw()];
  const [au, av] = [await operator.apply(u), await operator.apply(v)];
  const asymmetry = ratio(Math.abs(dot(u, av) - dot(v, au)), norm(u) * norm(av) + norm(v) * norm(au));
  const both = await operator.apply(combine(u, 2, v));
  const nonlinearity = ratio(norm(combine(combine(both, -1, au), -2, av)), norm(au) + 2 * norm(av));
  const [first, second] = [await operator.gradient(), await operator.gradient()];
  const nondeterminism = ratio(norm(combine(first, -1, second)), norm(first));
  const difference = operator.kind === 'hessian' ? await differenceError(operator, v, av) : null;
  const positivity = operator.kind === 'gauss-newton' ? ratio(dot(v, av), norm(v) * norm(av)) : null;

  const problems: string[] = [];
  const demand = (ok: boolean, text: string): void => void (ok || problems.push(text));
  const show = (x: number): string => x.toExponential(1);
  demand(nondeterminism === 0, `the gradient changes by ${show(nondeterminism)} between two evaluations: the loss is not deterministic (dropout, shuffled data?)`);
  demand(asymmetry <= tolerance, `the operator is not symmetric: relative asymmetry ${show(asymmetry)} exceeds ${show(tolerance)}`);
  demand(nonlinearity <= tolerance, `the operator is not linear: relative error ${show(nonlinearity)} exceeds ${show(tolerance)}`);
  demand(difference === null || difference <= differenceTolerance, `products differ from a difference quotient of the gradient by ${show(difference ?? 0)} (limit ${show(differenceTolerance)}): a derivative is wrong, or the loss has kinks near this point`);
  demand(positivity === null || positivity >= -tolerance, `vᵀGv is negative (${show(positivity ?? 0)}): the loss is not convex in the outputs`);
  return { asymmetry, nonlinearity, difference, nondeterminism, positivity, passed: problems.length === 0, problems };
}

const ratio = (a: number, b: number): number => (b === 0 ? (a === 0 ? 0 : Infinity) : a / b);

/** Central difference with a step that balances truncation against rounding: h ‖v‖ ≈ ε^{1/3}. */
async function differenceError(operator: CurvatureOperator, v: Float64Array, av: Float64Array): Promise<number> {
  const h = (operator.dtype === 'float32' ? 3e-2 : 1e-5) / norm(v);
  const plus = await operator.gradientAt(v.map((x) => h * x));
  const minus = await operator.gradientAt(v.map((x) => -h * x));
  const quotient = plus.map((g, i) => (g - minus[i]!) / (2 * h));
  return ratio(norm(combine(quotient, -1, av)), norm(av));
}
