/** The colours of one landscape given to another. */
import type { Matrix } from '@curv/linalg';
import { breathe, type Ctx, type Frame } from '@curv/plugin';
import { slicedWasserstein } from '../exact/sliced.js';
import { colourTransfer } from '../variants/colour-transfer.js';

interface Values {
  readonly size: number;
  readonly samples: number;
  readonly neighbours: number;
}

type Colour = readonly [number, number, number];

const mix = (a: Colour, b: Colour, t: number): Colour => [0, 1, 2].map((k) => a[k]! + Math.min(1, Math.max(0, t)) * (b[k]! - a[k]!)) as unknown as Colour;

/** Sky over hills over a meadow, grained. x and y in [0, 1], y downwards. */
function landscape(size: number, rng: Ctx['rng'], sky: readonly [Colour, Colour], hills: readonly [Colour, Colour], meadow: readonly [Colour, Colour]): Matrix {
  const data = new Float64Array(3 * size * size);
  for (let k = 0; k < size * size; k++) {
    const [x, y] = [(k % size) / size, Math.floor(k / size) / size];
    const ridge = 0.45 + 0.08 * Math.sin(5 * x) + 0.04 * Math.sin(17 * x + 1);
    const ground = 0.7 + 0.03 * Math.sin(9 * x + 2);
    const colour = y < ridge ? mix(...sky, y / ridge) : y < ground ? mix(...hills, (y - ridge) / (ground - ridge)) : mix(...meadow, (y - ground) / (1 - ground));
    for (let c = 0; c < 3; c++) data[3 * k + c] = Math.min(1, Math.max(0, colour[c]! + 0.02 * rng.normal()));
  }
  return { rows: size * size, columns: 3, data };
}

const channel = ({ data }: Matrix, c: number): Float64Array => data.filter((_, k) => k % 3 === c);

const CLOUD = { figure: 'Colours of the pixels', axes: { x: { label: 'red, 0 to 1' }, y: { label: 'blue, 0 to 1' } }, mark: 'dot' } as const;

async function* show(name: string, image: Matrix, size: number, signal: AbortSignal): AsyncIterable<Frame> {
  await breathe(signal);
  yield { kind: 'image', name, width: size, height: size, rgb: image.data };
  signal.throwIfAborted();
  yield { kind: 'series', name, ...CLOUD, x: channel(image, 0), y: channel(image, 2) };
}

export async function* colours({ size, samples, neighbours }: Values, { rng, signal }: Ctx): AsyncIterable<Frame> {
  const noon = landscape(size, rng.fork('noon'), [[0.25, 0.5, 0.9], [0.7, 0.85, 1]], [[0.35, 0.5, 0.4], [0.2, 0.4, 0.25]], [[0.3, 0.6, 0.2], [0.5, 0.7, 0.25]]);
  const dusk = landscape(size, rng.fork('dusk'), [[0.2, 0.1, 0.35], [1, 0.55, 0.25]], [[0.35, 0.15, 0.3], [0.2, 0.1, 0.2]], [[0.25, 0.15, 0.15], [0.45, 0.3, 0.15]]);
  yield* show('image', noon, size, signal);
  yield* show('palette', dusk, size, signal);
  await breathe(signal);
  const result = colourTransfer(noon, dusk, { samples, neighbours, seed: rng.seed, signal });
  yield* show('result', result, size, signal);
  const away = (image: Matrix): number => slicedWasserstein(image, dusk, { directions: 32, seed: rng.seed }).distance;
  const values = { 'sliced distance to the palette, image': away(noon), 'sliced distance to the palette, result': away(result) };
  yield { kind: 'metric', step: 0, values };
}
