/** The problems of the `sns` bench. */
import { mnist } from '@curv-internal/datasets';
import type { Matrix } from '@curv/linalg';
import { costMatrix } from '../../costs.js';

/** A transport problem, with what it is known to cost at η = 1200 (cost, then dual) and without regularization. */
export interface Problem {
  readonly name: string;
  readonly cost: Matrix;
  readonly a: Float64Array;
  readonly b: Float64Array;
  /** ⟨C, P⟩, dual and exact optimum, each to about 1e-15; the exact one by network simplex. */
  readonly reference: readonly [number, number, number];
}

/** mulberry32 (T. Ettinger, public domain). */
function mulberry32(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Assignment with independent costs in [0, 1). */
function randomProblem(n: number, seed: number, reference: Problem['reference']): Problem {
  const uniform = new Float64Array(n).fill(1 / n);
  return { name: `random ${n}`, cost: { rows: n, columns: n, data: Float64Array.from({ length: n * n }, mulberry32(seed)) }, a: uniform, b: uniform, reference };
}

const SIDE = 28;

/** The first images of the digits 0 and 1. @throws where the optional package `mnist` is not installed */
export async function zeroAndOne(): Promise<readonly [Float64Array, Float64Array]> {
  const [zeros, ones] = (await mnist()) as readonly [Float64Array, Float64Array];
  return [zeros.slice(0, SIDE * SIDE), ones.slice(0, SIDE * SIDE)];
}

/** Bilinear resampling of a 28×28 image between pixel centres, edges extended. */
function resampled(image: Float64Array, h: number, w: number): Float64Array {
  if (h === SIDE && w === SIDE) return image;
  const axis = (at: number, size: number): [number, number, number] => {
    const place = Math.min(SIDE - 1, Math.max(0, ((at + 0.5) * SIDE) / size - 0.5));
    const low = Math.min(SIDE - 2, Math.floor(place));
    return [low, low + 1, place - low];
  };
  return Float64Array.from({ length: h * w }, (_, k) => {
    const [r0, r1, s] = axis(Math.floor(k / w), h);
    const [c0, c1, t] = axis(k % w, w);
    const at = (r: number, c: number): number => image[r * SIDE + c]!;
    return (1 - s) * ((1 - t) * at(r0, c0) + t * at(r0, c1)) + s * ((1 - t) * at(r1, c0) + t * at(r1, c1));
  });
}

/** Two images as masses on an h×w grid: +0.01 a pixel, sum 1; the cost between pixel centres in [0, 1]², divided by its maximum. */
function pixelProblem(images: readonly [Float64Array, Float64Array], metric: 'sqeuclidean' | 'cityblock', h: number, w: number, reference: Problem['reference']): Problem {
  const points: Matrix = { rows: h * w, columns: 2, data: Float64Array.from({ length: 2 * h * w }, (_, k) => (k % 2 === 0 ? (Math.floor((k >> 1) / w) + 0.5) / h : (((k >> 1) % w) + 0.5) / w)) };
  const masses = (image: Float64Array): Float64Array => {
    const raised = resampled(image, h, w).map((value) => value + 0.01);
    const total = raised.reduce((sum, value) => sum + value, 0);
    return raised.map((value) => value / total);
  };
  return { name: `${metric === 'cityblock' ? 'l1' : 'l2sq'} ${h * w}`, cost: costMatrix(points, points, metric, 'max'), a: masses(images[0]), b: masses(images[1]), reference };
}

export const RANDOM_500 = (): Problem => randomProblem(500, 1, [0.0036676754835777, -0.0021493604881787, 0.003421824302989987]);

export const RANDOM_1000 = (): Problem => randomProblem(1000, 1, [0.0019966415907914, -0.0047059437105053, 0.001659838043153285]);

/** All six pixel problems. */
export const pixelProblems = (images: readonly [Float64Array, Float64Array]): Problem[] => [
  pixelProblem(images, 'sqeuclidean', 25, 20, [0.0076192309564334, 0.0022078505020165, 0.007221798934431056]),
  pixelProblem(images, 'cityblock', 25, 20, [0.0637298208125521, 0.0581401450651012, 0.06372981067483317]),
  pixelProblem(images, 'sqeuclidean', 28, 28, [0.0075798384738468, 0.001572790923826, 0.00707031811581075]),
  pixelProblem(images, 'cityblock', 28, 28, [0.0639493774463951, 0.0578719251780439, 0.0639493774463952]),
  pixelProblem(images, 'sqeuclidean', 40, 25, [0.0072516045090517, 0.0006981092113012, 0.006687915101687353]),
  pixelProblem(images, 'cityblock', 40, 25, [0.0622607165045955, 0.0558101582512925, 0.0622580754504889]),
];
