/** The driver of deterministic minimization. */
import { checkCount, checkNonNegative } from '../checks.js';
import type { Minimizable, MinimizeOptions, Minimum, Oracle, Point, Vector } from './api.js';
import { checkOracles, countedOracle } from './oracle.js';
import { largest, norm } from './vector.js';

const MESSAGES: Readonly<Record<Minimum['status'], string>> = {
  gradient: 'the norm of the gradient is at most the tolerance',
  target: 'the value is at most the target',
  step: "the step is at most the method's tolerance, relative to the point",
  decrease: "the predicted and the actual decrease are at most the method's tolerance, relative to the value",
  rounding: 'no step changes the value by more than its rounding',
  maxIterations: 'the iterations ran out before the gradient was small enough',
  maxEvaluations: 'the evaluations ran out before the gradient was small enough',
  stopped: 'onIteration ended the run',
  lineSearchFailed: 'no step along the direction satisfied the search: the gradient may be wrong, or the value is at the limit of its rounding',
  radiusTooSmall: 'the trust region shrank to nothing: the derivatives may be wrong, or the value is at the limit of its rounding',
  searchFailed: 'no damping gave sufficient decrease: the derivatives may be wrong, or the value is at the limit of its rounding',
};

const CONVERGED: ReadonlySet<Minimum['status']> = new Set(['gradient', 'target', 'step', 'decrease', 'rounding'] as const);

function startOf(problem: Minimizable, x0: ArrayLike<number>): Vector {
  const x = Float64Array.from(x0);
  if (x.length !== problem.dimension) throw new RangeError(`x0: expected ${problem.dimension} numbers, got ${x.length}`);
  const bad = x.findIndex((v) => !Number.isFinite(v));
  if (bad >= 0) throw new RangeError(`x0[${bad}]: expected a finite number, got ${x[bad]}`);
  return x;
}

/**
 * Minimizes a function of d variables from a start.
 * @param problem oracles of a flat vector: what `objective` of `@curv/tensor` or `residualProblem` makes, or written by hand
 * @throws TypeError when the problem lacks what the method needs; RangeError when the start or the value there is not finite
 */
export async function minimize(problem: Minimizable, x0: ArrayLike<number>, options: MinimizeOptions): Promise<Minimum> {
  const { method, tolerance = 1e-6, maxIterations = 1000, maxEvaluations = Infinity, target = -Infinity, signal, onProgress } = options;
  checkOracles(problem, method);
  checkNonNegative('tolerance', tolerance);
  checkCount('maxIterations', maxIterations, 0);
  const oracle = countedOracle(problem, signal, method.needs.includes('residual'));
  const size = options.norm === 'euclidean' ? norm : largest;
  let point = await oracle.at(startOf(problem, x0));
  if (point.value === Infinity) throw new RangeError('x0: the value or its gradient is not finite there');
  let state: unknown = method.init(point);
  const verdict = (): Minimum['status'] | null => {
    if (size(point.gradient) <= tolerance) return 'gradient';
    return point.value <= target ? 'target' : null;
  };
  let status = verdict();
  let iterations = 0;
  while (status === null) {
    if (iterations >= maxIterations) status = 'maxIterations';
    else if (oracle.evaluations.value >= maxEvaluations) status = 'maxEvaluations';
    if (status !== null) break;
    const next = await method.step(point, state, oracle);
    ({ point, state } = next);
    iterations++;
    status = verdict() ?? next.done ?? next.stuck;
    if (report(options, iterations, point, size, oracle, next.info) === 'stop') status ??= 'stopped';
    onProgress?.({ done: iterations, total: maxIterations, value: point.value });
    if (iterations % 16 === 0) await new Promise((resolve) => setTimeout(resolve));
  }
  return { ...point, gradientNorm: size(point.gradient), converged: CONVERGED.has(status), iterations, evaluations: { ...oracle.evaluations }, status, message: MESSAGES[status] };
}

function report({ onIteration }: MinimizeOptions, iteration: number, { value, gradient }: Point, size: (v: Vector) => number, { evaluations }: Oracle, info: Readonly<Record<string, number>> = {}): void | 'stop' {
  return onIteration?.({ iteration, value, gradientNorm: size(gradient), evaluations: { ...evaluations }, info });
}
