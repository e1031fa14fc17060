/** A problem's oracles, counted and checked. */
import type { Matrix } from '@curv/linalg';
import type { Evaluations, Minimizable, MinimizeNeed, Minimizer, Oracle, Point, Vector } from './api.js';
import { halfSquare } from './vector.js';

/** Refuses before the first evaluation. @throws TypeError naming what a method needs and the problem lacks */
export function checkOracles(problem: Minimizable, { name, needs }: Pick<Minimizer, 'name' | 'needs'>): void {
  if (!Number.isSafeInteger(problem?.dimension) || problem.dimension < 1) throw new RangeError(`problem.dimension: expected a whole number of at least 1, got ${String(problem?.dimension)}`);
  const { residual, jacobian, vjp, gradient, valueAndGradient } = problem;
  if (!valueAndGradient && !gradient && !(residual && (jacobian || vjp))) throw new TypeError('problem: expected gradient or valueAndGradient, or residual with jacobian or vjp');
  const missing = needs.filter((need: MinimizeNeed) => need !== 'gradient' && need !== 'valueAndGradient' && typeof (problem as unknown as Record<string, unknown>)[need] !== 'function');
  if (missing.length > 0) throw new TypeError(`problem: ${name} needs ${missing.join(' and ')}`);
}

const told = (v: unknown): string => (v instanceof Float64Array ? `length ${v.length}` : typeof v);

function checkVector(what: string, v: Vector, length?: number): Vector {
  if (!(v instanceof Float64Array) || (length !== undefined && v.length !== length)) throw new RangeError(`${what}: expected a Float64Array${length === undefined ? '' : ` of length ${length}`}, got ${told(v)}`);
  return v;
}

/**
 * Counts calls; values that are not finite become infinity, so that a search steps back from them.
 * @param withResidual whether points carry their residual
 */
export function countedOracle(problem: Minimizable, signal: AbortSignal | undefined, withResidual: boolean): Oracle {
  const evaluations: Evaluations = { value: 0, gradient: 0, product: 0, jacobian: 0, solve: 0 };
  const { dimension } = problem;
  const byResidual = withResidual || (!problem.valueAndGradient && !problem.gradient);
  const product = (name: 'hvp' | 'ggnvp' | 'jvp' | 'vjp', length?: number) => async (x: Vector, v: Vector): Promise<Vector> => {
    signal?.throwIfAborted();
    evaluations.product++;
    return checkVector(name, await problem[name]!(x, v), length);
  };
  const oracle: Oracle = {
    dimension,
    evaluations,
    signal,
    async at(x): Promise<Point> {
      signal?.throwIfAborted();
      if (byResidual) return fromResidual(problem, oracle, x);
      evaluations.value++;
      evaluations.gradient++;
      const { value, gradient } = problem.valueAndGradient ? await problem.valueAndGradient(x) : { value: await problem.value!(x), gradient: await problem.gradient!(x) };
      const finite = Number.isFinite(value) && checkVector('gradient', gradient, dimension).every(Number.isFinite);
      return { x, value: finite ? value : Infinity, gradient };
    },
    hvp: product('hvp', dimension),
    ggnvp: product('ggnvp', dimension),
    jvp: product('jvp'),
    vjp: product('vjp', dimension),
    async residual(x) {
      signal?.throwIfAborted();
      evaluations.value++;
      const residual = checkVector('residual', await problem.residual!(x));
      const value = halfSquare(residual);
      return { residual, value: Number.isFinite(value) ? value : Infinity };
    },
    async jacobian(x) {
      signal?.throwIfAborted();
      evaluations.jacobian++;
      return checkJacobian(await problem.jacobian!(x), dimension);
    },
    async secondDirectional(x, v, residual, jv) {
      signal?.throwIfAborted();
      if (problem.secondDirectional) {
        evaluations.product++;
        return checkVector('secondDirectional', await problem.secondDirectional(x, v), residual.length);
      }
      // (2/h) ((r(x + h v) − r)/h − J v), h as Transtrum & Sethna 2012 (arXiv:1201.5885, section 4.3) advise.
      const h = 0.1;
      const slope = await jv();
      const ahead = (await oracle.residual(x.map((xi, i) => xi + h * v[i]!))).residual;
      return ahead.map((r, i) => (2 / h) * ((r - residual[i]!) / h - slope[i]!));
    },
  };
  return oracle;
}

function checkJacobian(j: Matrix, dimension: number): Matrix {
  if (!(j?.data instanceof Float64Array) || j.columns !== dimension) throw new RangeError(`jacobian: expected a matrix of ${dimension} columns, got ${j?.data instanceof Float64Array ? `${j.rows}×${j.columns}` : typeof j}`);
  return j;
}

/** ½ ‖r‖² with its gradient Jᵀ r. */
async function fromResidual(problem: Minimizable, oracle: Oracle, x: Vector): Promise<Point> {
  const { residual, value } = await oracle.residual(x);
  oracle.evaluations.gradient++;
  const gradient = problem.vjp ? checkVector('vjp', await problem.vjp(x, residual), problem.dimension) : transposedTimes(checkJacobian(await problem.jacobian!(x), problem.dimension), residual);
  return { x, value: gradient.every(Number.isFinite) ? value : Infinity, gradient, residual };
}

/** Jᵀ w. @throws RangeError where J has not as many rows as w elements */
export function transposedTimes({ rows, columns, data }: Matrix, w: Vector): Vector {
  if (rows !== w.length) throw new RangeError(`jacobian: expected ${w.length} rows, one for each residual, got ${rows}`);
  const out = new Float64Array(columns);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out[j]! += data[i * columns + j]! * w[i]!;
  return out;
}
