/** Inputs, weights and directions of the cases: the same numbers everywhere, exact in float32, with gaps so that nothing sits near a kink or a tie. */
export interface InputSpec {
  readonly shape: readonly number[];
  /** Range of the values, −1.7 to 1.9 by default. */
  readonly from?: number;
  readonly to?: number;
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Numbers in [0, 1) by a linear congruence (Numerical Recipes). */
function* uniform(seed: number): Generator<number, never> {
  let state = (seed * 2654435761) >>> 0;
  for (;;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state / 2 ** 32;
  }
}

/** Distinct values, evenly spread over the range in random order, none within 0.03 of a whole number or zero. */
export function valuesOf({ shape, from = -1.7, to = 1.9 }: InputSpec, seed: number): number[] {
  const n = sizeOf(shape);
  const stream = uniform(seed + 1);
  const order = Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(stream.next().value * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order.map((place) => {
    const value = from + ((to - from) * (place + 0.35 + 0.3 * stream.next().value)) / n;
    const whole = Math.round(value);
    const away = Math.abs(value - whole) < 0.03 ? whole + (value < whole ? -0.03 : 0.03) - (0.02 * (value - whole)) : value;
    return Math.fround(away);
  });
}

/** Weights and directions: in ±[0.25, 1). */
export function directionOf(n: number, seed: number): number[] {
  const stream = uniform(seed + 1000);
  return Array.from({ length: n }, () => {
    const u = stream.next().value;
    return Math.fround((u < 0.5 ? -1 : 1) * (0.25 + 1.5 * (u < 0.5 ? u : u - 0.5)));
  });
}
