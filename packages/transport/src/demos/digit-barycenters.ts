/** Handwritten digits as clouds of ink, and clouds between them. */
import { digits as loadDigits, type Table } from '@curv-internal/datasets';
import { breathe, type Ctx, type Frame, progress } from '@curv/plugin';
import { freeSupportBarycenter, type Measure } from '../variants/free-support-barycenter.js';
import { tiles } from './tiles.js';

interface Values {
  readonly from: number;
  readonly to: number;
  readonly samples: number;
  readonly support: number;
}

/** Pixels with ink, and how much they have. */
function inkOf({ inputs, columns }: Table, row: number): Measure {
  const pixels = inputs.subarray(row * columns, (row + 1) * columns);
  const inked = [...pixels.keys()].filter((k) => pixels[k]! > 0);
  const total = pixels.reduce((s, v) => s + v, 0);
  const points = { rows: inked.length, columns: 2, data: Float64Array.from(inked.flatMap((k) => [k % 8, Math.floor(k / 8)])) };
  return { points, masses: inked.map((k) => pixels[k]! / total) };
}

const SIDE = 32;
const SHARES = [0, 0.25, 0.5, 0.75, 1];

/** A cloud as an image: every point a small round spot. */
function picture(points: Float64Array, masses: Float64Array): Float64Array {
  const z = new Float64Array(SIDE * SIDE);
  for (let k = 0; k < SIDE * SIDE; k++) {
    const [x, y] = [((k % SIDE) + 0.5) * (8 / SIDE) - 0.5, (Math.floor(k / SIDE) + 0.5) * (8 / SIDE) - 0.5];
    masses.forEach((w, i) => (z[k]! += w * Math.exp(-((x - points[2 * i]!) ** 2 + (y - points[2 * i + 1]!) ** 2) / (2 * 0.35 ** 2))));
  }
  return z;
}

export async function* digitBarycenters({ from, to, samples, support }: Values, { rng, signal }: Ctx): AsyncIterable<Frame> {
  const table = await loadDigits();
  const draw = rng.fork('digits');
  const some = (digit: number): Measure[] => {
    const rows = [...table.targets.keys()].filter((i) => table.targets[i] === digit);
    return Array.from({ length: samples }, () => inkOf(table, rows[Math.floor(draw.uniform() * rows.length)]!));
  };
  const [first, second] = [some(from), some(to)];
  const clouds: Float64Array[] = [];
  const metrics: Frame[] = [];
  let initial;
  for (const [k, share] of SHARES.entries()) {
    yield progress(k, SHARES.length, `${Math.round(100 * share)} % of ${to}`);
    await breathe(signal);
    const weights = [...first.map(() => (1 - share) / samples), ...second.map(() => share / samples)];
    // Measures without weight need no plan.
    const kept = [...first, ...second].map((measure, i) => ({ measure, weight: weights[i]! })).filter(({ weight }) => weight > 0);
    const result = freeSupportBarycenter(kept.map(({ measure }) => measure), {
      weights: kept.map(({ weight }) => weight), support, maxIterations: 30, tolerance: 1e-3, seed: rng.seed, signal, ...(initial && { initial }),
    });
    initial = result.points;
    clouds.push(picture(result.points.data, result.masses));
    const percent = Math.round(100 * share);
    metrics.push({ kind: 'metric', step: percent, figure: 'Mean squared distance to the digits', axes: { x: { label: `share of ${to}, %` }, y: { label: 'squared pixels' } }, values: { 'mean squared distance': result.cost } });
  }
  yield { kind: 'grid', name: `Barycenters from ${from} to ${to}: ${SHARES.map((share) => `${100 * share}`).join(', ')} % of ${to}, row by row`, axes: { equal: true }, ...tiles(clouds, SIDE) };
  yield* metrics;
}
