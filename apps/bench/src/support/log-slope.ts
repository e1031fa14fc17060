/** How a cost grows. */

/** Slope of log y against log x by least squares. */
export function logSlope(x: readonly number[], y: readonly number[]): number {
  const [u, v] = [x.map(Math.log), y.map(Math.log)];
  const mean = (a: readonly number[]): number => a.reduce((s, t) => s + t, 0) / a.length;
  const [mu, mv] = [mean(u), mean(v)];
  return u.reduce((s, t, i) => s + (t - mu) * (v[i]! - mv), 0) / u.reduce((s, t) => s + (t - mu) ** 2, 0);
}
