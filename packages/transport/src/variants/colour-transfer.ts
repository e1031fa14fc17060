/** Colour transfer between images by exact transport of samples. */
import { type Matrix, randomStream } from '@curv/linalg';
import { requireCount, requireMatrix } from '../checks.js';
import { costMatrix } from '../costs.js';
import { exactTransport } from '../exact/exact-transport.js';
import { barycentricMap, extendMap } from './barycentric-map.js';

/** Options of colour transfer. */
export interface ColourTransferOptions {
  /** Pixels drawn of each image, at most; default 500. */
  readonly samples?: number;
  /** Samples that a pixel follows, default 8: more is smoother. */
  readonly neighbours?: number;
  readonly seed?: number;
  /** Bounds to which results are clipped, default [0, 1]; null for none. */
  readonly range?: readonly [number, number] | null;
  readonly signal?: AbortSignal;
}

/**
 * Gives an image the colours of another: exact transport between samples of the pixels, each sample to the mean of its targets, every other pixel along with the
 * samples nearest in colour (Ferradans, Papadakis, Peyré & Aujol 2014, arXiv:1307.5551). O(s²) memory and an exact transport for s samples, O(log s) a pixel.
 * @param image n×c: one pixel a row, c channels (three in RGB)
 * @param palette m×c: the pixels whose colours are wanted
 * @returns n×c
 * @throws TypeError, RangeError on pixels that are not finite or of other channels, counts below 1
 */
export function colourTransfer(image: Matrix, palette: Matrix, options: ColourTransferOptions = {}): Matrix {
  const where = 'colourTransfer';
  requireMatrix(where, 'image', image);
  requireMatrix(where, 'palette', palette, undefined, image.columns);
  const { samples = 500, neighbours = 8, seed = 0, range = [0, 1], signal } = options;
  requireCount(where, 'samples', samples);
  requireCount(where, 'neighbours', neighbours);
  const [from, to] = [sampleRows(image, samples, seed), sampleRows(palette, samples, seed + 1)];
  const { plan } = exactTransport(costMatrix(from, to), undefined, undefined, signal ? { signal } : {});
  const result = extendMap(from, barycentricMap(plan, to), neighbours)(image);
  return range === null ? result : { ...result, data: result.data.map((v) => Math.min(range[1], Math.max(range[0], v))) };
}

/** At most so many different rows, drawn without replacement, in random order. */
function sampleRows(points: Matrix, count: number, seed: number): Matrix {
  const { rows, columns, data } = points;
  const stream = randomStream(seed);
  const order = Int32Array.from({ length: rows }, (_, i) => i);
  const kept = Math.min(count, rows);
  const out = new Float64Array(kept * columns);
  for (let k = 0; k < kept; k++) {
    const at = k + Math.floor(stream.uniform() * (rows - k));
    [order[k], order[at]] = [order[at]!, order[k]!];
    out.set(data.subarray(order[k]! * columns, (order[k]! + 1) * columns), k * columns);
  }
  return { rows: kept, columns, data: out };
}
