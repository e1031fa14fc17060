/** Time and memory of transport between point clouds. */
import { type BenchFrame, type Ctx, measured, progress } from '@curv/plugin';
import type { Matrix } from '@curv/linalg';
import { sinkhornPointClouds } from '../../entropic/point-clouds.js';

/** Points in the unit cube. */
function cloud(rng: Ctx['rng'], rows: number): Matrix {
  return { rows, columns: 3, data: Float64Array.from({ length: 3 * rows }, () => rng.uniform()) };
}

/** Least time of a sweep, and the error after the last. */
async function sweepTime({ rng, signal }: Ctx, n: number, sweeps: number): Promise<{ ms: number; error: number }> {
  const [xs, ys] = [cloud(rng.fork(`source ${n}`), n), cloud(rng.fork(`target ${n}`), n)];
  let ms = Infinity;
  let last: number | null = null;
  const { errors } = await sinkhornPointClouds(xs, ys, undefined, undefined, {
    epsilon: 0.01, tolerance: 0, maxIterations: sweeps, signal,
    onProgress: () => {
      const now = performance.now();
      if (last !== null) ms = Math.min(ms, now - last);
      last = now;
    },
  });
  return { ms, error: errors.at(-1)! };
}

/** Slope of log y in log x by least squares. */
function slope(xs: readonly number[], ys: readonly number[]): number {
  const [u, v] = [xs.map(Math.log), ys.map(Math.log)];
  const mean = (w: readonly number[]): number => w.reduce((s, t) => s + t, 0) / w.length;
  const [mu, mv] = [mean(u), mean(v)];
  return u.reduce((s, t, k) => s + (t - mu) * (v[k]! - mv), 0) / u.reduce((s, t) => s + (t - mu) ** 2, 0);
}

export async function* scale(ctx: Ctx): AsyncIterable<BenchFrame> {
  const sizes = ctx.quick ? [1000, 2000, 4000] : [2500, 5000, 10_000, 20_000];
  const times: number[] = [];
  const rows: (string | number)[][] = [];
  for (const [at, n] of sizes.entries()) {
    yield progress(at, sizes.length, `${n} points each`);
    const { ms, error } = await sweepTime(ctx, n, n > 10_000 ? 4 : 8);
    times.push(ms);
    rows.push([n, ms.toFixed(0), ((ms * 1e6) / n / n).toFixed(2), error.toExponential(1)]);
  }
  yield { kind: 'table', title: 'a sweep between point clouds in dimension 3, ε = 0.01, no cost matrix', columns: ['n = m', 'ms', 'ns a pair', 'error'], rows };
  const found = slope(sizes, times);
  yield measured('slope', Math.abs(found - 2), `slope ${found.toFixed(3)}`);
  const memory = (globalThis as { process?: { memoryUsage?: () => { rss: number } } }).process?.memoryUsage?.().rss;
  if (ctx.quick || memory === undefined) yield measured('memory', null, ctx.quick ? 'not in a quick run' : 'this realm does not say how much memory it uses');
  else yield measured('memory', memory / 2 ** 20, 'of the whole process after all parts of this bench; a cost matrix alone would be 3052 MiB');
}
