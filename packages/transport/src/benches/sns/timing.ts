/** Times of a bench. */

/** The least time in ms of several runs, and what the last gave. */
export function timed<T>(runs: number, f: () => T): { ms: number; value: T } {
  let ms = Infinity;
  let value: T;
  for (let k = 0; k < runs; k++) {
    const start = performance.now();
    value = f();
    ms = Math.min(ms, performance.now() - start);
  }
  return { ms, value: value! };
}

export const seconds = (ms: number): string => (ms / 1000).toPrecision(3);
