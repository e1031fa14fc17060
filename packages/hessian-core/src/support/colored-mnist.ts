/** Colored MNIST (Arjovsky et al. 2019, arXiv:1907.02893): a colour that predicts the label better than the shape does, until it does not. */
import { shuffledMnist } from '@curv-internal/datasets';
import { type Random, tensor } from '@curv/tensor';
import type { Data } from './network.js';

const SIDE = 28;
const PIXELS = SIDE * SIDE;
/** Every second pixel of every second row. */
const SMALL = PIXELS / 4;

/** Grey images 14 × 14 with digits, in one random order. */
export interface Digits {
  readonly images: Float32Array;
  readonly digits: Int32Array;
  readonly count: number;
}

/** @throws where the optional package `mnist` is not installed */
export async function loadDigits28(): Promise<Digits> {
  const { inputs, labels: digits } = await shuffledMnist('colored mnist');
  const images = Float32Array.from({ length: digits.length * SMALL }, (_, k) => {
    const [i, p] = [Math.floor(k / SMALL), k % SMALL];
    return inputs[i * PIXELS + 2 * Math.floor(p / 14) * SIDE + 2 * (p % 14)]!;
  });
  return { images, digits, count: digits.length };
}

/** How a domain is made. */
export interface Colouring {
  /** How often the colour contradicts the label; null: grey, half in each channel. */
  readonly flip: number | null;
  /** Share of label 1. Default: as it comes. */
  readonly positive?: number;
}

/** `count` examples from `from` on; label: digit below 5, wrong for a quarter; two channels [count, 392], of which the colour keeps one. */
export function colored({ images, digits, count: total }: Digits, from: number, count: number, { flip, positive }: Colouring, stream: Random): Data {
  const x = new Float32Array(count * 2 * SMALL);
  const y = new Int32Array(count);
  for (let i = 0, at = from; i < count; at = (at + 1) % total) {
    const label = Number(digits[at]! < 5) ^ Number(stream.uniform() < 0.25);
    const wanted = positive === undefined ? label : Number(i < Math.round(positive * count));
    if (label !== wanted) continue;
    y[i] = label;
    const colour = flip === null ? null : label ^ Number(stream.uniform() < flip);
    for (let p = 0; p < SMALL; p++) {
      const value = images[at * SMALL + p]!;
      for (const channel of [0, 1]) x[(i * 2 + channel) * SMALL + p] = colour === null ? value / 2 : channel === colour ? value : 0;
    }
    i++;
  }
  return { x: tensor(x, [count, 2 * SMALL]), y: tensor(y, [count]) };
}
