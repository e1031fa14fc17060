/** Every function over its domain against at least 30 digits (tooling/reference/special_fns_accuracy.py), in units in the last place. */
import { expect, it } from 'vitest';
import * as S from '../src/index.js';
import { doubles, type EncodedValues, golden, values, worst } from './golden.js';

interface Table extends EncodedValues {
  readonly function: string;
  readonly region: string;
  readonly metric: 'relative' | 'mixed' | 'amplitude';
  readonly args: readonly string[];
}

/** Held to 4 units in the last place, wherever their metric is relative; the rest to 1e-13. What was measured is in docs/accuracy.md. */
const ELEMENTARY: ReadonlySet<string> = new Set([
  'gamma', 'logGamma', 'digamma', 'erf', 'erfc', 'erfcx', 'inverseErf', 'inverseErfc', 'normalPdf', 'normalLogPdf', 'normalCdf', 'normalLogCdf', 'normalQuantile', 'expIntegralE1', 'log1pExp', 'log1mExp',
  'sigmoid', 'logit',
]);

/** Distance between doubles near y. */
const ulp = (y: number): number => 2 ** Math.max(-1074, Math.floor(Math.log2(Math.abs(y))) - 52);

for (const table of golden<readonly Table[]>('accuracy')) {
  it(`${table.function}, ${table.region}`, () => {
    const args = table.args.map(doubles);
    const expected = values(table);
    const f = (S as unknown as Record<string, (...a: number[]) => number>)[table.function]!;
    const floor = (i: number): number => (table.metric === 'relative' ? 0 : table.metric === 'mixed' ? 1 : Math.sqrt(2 / (Math.PI * args.at(-1)![i]!)));
    const ulps = ELEMENTARY.has(table.function) && table.metric === 'relative';
    const error = (i: number): number => {
      const scale = Math.max(Math.abs(expected[i]!), floor(i));
      const e = Math.abs(f(...args.map((a) => a[i]!)) - expected[i]!) / (ulps ? ulp(scale) : scale);
      return Number.isNaN(e) ? Infinity : e;
    };
    const found = worst(expected.length, error, (i) => `${args.map((a) => a[i]).join(', ')}: ${f(...args.map((a) => a[i]!))} instead of ${expected[i]}`);
    expect(found.error, found.at).toBeLessThanOrEqual(ulps ? 4 : 1e-13);
  });
}
