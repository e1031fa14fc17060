/** Against 45-digit values of tooling/reference/special_fns_log_bessel.py. */
import { describe, expect, it } from 'vitest';
import {
  besselIRatio, besselKRatio, logBesselI, logBesselIDerivative, logBesselISecondDerivative, logBesselK, logBesselKDerivative, logBesselKOrderDerivative,
  logBesselKSecondDerivative, logGamma, selectExpression,
} from '../src/index.js';
import { doubles, type EncodedValues, golden, mixedError, relativeError, values, worst } from './golden.js';

interface Table {
  readonly v: string;
  readonly x: string;
  readonly i: EncodedValues;
  readonly k: EncodedValues;
  readonly iRatio: EncodedValues;
  readonly kRatio: EncodedValues;
}

const tables = golden<Readonly<Record<string, Table>>>('log-bessel');

describe.each(Object.keys(tables))('%s points', (name) => {
  const table = tables[name]!;
  const [v, x] = [doubles(table.v), doubles(table.x)];
  const show = (i: number): string => `v = ${v[i]}, x = ${x[i]}, ${selectExpression(v[i]!, x[i]!)}`;
  const columns = {
    // Measured: 8.0e-15, 3.1e-15, 6.8e-16 and 5.8e-15 at worst.
    i: { f: logBesselI, error: mixedError, tolerance: 1e-14 },
    k: { f: logBesselK, error: mixedError, tolerance: 5e-15 },
    iRatio: { f: besselIRatio, error: relativeError, tolerance: 1e-15 },
    kRatio: { f: besselKRatio, error: relativeError, tolerance: 1e-14 },
  } as const;
  it.each(Object.keys(columns) as (keyof typeof columns)[])('%s', (column) => {
    const expected = values(table[column]);
    const { f, error, tolerance } = columns[column];
    const found = worst(v.length, (i) => error((f as typeof besselIRatio)(v[i]!, x[i]!), expected[i]!), show);
    expect(found.error, found.at).toBeLessThan(tolerance);
  });
});

describe('expressions', () => {
  it('are chosen by the first row that matches', () => {
    const rows: [number, number, string][] = [
      [0, 1401, 'mu3'], [3, 1500, 'mu3'], [4, 1e5, 'mu3'], [0, 31, 'mu20'], [15, 31, 'mu20'], [100, 1e4, 'mu20'], [164, 1, 'U4'], [30, 275, 'U4'], [60, 1, 'U6'], [16, 90, 'U6'], [21, 1, 'U9'],
      [16, 36, 'U9'], [13, 1, 'U13'], [0.8, 20, 'U13'], [0, 30, 'fallback'], [12, 5, 'fallback'],
    ];
    for (const [v, x, name] of rows) expect([v, x, selectExpression(v, x)]).toEqual([v, x, name]);
  });

  it('join without a step: neighbours on both sides of every edge agree with the smooth expression', () => {
    const edges: [number, number][] = [[2, 1400], [10, 30], [15.3919, 31], [163.6993, 50], [56.9971, 50], [20.1534, 10], [12.6964, 10], [0.71, 19.6931], [0.2, 30]];
    for (const [v, x] of edges) {
      for (const [f, slope] of [[logBesselI, logBesselIDerivative], [logBesselK, logBesselKDerivative]] as const) {
        const d = 1e-6;
        const left = f(v - d * v, x - d * x);
        const right = f(v + d * v, x + d * x);
        const middle = f(v, x);
        // The second difference of a smooth function over this step is 1e-12 of its second derivative's size, v + x here.
        expect(Math.abs(left + right - 2 * middle) / Math.max(1, Math.abs(middle)), `${f.name} ${v} ${x}`).toBeLessThan(1e-10);
        expect(Number.isFinite(slope(v, x))).toBe(true);
      }
    }
  });

  it('can be forced, and agree where both hold', () => {
    expect(mixedError(logBesselI(5, 200, { method: 'mu', terms: 60 }), logBesselI(5, 200))).toBeLessThan(1e-15);
    expect(mixedError(logBesselI(30, 20, { method: 'series' }), logBesselI(30, 20))).toBeLessThan(5e-15);
    expect(mixedError(logBesselI(800, 2000, { method: 'series-log' }), logBesselI(800, 2000))).toBeLessThan(5e-14);
    expect(mixedError(logBesselI(40, 20, { method: 'uniform', terms: 12 }), logBesselI(40, 20))).toBeLessThan(1e-15);
    expect(mixedError(logBesselK(40, 20, { method: 'uniform', terms: 0 }), logBesselK(40, 20))).toBeGreaterThan(1e-5);
    expect(mixedError(logBesselK(5, 200, { method: 'mu', terms: 60 }), logBesselK(5, 200))).toBeLessThan(1e-15);
  });

  it('the two integrals for K agree as closely as Rothwell’s allows', () => {
    let top = 0;
    for (let v = 0.1; v < 12.6; v += 1.3) for (let x = 0.05; x < 30; x *= 1.7) top = Math.max(top, mixedError(logBesselK(v, x, { method: 'rothwell' }), logBesselK(v, x, { method: 'trapezoid' })));
    // Measured 4.9e-10: Simpson's rule with 600 panels on an integrand with an algebraic end.
    expect(top).toBeLessThan(1e-9);
  });
});

