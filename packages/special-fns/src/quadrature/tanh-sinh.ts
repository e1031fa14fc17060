import { requireCount } from '../checks.js';
import type { Integral, IntegralOptions } from './api.js';
import { requireLimits } from './interval.js';

export interface TanhSinhOptions extends IntegralOptions {
  /** Halvings of the step; 12 by default. */
  readonly maxLevel?: number;
}

/** The point and its distance from the nearer limit, signed: positive from a, negative from b. It keeps the digits that x loses there. */
export type EndpointIntegrand = (x: number, distance: number) => number;

interface Nodes {
  /** f(x(t)) x′(t) at ±t, 0 where the weight underflows; null where f is not finite. */
  (t: number): number;
}

/**
 * ∫ₐᵇ f(x) dx by the double-exponential rule (Takahasi & Mori 1974): exponentially convergent for functions that are analytic inside the interval, whatever algebraic or logarithmic
 * singularities its ends have. Finite limits: x = tanh(π/2 sinh t); one infinite limit: exp(π/2 sinh t); two: sinh(π/2 sinh t). Each level halves the step and keeps earlier values; the
 * error estimate is the change of the last. f is called as f(x, distance); where it is not finite the point counts 0.
 * @throws RangeError for NaN limits or a negative tolerance
 */
export function tanhSinh(f: EndpointIntegrand, a: number, b: number, options: TanhSinhOptions = {}): Integral {
  const where = 'tanhSinh';
  const { tolerance = 1e-13, absoluteTolerance = 0, maxLevel = 12, signal } = options;
  requireLimits(where, a, b, tolerance, absoluteTolerance);
  requireCount(where, 'maxLevel', maxLevel);
  if (a === b) return { value: 0, error: 0, evaluations: 0, converged: true };
  if (a > b) {
    const { value, ...rest } = tanhSinh(f, b, a, options);
    return { value: -value, ...rest };
  }
  let evaluations = 0;
  const node = transformed((x, d) => { evaluations++; return f(x, d); }, a, b);
  let sum = node(0);
  let value = NaN;
  let error = Infinity;
  let step = 1;
  for (let level = 0; level <= maxLevel; level++) {
    signal?.throwIfAborted();
    if (level > 0) step /= 2;
    const stride = level === 0 ? step : 2 * step;
    for (const sign of [1, -1]) {
      let small = 0;
      for (let t = step; t < 6.9; t += stride) {
        const part = node(sign * t);
        sum += part;
        // Two in a row: one alone may be a zero of f.
        small = Math.abs(part) <= 1e-18 * Math.abs(sum) ? small + 1 : 0;
        if (small >= 2 && t > 2) break;
      }
    }
    const next = sum * step;
    error = level < 2 ? Infinity : Math.abs(next - value);
    value = next;
    if (error <= Math.max(absoluteTolerance, tolerance * Math.abs(value))) return { value, error, evaluations, converged: true };
  }
  return { value, error, evaluations, converged: false };
}

function transformed(f: EndpointIntegrand, a: number, b: number): Nodes {
  const finite = (y: number): number => (Number.isFinite(y) ? y : 0);
  const half = Math.PI / 2;
  if (a > -Infinity && b < Infinity) {
    const [middle, width] = [0.5 * (a + b), 0.5 * (b - a)];
    return (t) => {
      const u = half * Math.sinh(t);
      // 1 − tanh |u| = 2/(e^{2|u|} + 1)
      const gap = (2 * width) / (Math.exp(2 * Math.abs(u)) + 1);
      const cosh = Math.cosh(u);
      const weight = (width * half * Math.cosh(t)) / (cosh * cosh);
      if (gap === 0 || weight === 0) return 0;
      if (t === 0) return finite(f(middle, width) * weight);
      return finite(t < 0 ? f(a + gap, gap) * weight : f(b - gap, -gap) * weight);
    };
  }
  if (a === -Infinity && b === Infinity) {
    return (t) => {
      const u = half * Math.sinh(t);
      return finite(f(Math.sinh(u), Infinity) * half * Math.cosh(t) * Math.cosh(u));
    };
  }
  const [end, direction] = b === Infinity ? [a, 1] : [b, -1];
  return (t) => {
    const gap = Math.exp(half * Math.sinh(t));
    return finite(f(end + direction * gap, direction * gap) * half * Math.cosh(t) * gap);
  };
}
