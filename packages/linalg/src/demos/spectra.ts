/** Eigenvalues and singular values of well-known matrices, and how far small changes move them. */
import { breathe, type Ctx, type Frame, progress } from '@curv/plugin';
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

const PLANE = { figure: 'Eigenvalues in the complex plane', axes: { x: { label: 'real part' }, y: { label: 'imaginary part' }, equal: true } } as const;
const SINGULAR = { figure: 'Singular values', axes: { x: { label: 'rank' }, y: { label: 'singular value', log: true } } } as const;
/** Singular values below this are drawn at it. */
const LEAST = 1e-20;
const atLeast = (values: Float64Array): Float64Array => values.map((s) => Math.max(s, LEAST));

export async function* spectra({ matrix, n, change, trials }: Values, { rng, signal }: Ctx): AsyncIterable<Frame> {
  const entries = rng.fork('entries');
  const entry = MATRICES[matrix]!;
  const data = Float64Array.from({ length: n * n }, (_, k) => entry(Math.floor(k / n), k % n, n, () => entries.normal()));
  const a: Matrix = { rows: n, columns: n, data };
  const { real, imaginary } = eigen(a, { vectors: false });
  yield { kind: 'series', ...PLANE, name: 'eigenvalues', x: real, y: imaginary, mark: 'dot' };
  const { values } = svd(a, { vectors: false });
  const numbers = values.map((_, j) => j + 1);
  yield { kind: 'series', ...SINGULAR, name: 'singular values', x: numbers, y: atLeast(values) };
  const noise = rng.fork('noise');
  const size = change * maxAbs(data);
  const [x, y]: [number[], number[]] = [[], []];
  let [farthest, farthestSingular, norm] = [0, 0, 0];
  for (let t = 0; t < trials; t++) {
    yield progress(t, trials, `change ${t + 1} of ${trials}`);
    await breathe(signal);
    const added = data.map(() => size * noise.normal());
    const changed: Matrix = { ...a, data: data.map((value, k) => value + added[k]!) };
    const moved = eigen(changed, { vectors: false });
    x.push(...moved.real);
    y.push(...moved.imaginary);
    farthest = Math.max(farthest, farthestMove(moved, { real, imaginary }));
    const after = svd(changed, { vectors: false }).values;
    after.forEach((s, j) => (farthestSingular = Math.max(farthestSingular, Math.abs(s - values[j]!))));
    norm = Math.max(norm, svd({ ...a, data: added }, { vectors: false }).values[0]!);
    if (t === 0) yield { kind: 'series', ...SINGULAR, name: `after a change of ${change}`, x: numbers, y: atLeast(after), mark: 'dot' };
  }
  if (trials > 0) yield { kind: 'series', ...PLANE, name: `after changes of ${change}`, x, y, mark: 'dot' };
  yield {
    kind: 'metric',
    step: 0,
    values: { 'norm of the largest change': norm, 'farthest move of an eigenvalue': farthest, 'farthest move of a singular value': farthestSingular, 'spectral radius': Math.max(...real.map((re, j) => Math.hypot(re, imaginary[j]!))), 'condition number': values[0]! / Math.max(values.at(-1)!, Number.MIN_VALUE) },
  };
}

interface Spectrum {
  readonly real: Float64Array;
  readonly imaginary: Float64Array;
}

/** The largest distance from a moved eigenvalue to the nearest of those before. */
function farthestMove(moved: Spectrum, { real, imaginary }: Spectrum): number {
  let farthest = 0;
  moved.real.forEach((re, j) => {
    let least = Infinity;
    for (let k = 0; k < real.length; k++) least = Math.min(least, Math.hypot(re - real[k]!, moved.imaginary[j]! - imaginary[k]!));
    farthest = Math.max(farthest, least);
  });
  return farthest;
}
