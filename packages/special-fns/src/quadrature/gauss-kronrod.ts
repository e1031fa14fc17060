import { requireCount } from '../checks.js';
import type { Integral, IntegralOptions } from './api.js';
import { type Integrand, onFinite, requireLimits } from './interval.js';

/** Nodes of the 15-point Kronrod rule on [0, 1]; every second is one of the 7-point Gauss rule (Kronrod 1964; Piessens et al. 1983). */
const NODES: readonly number[] = [
  0.9914553711208126, 0.9491079123427585, 0.8648644233597691, 0.7415311855993945, 0.5860872354676911, 0.4058451513773972, 0.20778495500789848, 0,
];
const KRONROD: readonly number[] = [
  0.022935322010529224, 0.06309209262997856, 0.10479001032225019, 0.14065325971552592, 0.1690047266392679, 0.19035057806478542, 0.20443294007529889, 0.20948214108472782,
];
const GAUSS: readonly number[] = [0.1294849661688697, 0.27970539148927664, 0.3818300505051189, 0.4179591836734694];

interface Piece {
  readonly low: number;
  readonly high: number;
  readonly value: number;
  readonly error: number;
}

function piece(f: Integrand, low: number, high: number): Piece {
  const middle = 0.5 * (low + high);
  const half = 0.5 * (high - low);
  const center = f(middle);
  let kronrod = KRONROD[7]! * center;
  let gauss = GAUSS[3]! * center;
  let absolute = Math.abs(kronrod);
  for (let i = 0; i < 7; i++) {
    const [left, right] = [f(middle - half * NODES[i]!), f(middle + half * NODES[i]!)];
    kronrod += KRONROD[i]! * (left + right);
    absolute += KRONROD[i]! * (Math.abs(left) + Math.abs(right));
    if (i % 2 === 1) gauss += GAUSS[i >> 1]! * (left + right);
  }
  // The difference of the two rules bounds the error of the worse; no estimate is below the rounding of the sum.
  const error = Math.max(Math.abs(kronrod - gauss), 2e-16 * absolute) * half;
  return { low, high, value: kronrod * half, error };
}

export interface GaussKronrodOptions extends IntegralOptions {
  /** Bound on the number of pieces; 1000 by default. */
  readonly maxIntervals?: number;
}

/**
 * ∫ₐᵇ f(x) dx by adaptive bisection with the Gauss-Kronrod pair of 7 and 15 points; limits may be infinite (by x = t/(1−t²)). The piece with the largest error estimate is halved until
 * their sum meets the tolerance. The estimate is that of the 7-point rule, so the value is usually far better. Not converging is a result.
 * @throws RangeError for NaN limits or a negative tolerance
 */
export function gaussKronrod(f: Integrand, a: number, b: number, options: GaussKronrodOptions = {}): Integral {
  const where = 'gaussKronrod';
  const { tolerance = 1e-12, absoluteTolerance = 0, maxIntervals = 1000, signal } = options;
  requireLimits(where, a, b, tolerance, absoluteTolerance);
  requireCount(where, 'maxIntervals', maxIntervals);
  if (a === b) return { value: 0, error: 0, evaluations: 0, converged: true };
  const { g, low, high } = onFinite(f, a, b);
  let pieces = [piece(g, low, high)];
  for (;;) {
    signal?.throwIfAborted();
    const value = pieces.reduce((s, p) => s + p.value, 0);
    const error = pieces.reduce((s, p) => s + p.error, 0);
    const converged = error <= Math.max(absoluteTolerance, tolerance * Math.abs(value));
    const evaluations = 15 * (2 * pieces.length - 1);
    if (converged || pieces.length >= maxIntervals || !Number.isFinite(value)) return { value, error, evaluations, converged };
    const worst = pieces.reduce((p, q) => (q.error > p.error ? q : p));
    const middle = 0.5 * (worst.low + worst.high);
    if (middle === worst.low || middle === worst.high) return { value, error, evaluations, converged: false };
    pieces = pieces.filter((p) => p !== worst);
    pieces.push(piece(g, worst.low, middle), piece(g, middle, worst.high));
  }
}
