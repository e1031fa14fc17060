import { describe, expect, it } from 'vitest';
import {
  chebyshevT, clenshawCurtis, gamma, gaussChebyshev, gaussHermite, gaussKronrod, gaussLaguerre, gaussLegendre, hermite, laguerre, legendre, type QuadratureRule, tanhSinh,
} from '../src/index.js';
import { type EncodedValues, golden, relativeError, values } from './golden.js';

interface Table {
  readonly n: number;
  readonly index: readonly number[];
  readonly nodes: EncodedValues;
  readonly weights: EncodedValues;
}

const tables = golden<Readonly<Record<string, readonly Table[]>>>('quadrature');
const rules: Readonly<Record<string, (n: number) => QuadratureRule>> = { gaussLegendre, gaussHermite, gaussLaguerre, 'gaussLaguerre, alpha 0.5': (n) => gaussLaguerre(n, 0.5) };
/** Errors of nodes (Gauss-Legendre: absolute) and of weights; measured at worst 1.1e-16 and 4.7e-15, 2.2e-16 and 8.0e-14, 2.0e-15 and 3.3e-14. */
const BOUNDS: Readonly<Record<string, readonly [number, number]>> = { gaussLegendre: [3e-16, 1e-14], gaussHermite: [5e-16, 2e-13], gaussLaguerre: [5e-15, 1e-13], 'gaussLaguerre, alpha 0.5': [5e-15, 1e-13] };

const integrate = ({ nodes, weights }: QuadratureRule, f: (x: number) => number): number => nodes.reduce((s, x, i) => s + weights[i]! * f(x), 0);

describe.each(Object.keys(rules))('%s', (name) => {
  it.each(tables[name]!.map((t) => [t.n, t] as const))('n = %i', (n, table) => {
    const { nodes, weights } = rules[name]!(n);
    const [x, w] = [values(table.nodes), values(table.weights)];
    table.index.forEach((i, k) => {
      const scale = name === 'gaussLegendre' || Math.abs(x[k]!) < 1e-15 ? 1 : Math.abs(x[k]!);
      const [nodeError, weightError] = [Math.abs(nodes[i]! - x[k]!) / scale, weights[i] === 0 ? w[k]! : relativeError(weights[i]!, w[k]!)];
      // A weight that underflows is 0.
      expect(nodeError, `node ${i}`).toBeLessThan(BOUNDS[name]![0]);
      expect(weightError, `weight ${i}`).toBeLessThan(BOUNDS[name]![1]);
    });
    nodes.slice(1).forEach((node, i) => expect(node).toBeGreaterThan(nodes[i]!));
  });
});

describe('exactness', () => {
  it.each([1, 2, 3, 8, 21, 100])('rules of %i points integrate their polynomials', (n) => {
    for (const d of [0, 1, 2, n, 2 * n - 2, 2 * n - 1].filter((degree) => degree < 2 * n)) {
      const even = d % 2 === 0;
      expect(Math.abs(integrate(gaussLegendre(n), (x) => x ** d) - (even ? 2 / (d + 1) : 0))).toBeLessThan(5e-15);
      // T_d integrates to 2/(1−d²) for even d.
      if (d <= n) expect(Math.abs(integrate(clenshawCurtis(n), (x) => chebyshevT(d, x)) - (even ? 2 / (1 - d * d) : 0))).toBeLessThan(5e-15);
      if (d < 2 * n) expect(Math.abs(integrate(gaussChebyshev(n), (x) => chebyshevT(d, x)) - (d === 0 ? Math.PI : 0))).toBeLessThan(2e-14);
      if (d < 60) expect(relativeError(integrate(gaussLaguerre(n), (x) => x ** d), gamma(d + 1))).toBeLessThan(1e-11);
      if (d < 60 && even) expect(relativeError(integrate(gaussHermite(n), (x) => x ** d), gamma((d + 1) / 2))).toBeLessThan(1e-11);
    }
  });

  it('polynomials vanish at the nodes of their rules', () => {
    const n = 40;
    for (const x of gaussLegendre(n).nodes) expect(Math.abs(legendre(n, x))).toBeLessThan(5e-14);
    for (const x of gaussHermite(20).nodes) expect(Math.abs(hermite(20, x) / hermite(20, x + 0.1))).toBeLessThan(1e-10);
    for (const x of gaussLaguerre(20).nodes) expect(Math.abs(laguerre(20, x) / laguerre(20, x * 1.05))).toBeLessThan(1e-9);
  });
});

