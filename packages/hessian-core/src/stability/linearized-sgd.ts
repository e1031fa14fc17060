/** SGD on the linearized problem at a minimum: simulated, and in exact second moments. */
import { matrix } from '@curv/linalg';
import { random, type Random } from '@curv/tensor';
import { requireCount } from '../estimators/probes.js';
import { type BatchOptions, type OutputRows, samplesOf, type Samples, spanFrame } from './output-rows.js';
import { secondMomentMap } from './second-moment.js';

/** Options of `linearizedSgd` and `secondMoments`. */
export interface LinearizedOptions extends BatchOptions {
  readonly learningRate: number;
  readonly steps: number;
}

/** Options of `linearizedSgd`. */
export interface LinearizedSgdOptions extends LinearizedOptions {
  /** Independent runs to average. Default 100. */
  readonly trials?: number;
  readonly seed?: number;
  /** Where every run starts. Default: a random combination of the gradients, of norm 1, one for all runs. */
  readonly start?: ArrayLike<number>;
}

/** Mean course of the perturbation δ. */
export interface PerturbationCourse {
  /** E ‖δ_t‖², t = 0, …, steps. */
  readonly norm2: Float64Array;
  /** E ½ δ_tᵀ G δ_t, the linearized loss. */
  readonly loss: Float64Array;
  /** (E ‖δ_T‖² / E ‖δ_0‖²)^{1/T}. */
  readonly growth: number;
}

/**
 * δ ← δ − (η/B) Σ_{i ∈ batch} gᵢ (gᵢ · δ), averaged over runs (Wu & Su 2023, arXiv:2305.17490). Near the threshold the mean is carried by rare
 * large runs that few trials miss; `secondMoments` is exact. Cost: 2 B p a step and run.
 * @throws RangeError as `stabilityReport`, or on a start of another length
 */
export function linearizedSgd(gradients: OutputRows, options: LinearizedSgdOptions): PerturbationCourse {
  const samples = samplesOf(gradients, options);
  const { learningRate, steps, trials = 100, seed = 0, replacement = true } = options;
  checkRate(learningRate, steps);
  requireCount('trials', trials);
  const { rows, batch } = samples;
  const stream = random(seed).fork('linearized sgd');
  const start = options.start === undefined ? inSpan(samples, stream) : Float64Array.from(options.start);
  if (start.length !== rows.columns) throw new RangeError(`start must have ${rows.columns} elements, got ${start.length}`);
  const norm2 = new Float64Array(steps + 1);
  const loss = new Float64Array(steps + 1);
  for (let trial = 0; trial < trials; trial++) {
    const delta = start.slice();
    for (let t = 0; ; t++) {
      norm2[t]! += delta.reduce((sum, x) => sum + x * x, 0) / trials;
      loss[t]! += lossOf(samples, delta) / trials;
      if (t === steps) break;
      move(samples, delta, draw(stream, samples.count, batch, replacement), learningRate / batch);
    }
  }
  return { norm2, loss, growth: (norm2[steps]! / norm2[0]!) ** (1 / steps) };
}

/**
 * The same in exact second moments, from E[δ δᵀ] = I/r on the span of the gradients (r its dimension). Cost: n r² a step after one Gram matrix.
 * @throws RangeError as `stabilityReport`
 */
export function secondMoments(gradients: OutputRows, options: LinearizedOptions): PerturbationCourse {
  const samples = samplesOf(gradients, options);
  const { learningRate, steps } = options;
  checkRate(learningRate, steps);
  const frame = spanFrame(samples);
  const r = frame.eigenvalues.length;
  const map = secondMomentMap(samples, frame, learningRate);
  const norm2 = new Float64Array(steps + 1);
  const loss = new Float64Array(steps + 1);
  let s = matrix(r, r);
  for (let i = 0; i < r; i++) s.data[i * r + i] = 1 / r;
  for (let t = 0; ; t++) {
    for (let i = 0; i < r; i++) {
      norm2[t]! += s.data[i * r + i]!;
      loss[t]! += (frame.eigenvalues[i]! * s.data[i * r + i]!) / 2;
    }
    if (t === steps) return { norm2, loss, growth: (norm2[steps]! / norm2[0]!) ** (1 / steps) };
    s = map(s);
  }
}

function checkRate(learningRate: number, steps: number): void {
  if (!(learningRate > 0 && learningRate < Infinity)) throw new RangeError(`learningRate must be a positive number, got ${learningRate}`);
  requireCount('steps', steps);
}

/** A unit vector in the span of the rows. */
function inSpan({ rows }: Samples, stream: Random): Float64Array {
  const out = new Float64Array(rows.columns);
  for (let i = 0; i < rows.rows; i++) {
    const c = stream.normal();
    for (let j = 0; j < rows.columns; j++) out[j]! += c * rows.data[i * rows.columns + j]!;
  }
  const size = Math.sqrt(out.reduce((sum, x) => sum + x * x, 0));
  return size === 0 ? out : out.map((x) => x / size);
}

const along = ({ rows: { data, columns } }: Samples, row: number, delta: Float64Array): number => {
  let sum = 0;
  for (let j = 0; j < columns; j++) sum += data[row * columns + j]! * delta[j]!;
  return sum;
};

function lossOf(samples: Samples, delta: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < samples.rows.rows; i++) sum += along(samples, i, delta) ** 2;
  return sum / (2 * samples.count);
}

function draw(stream: Random, count: number, batch: number, replacement: boolean): Int32Array {
  return replacement ? Int32Array.from({ length: batch }, () => stream.integer(count)) : stream.permutation(count).subarray(0, batch);
}

/** δ −= rate Σ gᵢ (gᵢ · δ), all inner products at the old δ. */
function move(samples: Samples, delta: Float64Array, chosen: Int32Array, rate: number): void {
  const { rows: { data, columns }, outputs } = samples;
  const picked = Array.from(chosen).flatMap((i) => Array.from({ length: outputs }, (_, c) => i * outputs + c));
  const products = picked.map((row) => rate * along(samples, row, delta));
  picked.forEach((row, k) => {
    for (let j = 0; j < columns; j++) delta[j]! -= products[k]! * data[row * columns + j]!;
  });
}
