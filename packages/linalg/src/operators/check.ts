import type { LinearOperator } from '../api.js';
import { requireCount, requireOperator, requireTolerance } from '../checks.js';
import { Products } from '../krylov/products.js';
import { randomStream } from '../random.js';
import { dot, norm } from '../vector.js';

/** Options of `operatorCheck`. */
export interface OperatorCheckOptions {
  /** Pairs of random vectors. Default 3. */
  readonly trials?: number;
  /** What each figure may be at most. Default 1e-10 in float64, 1e-4 in float32. */
  readonly tolerance?: number;
  /** Default 0. */
  readonly seed?: number;
  readonly signal?: AbortSignal;
}

/** The largest of each defect over the trials; all are 0 but for rounding in a correct operator. */
export interface OperatorCheck {
  /** |uᵀAv − vᵀAu| relative to its size for unrelated random vectors, √(‖u‖²‖Av‖² + ‖v‖²‖Au‖²)/√n. NaN where not square. */
  readonly asymmetry: number;
  /** ‖A(2u − 3v) − 2Au + 3Av‖ / (2‖Au‖ + 3‖Av‖). */
  readonly nonlinearity: number;
  /** ‖Av − Av‖ / ‖Av‖ of two products with the same vector: whether the operator repeats itself. */
  readonly variation: number;
  /** |uᵀAv − (Aᵀu)ᵀv|, relative as `asymmetry`. NaN where the operator has no transpose. */
  readonly adjointDefect: number;
  /** Least vᵀAv / (‖v‖ ‖Av‖) seen: below 0, beyond rounding, shows that the operator is not positive semidefinite. NaN where not square. */
  readonly leastCosine: number;
  /** What is claimed or required and does not hold, in words; empty for a sound operator. */
  readonly failures: readonly string[];
}

/**
 * Probes an operator with random vectors: is it linear, does it repeat itself, and is it symmetric, semidefinite, the transpose of its
 * transpose where it says so. Five or six products a trial.
 * @throws TypeError, RangeError on wrong arguments or products that are not finite; the signal's reason
 */
export async function operatorCheck(operator: LinearOperator, options: OperatorCheckOptions = {}): Promise<OperatorCheck> {
  requireOperator('operatorCheck', 'operator', operator);
  const { trials = 3, seed = 0, signal, tolerance = operator.dtype === 'float32' ? 1e-4 : 1e-10 } = options;
  requireCount('operatorCheck', 'trials', trials);
  requireTolerance('operatorCheck', 'tolerance', tolerance);
  const [rows, columns] = operator.shape;
  const square = rows === columns;
  const stream = randomStream(seed);
  const products = new Products('operatorCheck', operator, signal);
  const worst = {
    asymmetry: square ? 0 : NaN,
    nonlinearity: 0,
    variation: 0,
    adjointDefect: operator.applyTranspose ? 0 : NaN,
    leastCosine: square ? 1 : NaN,
  };
  for (let t = 0; t < trials; t++) {
    const u = stream.vector(columns);
    const v = stream.vector(columns);
    const au = await products.apply(u);
    const av = await products.apply(v);
    const again = await products.apply(v);
    const mixed = await products.apply(u.map((x, i) => 2 * x - 3 * v[i]!));
    const size = norm(av);
    worst.variation = Math.max(worst.variation, ratio(norm(av.map((x, i) => x - again[i]!)), size));
    worst.nonlinearity = Math.max(
      worst.nonlinearity,
      ratio(norm(mixed.map((x, i) => x - 2 * au[i]! + 3 * av[i]!)), 2 * norm(au) + 3 * size),
    );
    if (square) {
      const typical = Math.hypot(norm(u) * size, norm(v) * norm(au)) / Math.sqrt(columns);
      worst.asymmetry = Math.max(worst.asymmetry, ratio(Math.abs(dot(u, av) - dot(v, au)), typical));
      worst.leastCosine = Math.min(worst.leastCosine, ratio(dot(v, av), norm(v) * size), ratio(dot(u, au), norm(u) * norm(au)));
    }
    if (operator.applyTranspose) {
      const y = stream.vector(rows);
      const ay = await operator.applyTranspose(y);
      const typical = Math.hypot(norm(y) * size, norm(v) * norm(ay)) / Math.sqrt(Math.max(rows, columns));
      worst.adjointDefect = Math.max(worst.adjointDefect, ratio(Math.abs(dot(y, av) - dot(ay, v)), typical));
    }
  }
  return { ...worst, failures: judge(operator, worst, tolerance) };
}

const ratio = (part: number, whole: number): number => (part === 0 ? 0 : part / whole);

function judge({ structure = {} }: LinearOperator, found: Omit<OperatorCheck, 'failures'>, tolerance: number): string[] {
  const failures: string[] = [];
  const semidefinite = structure.positiveSemidefinite === true || structure.positiveDefinite === true;
  const above = (value: number, what: string): void => {
    if (value > tolerance) failures.push(`${what} (${value.toExponential(1)}, tolerance ${tolerance.toExponential(1)})`);
  };
  above(found.nonlinearity, 'not linear');
  above(found.variation, 'two products with one vector differ');
  if (structure.symmetric === true || semidefinite) above(found.asymmetry, 'declared symmetric, but is not');
  above(found.adjointDefect, 'applyTranspose is not the transpose of apply');
  if (semidefinite) above(-found.leastCosine, 'declared positive semidefinite, but some vᵀAv is negative');
  return failures;
}
