/** Limits of integration. */

export type Integrand = (x: number) => number;

export function requireLimits(where: string, a: number, b: number, tolerance: number, absoluteTolerance: number): void {
  if (a !== a || b !== b) throw new RangeError(`${where}: limits must be numbers, got ${a} and ${b}`);
  if (!(tolerance >= 0)) throw new RangeError(`${where}: tolerance must be at least 0, got ${String(tolerance)}`);
  if (!(absoluteTolerance >= 0)) throw new RangeError(`${where}: absoluteTolerance must be at least 0, got ${String(absoluteTolerance)}`);
}

/** The integral over a finite interval: x = t/(1−t²) maps (−1, 1) to the line, x = a + t/(1−t) maps (0, 1) to a half-line. */
export function onFinite(f: Integrand, a: number, b: number): { g: Integrand; low: number; high: number } {
  if (a > b) {
    const { g, low, high } = onFinite(f, b, a);
    return { g: (t) => -g(t), low, high };
  }
  if (Number.isFinite(a) && Number.isFinite(b)) return { g: f, low: a, high: b };
  if (a === -Infinity && b === Infinity) {
    const g = (t: number): number => {
      const w = 1 - t * t;
      return (f(t / w) * (1 + t * t)) / (w * w);
    };
    return { g, low: -1, high: 1 };
  }
  const [end, direction] = b === Infinity ? [a, 1] : [b, -1];
  return { g: (t) => f(end + (direction * t) / (1 - t)) / ((1 - t) * (1 - t)), low: 0, high: 1 };
}
