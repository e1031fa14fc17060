/** Exactness and cost of M-FAC's forms. */
import { fisherInverse, slidingFisherInverse } from '@curv/hessian-core';
import { cholesky, matmul, transpose } from '@curv/linalg';
import { random } from '@curv/tensor';
import { inChild } from '../support/child.js';

const M = 64;

/** Largest relative difference of the forms to the dense inverse, on one vector. */
export function agreement(d: number): { form: string; error: number }[] {
  const damping = 1e-3;
  const stream = random(1).fork('m-fac agreement');
  const g = Float64Array.from({ length: M * d }, () => stream.normal());
  const x = Float64Array.from({ length: d }, () => stream.normal());
  const rows = { data: g, rows: M, columns: d };
  const dense = matmul(transpose(rows), rows);
  for (let i = 0; i < d * d; i++) dense.data[i] = dense.data[i]! / M + (i % (d + 1) === 0 ? damping : 0);
  const truth = cholesky(dense).solve(x);
  const window = (method: 'cholesky' | 'dynamic'): Float64Array => {
    const sliding = slidingFisherInverse({ dimension: d, window: M, damping, dtype: 'float64', method });
    for (let i = 0; i < M; i++) sliding.push(g.subarray(i * d, (i + 1) * d));
    return sliding.apply(x);
  };
  const forms: [string, Float64Array][] = [
    ['static, recursion', fisherInverse(rows, { damping, method: 'recursion' }).apply(x)],
    ['static, Cholesky', fisherInverse(rows, { damping }).apply(x)],
    ['window, Cholesky', window('cholesky')],
    ['window, coefficients', window('dynamic')],
  ];
  const norm = Math.hypot(...truth);
  return forms.map(([form, y]) => ({ form, error: Math.hypot(...y.map((value, i) => value - truth[i]!)) / norm }));
}

/** Least milliseconds of a step (one gradient replaced, and F⁻¹ times it) at each size, in turn, round after round. */
export function stepTimes(sizes: readonly number[], rounds: number): number[] {
  const gradients = sizes.map((d) => Float32Array.from({ length: d }, (_, i) => Math.sin(0.7 * i)));
  const windows = gradients.map((g) => {
    const window = slidingFisherInverse({ dimension: g.length, window: M, damping: 1e-3 });
    for (let i = 0; i < M; i++) window.push(g.map((x, j) => x * Math.cos(i + j)));
    return window;
  });
  const least = sizes.map(() => Infinity);
  for (let round = 0; round < rounds; round++) {
    windows.forEach((window, i) => {
      const start = performance.now();
      window.pushApply(gradients[i]!);
      least[i] = Math.min(least[i]!, performance.now() - start);
    });
  }
  return least;
}

export interface WindowMemory {
  /** Bytes of resident memory that a full window, a step and a product have added at the peak. */
  readonly added: number;
  /** m · d · 4. */
  readonly window: number;
}

/** Peak memory of a window in use, in a process of its own. */
export const windowMemory = (d: number, m: number, signal: AbortSignal): Promise<WindowMemory> =>
  inChild(
    `const { slidingFisherInverse } = await load('hessian-core');
    const [d, m] = [${d}, ${m}];
    const g = new Float32Array(d).fill(1);
    const before = maxRss();
    const window = slidingFisherInverse({ dimension: d, window: m, damping: 1e-3 });
    for (let i = 0; i < m; i++) { g[i] = 2; window.pushApply(g); }
    window.apply(Float64Array.from(g));
    console.log(JSON.stringify({ added: maxRss() - before, window: m * d * 4 }));`,
    signal,
  );
