/** Optimal transport on a circle. */
import { sum } from '../checks.js';
import { groundCost, requirePower, rooted, type SortedPair, sortedPair, type Transport1dOptions } from './transport-1d.js';

/** Options on a circle. */
export interface WassersteinCircleOptions extends Transport1dOptions {
  /** Length of the circle, default 1: positions count modulo it. */
  readonly period?: number;
}

/**
 * The p-Wasserstein distance on a circle for the distance along it; p = 1 unless given, finite. As a function of the mass θ that passes the cut, the cost of
 * the monotone coupling is convex and piecewise linear (Delon, Salomon & Sobolevski 2010, arXiv:0902.3527): bisection of its slope, ended by the
 * crossing of two lines, gives the exact minimum. O((n + m) log(n m)) after sorting.
 * @param x n positions
 * @param y m positions
 * @throws TypeError, RangeError as `transport1d`; RangeError unless the period is positive
 */
export function wassersteinCircle(x: ArrayLike<number>, y: ArrayLike<number>, options: WassersteinCircleOptions = {}): number {
  const where = 'wassersteinCircle';
  const { period = 1, p = 1 } = options;
  if (!(period > 0 && period < Infinity)) throw new RangeError(`${where}: period must be a finite number above 0, got ${String(period)}`);
  requirePower(where, p, false);
  const wrap = (values: ArrayLike<number>): ArrayLike<number> => (values?.length > 0 && typeof values !== 'string' ? Float64Array.from(values, (v) => v / period - Math.floor(v / period)) : values);
  const sorted = sortedPair(where, wrap(x), wrap(y), options);
  const mass = sum(sorted.a);
  return period * rooted(mass * minimalCost(sorted, p), p);
}

interface Line {
  readonly at: number;
  readonly value: number;
  readonly slope: number;
}

function minimalCost(sorted: SortedPair, p: number): number {
  const cost = cutCost(sorted, p);
  let low = cost(-1);
  let high = cost(1);
  for (let turn = 0; turn < 200; turn++) {
    if (low.slope >= 0 || high.slope <= 0) break;
    // Where the two lines cross lies the minimum, if the cost is not above them there; else every second turn halves the interval.
    const crossing = (high.value - low.value + low.slope * low.at - high.slope * high.at) / (low.slope - high.slope);
    const halving = turn % 2 === 1;
    const middle = cost(halving ? (low.at + high.at) / 2 : Math.min(high.at, Math.max(low.at, crossing)));
    const bound = low.value + low.slope * (middle.at - low.at);
    if (!halving && middle.value <= bound + 4e-16 * Math.abs(bound)) return middle.value;
    if (middle.at <= low.at || middle.at >= high.at) break;
    if (middle.slope < 0) low = middle;
    else high = middle;
  }
  return Math.min(low.value, high.value);
}

/** θ ↦ ∫₀¹ |F⁻¹(t) − G⁻¹(t + θ)|^p dt and its right derivative, where G⁻¹(s + 1) = G⁻¹(s) + 1. */
function cutCost({ x, y, a, b }: SortedPair, p: number): (theta: number) => Line {
  const ground = groundCost(p);
  const [levelsX, levelsY] = [cumulative(a), cumulative(b)];
  const m = y.length;
  const yAt = (k: number): number => y[k - m * Math.floor(k / m)]! + Math.floor(k / m);
  // The end of the k-th step of G⁻¹.
  const levelAt = (k: number): number => levelsY[k - m * Math.floor(k / m)]! + Math.floor(k / m);
  return (theta) => {
    // The first step of G⁻¹ that ends after θ.
    let k = m * Math.floor(theta);
    while (levelAt(k) <= theta) k++;
    let i = 0;
    let t = 0;
    let value = 0;
    let slope = 0;
    while (i < x.length) {
      const yEnd = levelAt(k) - theta;
      const xEnd = levelsX[i]!;
      const end = Math.min(xEnd, yEnd);
      if (end > t) {
        value += (end - t) * ground(x[i]! - yAt(k));
        t = end;
      }
      if (yEnd < xEnd) {
        slope += ground(x[i]! - yAt(k + 1)) - ground(x[i]! - yAt(k));
        k++;
      } else i++;
      // A step that ends with a step of F⁻¹ moves back into that step of F⁻¹.
      if (yEnd === xEnd && yEnd <= 1) {
        slope += ground(x[i - 1]! - yAt(k + 1)) - ground(x[i - 1]! - yAt(k));
        k++;
      }
    }
    return { at: theta, value, slope };
  };
}

/** Sums from the start, divided by the total; the last is 1. */
function cumulative(weights: Float64Array): Float64Array {
  const out = new Float64Array(weights.length);
  let total = 0;
  weights.forEach((w, i) => (out[i] = total += w));
  return out.map((level, i) => (i === out.length - 1 ? 1 : level / total));
}
