/** A problem's oracles, counted and checked. */
import type { OracleName } from '@curv/tensor';
import type { Evaluations, Minimizable, Minimizer, Oracle, Point, Vector } from './api.js';

/** Refuses before the first evaluation. @throws TypeError naming what a method needs and the problem lacks */
export function checkOracles(problem: Minimizable, { name, needs }: Pick<Minimizer, 'name' | 'needs'>): void {
  if (!Number.isSafeInteger(problem?.dimension) || problem.dimension < 1) throw new RangeError(`problem.dimension: expected a whole number of at least 1, got ${String(problem?.dimension)}`);
  if (!problem.valueAndGradient && !problem.gradient) throw new TypeError('problem: expected gradient or valueAndGradient');
  const missing = needs.filter((need: OracleName) => need !== 'gradient' && need !== 'valueAndGradient' && typeof (problem as unknown as Record<string, unknown>)[need] !== 'function');
  if (missing.length > 0) throw new TypeError(`problem: ${name} needs ${missing.join(' and ')}`);
}

/** Counts calls; values that are not finite become infinity, so that a search steps back from them. */
export function countedOracle(problem: Minimizable, signal: AbortSignal | undefined): Oracle {
  const evaluations: Evaluations = { value: 0, gradient: 0, product: 0, solve: 0 };
  const checked = (what: string, v: Vector): Vector => {
    if (!(v instanceof Float64Array) || v.length !== problem.dimension) throw new RangeError(`${what}: expected a Float64Array of length ${problem.dimension}, got ${v instanceof Float64Array ? `length ${v.length}` : typeof v}`);
    return v;
  };
  const product = (name: 'hvp' | 'ggnvp') => async (x: Vector, v: Vector): Promise<Vector> => {
    signal?.throwIfAborted();
    evaluations.product++;
    return checked(name, await problem[name]!(x, v));
  };
  return {
    dimension: problem.dimension,
    evaluations,
    signal,
    async at(x): Promise<Point> {
      signal?.throwIfAborted();
      evaluations.value++;
      evaluations.gradient++;
      const { value, gradient } = problem.valueAndGradient ? await problem.valueAndGradient(x) : { value: await problem.value(x), gradient: await problem.gradient!(x) };
      const finite = Number.isFinite(value) && checked('gradient', gradient).every(Number.isFinite);
      return { x, value: finite ? value : Infinity, gradient };
    },
    hvp: product('hvp'),
    ggnvp: product('ggnvp'),
  };
}