describe('identities', () => {
  it('half-integer orders have closed forms', () => {
    for (const x of [1e-3, 0.3, 1, 7, 29, 31, 200, 1000]) {
      expect(mixedError(logBesselK(0.5, x), 0.5 * Math.log(Math.PI / (2 * x)) - x)).toBeLessThan(1e-15);
      expect(mixedError(logBesselI(0.5, x), 0.5 * Math.log(1 / (2 * Math.PI * x)) + x + Math.log(-Math.expm1(-2 * x)))).toBeLessThan(5e-15);
    }
  });

  it('Wronskian I_v K_{v+1} + I_{v+1} K_v = 1/x, in logarithms', () => {
    for (const v of [0, 0.3, 2, 11.9, 12.5, 40, 300, 5000]) {
      for (const x of [1e-3, 0.5, 10, 29, 60, 500, 5000]) {
        const a = logBesselI(v, x) + logBesselK(v + 1, x);
        const b = logBesselI(v + 1, x) + logBesselK(v, x);
        const top = Math.max(a, b);
        expect(Math.abs(top + Math.log(Math.exp(a - top) + Math.exp(b - top)) + Math.log(x)), `${v} ${x}`).toBeLessThan(1e-10);
      }
    }
  });

  it('small arguments', () => {
    for (const v of [0.5, 3, 12]) expect(mixedError(logBesselI(v, 5e-324), v * (Math.log(5e-324) - Math.LN2) - logGamma(v + 1))).toBeLessThan(1e-15);
    // K₀(x) = −ln(x/2) − γ + O(x²)
    expect(mixedError(logBesselK(0, 1e-300), Math.log(300 * Math.LN10 + Math.LN2 - 0.5772156649015329))).toBeLessThan(1e-15);
    expect(mixedError(logBesselK(500, 1e-290), logGamma(500) + 499 * Math.LN2 - 500 * Math.log(1e-290))).toBeLessThan(1e-15);
  });
});

describe('derivatives', () => {
  const points: [number, number][] = [[0, 0.5], [0.3, 4], [5, 2], [12.3, 20], [40, 30], [300, 450]];
  it('agree with differences of the values', () => {
    for (const [v, x] of points) {
      const h = 1e-3 * x;
      const difference = (f: (t: number) => number, t: number): number => (8 * (f(t + h) - f(t - h)) - (f(t + 2 * h) - f(t - 2 * h))) / (12 * h);
      const scale = 1 + (v / x) ** 2;
      expect(relativeError(logBesselIDerivative(v, x), difference((t) => logBesselI(v, t), x))).toBeLessThan(1e-9);
      expect(relativeError(logBesselKDerivative(v, x), difference((t) => logBesselK(v, t), x))).toBeLessThan(1e-9);
      expect(Math.abs(logBesselISecondDerivative(v, x) - difference((t) => logBesselIDerivative(v, t), x)) / scale).toBeLessThan(1e-9);
      expect(Math.abs(logBesselKSecondDerivative(v, x) - difference((t) => logBesselKDerivative(v, t), x)) / scale).toBeLessThan(1e-9);
    }
  });

  it('in the order, agree with differences in the order', () => {
    for (const [v, x] of points.slice(1)) {
      const h = 1e-3 * v;
      const d = (8 * (logBesselK(v + h, x) - logBesselK(v - h, x)) - (logBesselK(v + 2 * h, x) - logBesselK(v - 2 * h, x))) / (12 * h);
      expect(relativeError(logBesselKOrderDerivative(v, x), d)).toBeLessThan(1e-9);
    }
    expect(logBesselKOrderDerivative(-3, 2)).toBe(-logBesselKOrderDerivative(3, 2));
  });

  it('ratios of the paper’s kind to the last digits', () => {
    const rows: [number, number, number][] = [
      [0, 1, 0.44638996589653450705], [0, 1000, 0.9994998748748042802], [0.5, 50, 0.98], [99, 10, 0.049876840638261837228], [1023, 500, 0.23111185300426824904],
      [16383, 1e4, 0.28106833147572499071], [249, 5e4, 0.99502240032112338288],
    ];
    for (const [v, x, r] of rows) expect(relativeError(besselIRatio(v, x), r)).toBeLessThan(3e-16);
  });
});

