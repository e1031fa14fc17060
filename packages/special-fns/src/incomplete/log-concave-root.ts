/** Inverting a distribution function whose logarithm is concave. */

export interface LogTail {
  /** The probability and its derivative at y. */
  (y: number): readonly [probability: number, slope: number];
}

const MAX_STEPS = 200;

/**
 * The y where the probability is p, by Newton's method on its logarithm, which is concave and monotone, inside of a bracket that shrinks with every value: a step that leaves it, or a
 * probability that underflows, halves it instead.
 */
export function logConcaveRoot(tail: LogTail, p: number, start: number, increasing: boolean): number {
  const target = Math.log(p);
  let [low, high] = [-Infinity, Infinity];
  let y = start;
  let before = Infinity;
  for (let step = 0; step < MAX_STEPS; step++) {
    const [probability, slope] = tail(y);
    const gap = target - Math.log(probability);
    if (gap > 0 === increasing) low = y;
    else high = y;
    const move = gap * (probability / slope);
    const size = Math.abs(move);
    // The last steps are of the size of rounding and no longer shrink.
    if (size <= 4e-16 * Math.max(1, Math.abs(y)) || (size < 1e-9 && size >= before)) return y + move;
    before = size;
    y = within(y, y + move, low, high);
  }
  return y;
}

/** `next` where it lies inside of the bracket, else its middle, or a step of at most 10 where one side is open. */
function within(y: number, next: number, low: number, high: number): number {
  if (next > low && next < high && Math.abs(next - y) <= 10) return next;
  if (Number.isFinite(low) && Number.isFinite(high)) return 0.5 * (low + high);
  return low === y ? y + 10 : y - 10;
}
