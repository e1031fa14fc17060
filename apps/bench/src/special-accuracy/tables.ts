/** The stored references, and errors against them. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fromBase64 } from '@curv-internal/python-peer';

export interface AccuracyTable {
  /** An export, or a part of what it returns: `softmax[0]`, `clopperPearson.low`. */
  readonly function: string;
  readonly region: string;
  /** What an error is divided by: |ref|, max(|ref|, 1), max(|ref|, size of the oscillation). */
  readonly metric: 'relative' | 'mixed' | 'amplitude';
  /** The size of the oscillation; √(2/πx) where not given. */
  readonly size?: Float64Array;
  /** How arguments are given: as one list; as parameters of a rule and an index; one by one where not given. */
  readonly call?: 'list' | 'rule';
  readonly args: readonly Float64Array[];
  readonly value: Float64Array;
  /** Reference minus value. */
  readonly rest: Float64Array;
}

/** @throws Error outside of a checkout, which alone has the references */
export function readTables(): AccuracyTable[] {
  const folder = dirname(createRequire(import.meta.url).resolve('@curv/special-fns/package.json'));
  const stored = JSON.parse(readFileSync(join(folder, 'test', 'golden', 'accuracy.json'), 'utf8')) as any[];
  return stored.map((t) => {
    const value = fromBase64(t.value);
    const bytes = Uint8Array.from(Buffer.from(t.rest, 'base64'));
    return { ...t, ...(t.size === undefined ? {} : { size: fromBase64(t.size) }), args: t.args.map(fromBase64), value, rest: Float64Array.from(new Float32Array(bytes.buffer), (r, i) => r * value[i]!) };
  });
}

export interface Errors {
  readonly maxUlp: number;
  readonly medianUlp: number;
  readonly maxRelative: number;
  /** Share of finite values. */
  readonly finite: number;
}

const ulp = (y: number): number => 2 ** Math.max(-1074, Math.floor(Math.log2(y)) - 52);

/** Of values found; those that are not finite count for `finite` alone. */
export function errorsOf(table: AccuracyTable, found: ArrayLike<number>): Errors {
  const { metric, args, size, value, rest } = table;
  const ulps: number[] = [];
  let maxRelative = 0;
  for (let i = 0; i < value.length; i++) {
    if (!Number.isFinite(found[i]!)) continue;
    const floor = metric === 'relative' ? 0 : metric === 'mixed' ? 1 : (size?.[i] ?? Math.sqrt(2 / (Math.PI * args.at(-1)![i]!)));
    const scale = Math.max(Math.abs(value[i]!), floor);
    const error = Math.abs(found[i]! - value[i]! - rest[i]!);
    ulps.push(error / ulp(scale));
    maxRelative = Math.max(maxRelative, error / scale);
  }
  ulps.sort((a, b) => a - b);
  return { maxUlp: ulps.at(-1) ?? NaN, medianUlp: ulps[ulps.length >> 1] ?? NaN, maxRelative, finite: ulps.length / value.length };
}