describe('edges and wrong input', () => {
  it('of I', () => {
    expect(logBesselI(0, 0)).toBe(0);
    expect(logBesselI(2, 0)).toBe(-Infinity);
    expect(logBesselI(2, -0)).toBe(-Infinity);
    expect(logBesselI(2, Infinity)).toBe(Infinity);
    expect(logBesselI(Infinity, 2)).toBe(-Infinity);
    for (const [v, x] of [[1, -1], [1, NaN], [NaN, 1], [Infinity, Infinity]] as const) expect(logBesselI(v, x)).toBeNaN();
    expect(() => logBesselI(-1, 1)).toThrow(/logBesselI: v must be at least 0, got -1/);
    expect(() => logBesselI([1, -0.5], 1)).toThrow(RangeError);
  });

  it('of K', () => {
    expect(logBesselK(0, 0)).toBe(Infinity);
    expect(logBesselK(3, Infinity)).toBe(-Infinity);
    expect(logBesselK(Infinity, 2)).toBe(Infinity);
    expect(logBesselK(-3, 2)).toBe(logBesselK(3, 2));
    for (const [v, x] of [[1, -1], [1, NaN], [NaN, 1]] as const) expect(logBesselK(v, x)).toBeNaN();
  });

  it('of ratios', () => {
    expect([besselIRatio(1, 0), besselIRatio(1, Infinity), besselIRatio(Infinity, 1)]).toEqual([0, 1, 0]);
    expect([besselKRatio(1, 0), besselKRatio(1, Infinity), besselKRatio(Infinity, 1)]).toEqual([Infinity, 1, Infinity]);
    for (const f of [besselIRatio, besselKRatio]) for (const [v, x] of [[-1, 1], [1, -1], [NaN, 1], [1, NaN]] as const) expect(f(v, x)).toBeNaN();
    expect(logBesselIDerivative(0, 0)).toBe(0);
    expect(logBesselKDerivative(1, 0)).toBe(-Infinity);
    expect(logBesselKOrderDerivative(1, 0)).toBeNaN();
  });

  it('finite wherever the logarithm is representable', () => {
    for (const v of [0, 1e-300, 1e-8, 0.4, 3, 14, 100, 1e4, 1e8, 1e100, 1e150])
      for (const x of [5e-324, 1e-300, 1e-8, 0.1, 3, 29, 31, 1e3, 1e8, 1e100, 1e150])
        for (const f of [logBesselI, logBesselK]) expect(Number.isFinite(f(v, x)), `${f.name}(${v}, ${x}) = ${f(v, x)}`).toBe(true);
  });

  it('arrays broadcast in the order (v, x) into the caller’s array', () => {
    const out = new Float64Array(3);
    expect(logBesselI(2, [1, 2, -1], { out })).toBe(out);
    expect([...out]).toEqual([logBesselI(2, 1), logBesselI(2, 2), NaN]);
    expect([...(logBesselK([1, 2], 3) as Float64Array)]).toEqual([logBesselK(1, 3), logBesselK(2, 3)]);
    expect([...(logBesselK([1, 2], [3, 4]) as Float64Array)]).toEqual([logBesselK(1, 3), logBesselK(2, 4)]);
    expect(() => logBesselI([1, 2], [1, 2, 3])).toThrow(/one length, got 2 and 3/);
    expect(() => logBesselI([1, 2], 1, { out })).toThrow(/out must have 2 elements, got 3/);
    expect(() => logBesselI([1, 2], 1, { out: [] as never })).toThrow(TypeError);
    expect(() => logBesselI('2' as never, 1)).toThrow(TypeError);
  });

  it('options', () => {
    expect(() => logBesselI(1, 1, { method: 'rothwell' })).toThrow(/method must be auto, mu, uniform, series, series-log, got rothwell/);
    expect(() => logBesselK(1, 1, { method: 'series' })).toThrow(TypeError);
    expect(() => logBesselK(1, 1, { method: 'uniform', terms: 21 })).toThrow(/at most 20/);
    expect(() => logBesselK(1, 1, { terms: 3 })).toThrow(/mu and uniform/);
    expect(() => selectExpression(-1, 1)).toThrow(RangeError);
    expect(() => selectExpression(1, 0)).toThrow(RangeError);
  });
});
