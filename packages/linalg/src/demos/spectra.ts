/** Eigenvalues and singular values of well-known matrices, and how far small changes move them. */
import type { Ctx, Frame } from '@curv/plugin';
import type { Matrix } from '../api.js';
import { eigen } from '../dense/eigen.js';
import { svd } from '../dense/svd.js';
import { maxAbs } from '../vector.js';

interface Values {
  readonly matrix: string;
  readonly n: number;
  readonly change: number;
  readonly trials: number;
}

type Entry = (i: number, j: number, n: number, normal: () => number) => number;

const MATRICES: Readonly<Record<string, Entry>> = {
  // uniform in a disc: the circular law
  random: (_i, _j, n, normal) => normal() / Math.sqrt(n),
  grcar: (i, j) => (j === i - 1 ? -1 : j >= i && j <= i + 3 ? 1 : 0),
  wilkinson: (i, j, n) => (i === j ? Math.abs(i - (n - 1) / 2) : Math.abs(i - j) === 1 ? 1 : 0),
  hilbert: (i, j) => 1 / (i + j + 1),
  jordan: (i, j) => (i === j ? 0.5 : j === i + 1 ? 1 : 0),
};

export async function* spectra({ matrix, n, change, trials }: Values, { rng, signal }: Ctx): AsyncIterable<Frame> {
  const entries = rng.fork('entries');
  const entry = MATRICES[matrix]!;
  const data = Float64Array.from({ length: n * n }, (_, k) => entry(Math.floor(k / n), k % n, n, () => entries.normal()));
  const a: Matrix = { rows: n, columns: n, data };
  const { real, imaginary } = eigen(a, { vectors: false });
  const plane = { figure: 'eigenvalues in the complex plane', axes: { x: { label: 'real part' }, y: { label: 'imaginary part' } } };
  yield { kind: 'series', ...plane, name: 'eigenvalues', x: real, y: imaginary, mark: 'dot' };
  const { values } = svd(a, { vectors: false });
  yield { kind: 'series', name: 'log10 singular values', axes: { x: { label: 'number' } }, x: values.map((_, j) => j), y: values.map((s) => Math.log10(Math.max(s, 1e-20))) };
  const noise = rng.fork('noise');
  const size = change * maxAbs(data);
  const [x, y]: [number[], number[]] = [[], []];
  let farthest = 0;
  for (let t = 0; t < trials; t++) {
    signal.throwIfAborted();
    const moved = eigen({ ...a, data: data.map((value) => value + size * noise.normal()) }, { vectors: false });
    x.push(...moved.real);
    y.push(...moved.imaginary);
    moved.real.forEach((re, j) => {
      let least = Infinity;
      for (let k = 0; k < n; k++) least = Math.min(least, Math.hypot(re - real[k]!, moved.imaginary[j]! - imaginary[k]!));
      farthest = Math.max(farthest, least);
    });
  }
  if (trials > 0) yield { kind: 'series', ...plane, name: `eigenvalues after changes of ${change}`, x, y, mark: 'dot' };
  yield { kind: 'metric', step: 0, values: { radius: real.reduce((most, re, j) => Math.max(most, Math.hypot(re, imaginary[j]!)), 0), largestSingularValue: values[0]!, smallestSingularValue: values.at(-1)!, farthestMove: farthest } };
}
