/** The line search of Hager and Zhang for the approximate Wolfe conditions. */
import { checkCount, checkNumber } from '../../checks.js';
import type { Along, LineSearch } from '../api.js';

/** Options of `hagerZhang`. */
export interface HagerZhangOptions {
  /** δ of sufficient decrease; default 0.1. */
  readonly decrease?: number;
  /** σ of the slope; default 0.9. */
  readonly curvature?: number;
  /** ε: values count as equal up to ε |φ(0)|; default 1e-6. */
  readonly rounding?: number;
  /** Evaluations of one search; default 50. */
  readonly maxEvaluations?: number;
}

/** Bisection point of the update, expansion of the bracket, demanded shrinkage of a round. */
const [THETA, RHO, SHRINK] = [0.5, 5, 0.66];

class OutOfBudget extends Error {}

class Search {
  private left: number;
  /** φ(0) + ε_k. */
  private readonly ceiling: number;
  /** A step that satisfies the conditions, once one was seen. */
  found: Along | null = null;
  best: Along;

  constructor(
    private readonly phi: (step: number) => Promise<Along>,
    private readonly start: Along,
    private readonly delta: number,
    private readonly sigma: number,
    rounding: number,
    maxEvaluations: number,
  ) {
    this.left = maxEvaluations;
    this.ceiling = start.value + rounding * Math.abs(start.value);
    this.best = start;
  }

  async evaluate(step: number): Promise<Along> {
    if (this.left-- <= 0) throw new OutOfBudget();
    const t = await this.phi(step);
    if (t.value < this.best.value) this.best = t;
    if (this.accepts(t)) this.found = t;
    return t;
  }

  /** The Wolfe conditions, or their approximation near a minimizer (Hager & Zhang 2005, eqs. 4.1 and 4.2). */
  private accepts({ step, value, slope }: Along): boolean {
    const { start, delta, sigma } = this;
    if (!Number.isFinite(value) || slope < sigma * start.slope) return false;
    return value - start.value <= delta * step * start.slope || (value <= this.ceiling && slope <= (2 * delta - 1) * start.slope);
  }

  /** B0 to B3: an interval with φ'(a) < 0 ≤ φ'(b) and φ(a) at most the ceiling. */
  async bracket(first: number): Promise<[Along, Along]> {
    let a = this.start;
    let c = await this.evaluate(first);
    while (this.found === null) {
      if (c.value > this.ceiling) return this.bisect(this.start, c);
      if (c.slope >= 0) return [a, c];
      a = c;
      c = await this.evaluate(RHO * c.step);
    }
    return [a, c];
  }

  /** U3: halving while the right end has a negative slope or too high a value. */
  private async bisect(a: Along, b: Along): Promise<[Along, Along]> {
    while (this.found === null) {
      const d = await this.evaluate((1 - THETA) * a.step + THETA * b.step);
      if (d.slope >= 0 && d.value <= this.ceiling) return [a, d];
      if (d.value <= this.ceiling) a = d;
      else b = d;
    }
    return [a, b];
  }

  /** U0 to U3: the interval with one more point. */
  private async update(a: Along, b: Along, step: number): Promise<[Along, Along]> {
    if (!(step > a.step && step < b.step)) return [a, b];
    const c = await this.evaluate(step);
    if (this.found !== null) return [a, b];
    if (c.value > this.ceiling) return this.bisect(a, c);
    return c.slope >= 0 ? [a, c] : [c, b];
  }

  /** S1 to S4: two secant steps. */
  async secantSquared(a: Along, b: Along): Promise<[Along, Along]> {
    const secant = (u: Along, v: Along): number => (u.step * v.slope - v.step * u.slope) / (v.slope - u.slope);
    const c = secant(a, b);
    const [lower, upper] = await this.update(a, b, c);
    if (this.found !== null) return [lower, upper];
    if (c === upper.step) return this.update(lower, upper, secant(b, upper));
    if (c === lower.step) return this.update(lower, upper, secant(a, lower));
    return [lower, upper];
  }

  async run(first: number): Promise<Along | null> {
    let [a, b] = await this.bracket(first);
    while (this.found === null) {
      let [lower, upper] = await this.secantSquared(a, b);
      // L2: an interval that did not shrink enough is halved.
      if (this.found === null && upper.step - lower.step > SHRINK * (b.step - a.step)) [lower, upper] = await this.update(lower, upper, (lower.step + upper.step) / 2);
      if (lower.step === a.step && upper.step === b.step && upper.step - lower.step <= 1e-15 * upper.step) break;
      [a, b] = [lower, upper];
    }
    return this.found;
  }
}

/**
 * The Wolfe conditions, or near a minimizer, where differences of values are rounding, conditions on slopes alone (W. W. Hager and H. Zhang, SIAM J. Optim. 16, 2005, and
 * ACM TOMS 32, 2006).
 */
export function hagerZhang({ decrease = 0.1, curvature = 0.9, rounding = 1e-6, maxEvaluations = 50 }: HagerZhangOptions = {}): LineSearch {
  checkNumber('decrease', decrease, 'a number in (0, 0.5)', (c) => c > 0 && c < 0.5);
  checkNumber('curvature', curvature, `a number in [${decrease}, 1)`, (c) => c >= decrease && c < 1);
  checkNumber('rounding', rounding, 'a number of at least 0', (c) => c >= 0);
  checkCount('maxEvaluations', maxEvaluations);
  return {
    name: 'hagerZhang',
    async search(phi, start, first) {
      const search = new Search(phi, start, decrease, curvature, rounding, maxEvaluations);
      try {
        return await search.run(first);
      } catch (error) {
        if (!(error instanceof OutOfBudget)) throw error;
        return search.best.value < start.value ? search.best : null;
      }
    },
  };
}
