/** Every function over its domain against at least 30 digits (tooling/reference/special_fns_accuracy.py), in units in the last place. */
import { describe, expect, it } from 'vitest';
import * as S from '../src/index.js';
import { doubles, type EncodedValues, golden, values, worst } from './golden.js';

interface Table extends EncodedValues {
  /** An export, or a part of what it returns: `softmax[0]`, `clopperPearson.low`. */
  readonly function: string;
  readonly region: string;
  readonly metric: 'relative' | 'mixed' | 'amplitude';
  readonly args: readonly string[];
  /** The size of an oscillation, √(2/πx) where not given. */
  readonly size?: string;
  /** One list of arguments; parameters of a rule and an index; or, not given, numbers. */
  readonly call?: 'list' | 'rule';
}

/** Held to 4 units in the last place, wherever their metric is relative; the rest to 1e-13. What was measured is in docs/accuracy.md. */
const ELEMENTARY: ReadonlySet<string> = new Set([
  'gamma', 'logGamma', 'digamma', 'erf', 'erfc', 'erfcx', 'inverseErf', 'inverseErfc', 'normalPdf', 'normalLogPdf', 'normalCdf', 'normalLogCdf', 'normalQuantile', 'expIntegralE1', 'log1pExp', 'log1mExp',
  'sigmoid', 'logit', 'logSumExp', 'softmax[0]', 'logSoftmax[0]',
]);

/** What has no table, and why. */
const WITHOUT: ReadonlyMap<string, string> = new Map([
  ['map', 'applies another'],
  ['selectExpression', 'a name'],
  ['vmfLogPdf', 'vmfLogNormalizer and a dot product'],
  ...['fitVonMisesFisher', 'fitVonMisesFisherMixture', 'classifyVonMisesFisher'].map((name) => [name, 'statistics of samples: von-mises-fisher.test.ts'] as const),
  ...['gaussKronrod', 'tanhSinh'].map((name) => [name, 'errors against their estimates: quadrature.test.ts'] as const),
  ...['Normal', 'Gamma', 'Beta', 'StudentT', 'GeneralizedGaussian', 'VonMisesFisher'].map((name) => [`sample${name}`, 'moments and Kolmogorov-Smirnov distances: random.test.ts'] as const),
  ...['sobol', 'halton', 'latinHypercube'].map((name) => [name, 'points, exact: random.test.ts'] as const),
]);

/** Distance between doubles near y. */
const ulp = (y: number): number => 2 ** Math.max(-1074, Math.floor(Math.log2(Math.abs(y))) - 52);

type Call = (...args: number[]) => number;

function callOf(table: Table): Call {
  const [, name, part] = /^(\w+)(?:\.(\w+)|\[0\])?$/.exec(table.function)!;
  const f = (S as unknown as Record<string, (...a: unknown[]) => any>)[name!]!;
  if (table.call === 'list') return table.function.endsWith('[0]') ? (...x) => f(x)[0] : (...x) => f(x);
  if (table.call === 'rule') {
    const made = new Map<string, any>();
    return (...args) => {
      const parameters = args.slice(0, -1);
      const key = parameters.join();
      if (!made.has(key)) made.set(key, f(...parameters));
      return made.get(key)[part!][args.at(-1)!];
    };
  }
  return part === undefined ? f : (...args) => f(...args)[part];
}

const tables = golden<readonly Table[]>('accuracy');

describe.each(tables.map((table) => [`${table.function}, ${table.region}`, table] as const))('%s', (_, table) => {
  const ulps = ELEMENTARY.has(table.function) && table.metric === 'relative';
  it('to 4 ulp, or to 1e-13', () => {
    const args = table.args.map(doubles);
    const expected = values(table);
    const size = table.size === undefined ? (i: number): number => Math.sqrt(2 / (Math.PI * args.at(-1)![i]!)) : (i: number): number => doubles(table.size!)[i]!;
    const f = callOf(table);
    const floor = (i: number): number => (table.metric === 'relative' ? 0 : table.metric === 'mixed' ? 1 : size(i));
    const error = (i: number): number => {
      const scale = Math.max(Math.abs(expected[i]!), floor(i));
      const e = Math.abs(f(...args.map((a) => a[i]!)) - expected[i]!) / (ulps ? ulp(scale) : scale);
      return Number.isNaN(e) ? Infinity : e;
    };
    const found = worst(expected.length, error, (i) => `${args.map((a) => a[i]).join(', ')}: ${f(...args.map((a) => a[i]!))} instead of ${expected[i]}`);
    expect(found.error, found.at).toBeLessThanOrEqual(ulps ? 4 : 1e-13);
  });
});

it('every function that is exported has a table, or a reason to have none', () => {
  const known = new Set(tables.map((table) => /^\w+/.exec(table.function)![0]));
  const exported = Object.entries(S).flatMap(([name, value]) => (typeof value === 'function' ? [name] : []));
  expect(exported.filter((name) => known.has(name) === WITHOUT.has(name))).toEqual([]);
});
