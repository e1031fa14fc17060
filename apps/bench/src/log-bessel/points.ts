/** The regions of the paper, and where the references for them come from. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { randomStream } from '@curv/linalg';
import { fromBase64, type PythonPeer, toBase64 } from '@curv-internal/python-peer';

export interface Points {
  readonly name: string;
  readonly v: Float64Array;
  readonly x: Float64Array;
}

/** A value to more than double precision: the nearest double, and the rest. */
export interface Reference {
  readonly value: Float64Array;
  readonly rest: Float64Array;
}

export interface ReferencePoints extends Points {
  readonly i: Reference;
  readonly k: Reference;
}

const REGIONS: readonly (readonly [string, number, number])[] = [
  ['small', 0, 150],
  ['large', 150, 1e4],
];

/** v and x uniform in the region's square. */
export function regions(count: number): Points[] {
  return REGIONS.map(([name, low, high], seed) => {
    const stream = randomStream(seed + 1);
    const draw = (): Float64Array => stream.vector(count, 'uniform').map((u) => low + (high - low) * u);
    return { name, v: draw(), x: draw() };
  });
}

/** 45-digit references of the checkout (tooling/reference/special_fns_log_bessel.py): 2 000 log-uniform points, 400 of each region, 218 hard ones. */
export function storedPoints(): ReferencePoints[] {
  const folder = dirname(createRequire(import.meta.url).resolve('@curv/special-fns/package.json'));
  const tables = JSON.parse(readFileSync(join(folder, 'test', 'golden', 'log-bessel.json'), 'utf8')) as Record<string, any>;
  return Object.entries(tables).map(([name, { v, x, i, k }]) => ({ name: `${name}, stored`, v: fromBase64(v), x: fromBase64(x), i: stored(i), k: stored(k) }));
}

function stored({ value, rest }: { value: string; rest: string }): Reference {
  const bytes = Uint8Array.from(Buffer.from(rest, 'base64'));
  const high = fromBase64(value);
  // The rest is stored in units of the value.
  return { value: high, rest: Float64Array.from(new Float32Array(bytes.buffer), (r, j) => r * high[j]!) };
}

/** References in 80-bit floats, from the peer. @throws Error with the reason when its long double is no wider than a double */
export async function computedPoints(points: Points, peer: PythonPeer): Promise<ReferencePoints> {
  const answer = await peer.ask({ do: 'log-bessel', v: toBase64(points.v), x: toBase64(points.x) });
  if (answer.missing) throw new Error(answer.missing as string);
  const decoded = ({ value, rest }: { value: string; rest: string }): Reference => ({ value: fromBase64(value), rest: fromBase64(rest) });
  return { ...points, i: decoded(answer.i), k: decoded(answer.k) };
}
