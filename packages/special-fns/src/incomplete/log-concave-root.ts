/** Inverting a distribution function whose logarithm is concave. */

export interface LogTail {
  /** The probability and its derivative at y. */
  (y: number): readonly [probability: number, slope: number];
}

const MAX_STEPS = 200;

/**
 * The y where the probability is p, by Newton's method on its logarithm, which is concave and monotone: from the start the iteration passes to the side from which it converges
 * monotonically, whatever the start. Steps are limited to 10, so that a start where the probability is 0 comes back.
 */
export function logConcaveRoot(tail: LogTail, p: number, start: number, increasing: boolean): number {
  const target = Math.log(p);
  const direction = increasing ? 1 : -1;
  let y = start;
  let before = Infinity;
  for (let step = 0; step < MAX_STEPS; step++) {
    const [probability, slope] = tail(y);
    if (probability === 0) {
      y += direction * 5;
      continue;
    }
    const move = (target - Math.log(probability)) * (probability / slope);
    if (!Number.isFinite(move)) {
      y -= direction * 5;
      continue;
    }
    y += Math.min(10, Math.max(-10, move));
    const size = Math.abs(move);
    // The last steps are of the size of rounding and no longer shrink.
    if (size <= 4e-16 * Math.max(1, Math.abs(y)) || (size < 1e-9 && size >= before)) break;
    before = size;
  }
  return y;
}
