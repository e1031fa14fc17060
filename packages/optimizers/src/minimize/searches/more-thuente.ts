/** The line search of Moré and Thuente for the strong Wolfe conditions. */
import { checkCount, checkNumber } from '../../checks.js';
import type { Along, LineSearch } from '../api.js';

/** Options of `moreThuente`. */
export interface WolfeOptions {
  /** c₁ of sufficient decrease; default 1e-4. */
  readonly decrease?: number;
  /** c₂ of the slope; default 0.9. */
  readonly curvature?: number;
  /** Evaluations of one search; default 20. */
  readonly maxEvaluations?: number;
}

/** The end of an interval of uncertainty. */
interface End {
  readonly step: number;
  readonly value: number;
  readonly slope: number;
}

const MAX_STEP = 1e10;

/** Root of the cubic that interpolates values and slopes at u and v, as a share of the way from u to v. */
function cubicShare(u: End, v: End, form: 'minimum' | 'guarded'): { r: number; gamma: number } {
  const theta = (3 * (u.value - v.value)) / (v.step - u.step) + u.slope + v.slope;
  const s = Math.max(Math.abs(theta), Math.abs(u.slope), Math.abs(v.slope));
  const inside = (theta / s) ** 2 - (u.slope / s) * (v.slope / s);
  let gamma = s * Math.sqrt(form === 'guarded' ? Math.max(0, inside) : inside);
  if (v.step < u.step) gamma = -gamma;
  return { r: (gamma - u.slope + theta) / (2 * gamma - u.slope + v.slope), gamma };
}

const secant = (u: End, v: End): number => v.step + (v.slope / (v.slope - u.slope)) * (u.step - v.step);

/**
 * The next trial step from the best end `x`, the other end `y` and the trial `t` (section 4 of the paper, cases 1 to 4).
 * @param bracketed whether x and y enclose a minimizer
 */
function trialStep(x: End, y: End, t: End, bracketed: boolean, low: number, high: number): { step: number; bracketed: boolean } {
  const nearer = (a: number, b: number, to: number): number => (Math.abs(a - to) < Math.abs(b - to) ? a : b);
  if (t.value > x.value) {
    const cubic = x.step + cubicShare(x, t, 'minimum').r * (t.step - x.step);
    const quadratic = x.step + (x.slope / ((x.value - t.value) / (t.step - x.step) + x.slope) / 2) * (t.step - x.step);
    return { step: Math.abs(cubic - x.step) < Math.abs(quadratic - x.step) ? cubic : cubic + (quadratic - cubic) / 2, bracketed: true };
  }
  if (t.slope * Math.sign(x.slope) < 0) {
    const cubic = t.step + cubicShare(t, x, 'minimum').r * (x.step - t.step);
    const line = secant(x, t);
    return { step: nearer(line, cubic, t.step) === line ? cubic : line, bracketed: true };
  }
  if (Math.abs(t.slope) < Math.abs(x.slope)) return { step: flattening(x, y, t, bracketed, low, high), bracketed };
  if (bracketed) return { step: t.step + cubicShare(t, y, 'minimum').r * (y.step - t.step), bracketed };
  return { step: t.step > x.step ? high : low, bracketed };
}

/** Case 3: a lower value, and a slope of the same sign that is less steep. */
function flattening(x: End, y: End, t: End, bracketed: boolean, low: number, high: number): number {
  const { r, gamma } = cubicShare(t, x, 'guarded');
  const beyond = t.step > x.step ? high : low;
  const cubic = r < 0 && gamma !== 0 ? t.step + r * (x.step - t.step) : beyond;
  const line = secant(x, t);
  const cubicNearer = Math.abs(cubic - t.step) < Math.abs(line - t.step);
  if (!bracketed) return Math.min(high, Math.max(low, cubicNearer ? line : cubic));
  const step = cubicNearer ? cubic : line;
  const limit = t.step + 0.66 * (y.step - t.step);
  return t.step > x.step ? Math.min(limit, step) : Math.max(limit, step);
}

/**
 * Strong Wolfe: φ(t) ≤ φ(0) + c₁ t φ'(0) and |φ'(t)| ≤ c₂ |φ'(0)| (J. J. Moré and D. J. Thuente, ACM TOMS 20, 1994). One value and gradient an evaluation.
 */
export function moreThuente({ decrease = 1e-4, curvature = 0.9, maxEvaluations = 20 }: WolfeOptions = {}): LineSearch {
  checkNumber('decrease', decrease, 'a number in (0, 1)', (c) => c > 0 && c < 1);
  checkNumber('curvature', curvature, `a number in (${decrease}, 1)`, (c) => c > decrease && c < 1);
  checkCount('maxEvaluations', maxEvaluations);
  return {
    name: 'moreThuente',
    async search(phi, start, first) {
      const gate = decrease * start.slope;
      let [x, y]: [End, End] = [start, start];
      let bracketed = false;
      let stageOne = true;
      let [width, before] = [MAX_STEP, 2 * MAX_STEP];
      let [low, high] = [0, 5 * first];
      let step = Math.min(first, MAX_STEP);
      let best: Along | null = null;
      for (let k = 0; k < maxEvaluations; k++) {
        const t = await phi(step);
        if (t.value === Infinity) {
          // Nothing is known beyond: halve towards the best end.
          high = step;
          step = x.step + (step - x.step) / 4;
          continue;
        }
        const enough = start.value + step * gate;
        if (t.value <= enough && t.value < (best ?? start).value) best = t;
        if (t.value <= enough && Math.abs(t.slope) <= -curvature * start.slope) return t;
        if (bracketed && (step <= low || step >= high || high - low <= 1e-15 * high)) return best;
        if (stageOne && t.value <= enough && t.slope >= 0) stageOne = false;
        // Stage one works on ψ(t) = φ(t) − φ(0) − c₁ φ'(0) t while that has no nonpositive value with a nonnegative slope.
        const lower = stageOne && t.value <= x.value && t.value > enough;
        const view = (e: End): End => (lower ? { step: e.step, value: e.value - e.step * gate, slope: e.slope - gate } : e);
        const next = trialStep(view(x), view(y), view(t), bracketed, low, high);
        if (view(t).value > view(x).value) y = t;
        else {
          if (view(t).slope * Math.sign(view(x).slope) < 0) y = x;
          x = t;
        }
        ({ step, bracketed } = next);
        if (bracketed) {
          if (Math.abs(y.step - x.step) >= 0.66 * before) step = x.step + 0.5 * (y.step - x.step);
          [before, width] = [width, Math.abs(y.step - x.step)];
          [low, high] = [Math.min(x.step, y.step), Math.max(x.step, y.step)];
        } else [low, high] = [step + 1.1 * (step - x.step), step + 4 * (step - x.step)];
        step = Math.min(MAX_STEP, Math.max(0, step));
        if (bracketed && (step <= low || step >= high || high - low <= 1e-15 * high)) step = x.step;
      }
      return best;
    },
  };
}
