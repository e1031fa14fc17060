/** Reading the reference values that tooling/reference/special_fns_*.py wrote. */
import { readFileSync } from 'node:fs';

export interface EncodedValues {
  readonly value: string;
  readonly rest: string;
}

export function golden<Content>(name: string): Content {
  return JSON.parse(readFileSync(new URL(`./golden/${name}.json`, import.meta.url), 'utf8')) as Content;
}

export function doubles(base64: string): Float64Array {
  const bytes = Uint8Array.from(Buffer.from(base64, 'base64'));
  return new Float64Array(bytes.buffer);
}

export function values(column: EncodedValues): Float64Array {
  return doubles(column.value);
}

/** |found − expected| / max(1, |expected|); 0 for two equal infinities or two NaN. */
export function mixedError(found: number, expected: number): number {
  if (Object.is(found, expected) || found === expected) return 0;
  const error = Math.abs(found - expected) / Math.max(1, Math.abs(expected));
  return Number.isNaN(error) ? Infinity : error;
}

export function relativeError(found: number, expected: number): number {
  if (Object.is(found, expected) || found === expected) return 0;
  const error = Math.abs(found - expected) / Math.abs(expected);
  return Number.isNaN(error) ? Infinity : error;
}

/** The largest error over rows, with the arguments where it is. */
export function worst(count: number, error: (i: number) => number, show: (i: number) => string): { error: number; at: string } {
  let top = { error: -1, at: '' };
  for (let i = 0; i < count; i++) {
    const e = error(i);
    if (e > top.error) top = { error: e, at: show(i) };
  }
  return top;
}