const integrals: readonly [string, (x: number) => number, number, number, number][] = [
  ['a polynomial', (x) => x ** 5 - x, -1, 2, 9],
  ['an oscillation', (x) => Math.cos(50 * x), 0, 1, Math.sin(50) / 50],
  ['a peak', (x) => 1 / (1e-4 + x * x), -1, 1, 200 * Math.atan(100)],
  ['a Gaussian on the line', (x) => Math.exp(-x * x), -Infinity, Infinity, Math.sqrt(Math.PI)],
  ['an exponential on a half-line', (x) => Math.exp(-x), 1, Infinity, Math.exp(-1)],
  ['the other half-line', (x) => Math.exp(x), -Infinity, 1, Math.E],
];

describe('adaptive', () => {
  it.each(integrals)('both integrate %s', (_, f, a, b, expected) => {
    for (const rule of [gaussKronrod, tanhSinh]) {
      const found = rule(f, a, b);
      expect(found.converged, `${rule.name}: ${found.error}`).toBe(true);
      expect(Math.abs(found.value - expected) / Math.max(1, Math.abs(expected)), rule.name).toBeLessThan(1e-13);
      expect(rule(f, b, a).value).toBeCloseTo(-expected, 10);
    }
  });

  it('tanh-sinh integrates singular ends, from the distance where x has lost it', () => {
    expect(relativeError(tanhSinh((x) => 1 / Math.sqrt(x), 0, 1).value, 2)).toBeLessThan(1e-13);
    expect(relativeError(tanhSinh((x) => Math.log(x), 0, 1).value, -1)).toBeLessThan(1e-13);
    // ∫ (1−x)^{−0.9} dx on [0, 1] = 10
    expect(relativeError(tanhSinh((_, d) => Math.abs(d < 0 ? d : 1 - d) ** -0.9, 0, 1).value, 10)).toBeLessThan(1e-12);
    expect(relativeError(tanhSinh((x) => Math.log(x) / Math.sqrt(x), 0, 1).value, -4)).toBeLessThan(1e-12);
  });

  it('the error estimate bounds the error, and not converging is a result', () => {
    for (const [, f, a, b, expected] of integrals) {
      const { value, error } = gaussKronrod(f, a, b, { tolerance: 1e-6 });
      expect(Math.abs(value - expected)).toBeLessThanOrEqual(error + 1e-15);
    }
    const jump = gaussKronrod((x) => (x < 1 / 3 ? 0 : 1), 0, 1, { maxIntervals: 5 });
    expect(jump.converged).toBe(false);
    expect(jump.error).toBeGreaterThan(0);
    expect(tanhSinh((x) => Math.sin(1 / x) / x, 0, 1, { maxLevel: 4 }).converged).toBe(false);
  });

  it('empty intervals, wrong input, abort', () => {
    for (const rule of [gaussKronrod, tanhSinh]) {
      expect(rule((x) => x, 2, 2)).toEqual({ value: 0, error: 0, evaluations: 0, converged: true });
      expect(() => rule((x) => x, NaN, 1)).toThrow(/limits must be numbers/);
      expect(() => rule((x) => x, 0, 1, { tolerance: -1 })).toThrow(/tolerance/);
      expect(() => rule((x) => x, 0, 1, { signal: AbortSignal.abort() })).toThrow(/abort/);
    }
    for (const rule of [gaussLegendre, gaussHermite, gaussLaguerre, gaussChebyshev, clenshawCurtis]) expect(() => rule(0)).toThrow(/n must be an integer of at least 1, got 0/);
    expect(() => gaussLaguerre(3, -1)).toThrow(/alpha/);
    expect(() => legendre(-1, 0)).toThrow(RangeError);
    expect(() => laguerre(2, 0, -2)).toThrow(RangeError);
  });
});
