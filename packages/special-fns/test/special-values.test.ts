/** Poles, zeros, signed zeros, infinities and NaN: as C has them for gamma and erf, as SciPy has them for the rest. */
import { describe, expect, it } from 'vitest';
import * as S from '../src/index.js';
import { relativeError } from './golden.js';

const { beta, besselI, besselJ, besselK, besselY, digamma, erf, erfc, erfcx, gamma, logBeta, logGamma, polygamma } = S;
type Unary = (x: number) => number;
/** Function, argument, value. */
const at = (f: Unary, rows: readonly (readonly [number, number])[]): void => {
  for (const [x, y] of rows) expect(Object.is(f(x), y), `${f.name}(${Object.is(x, -0) ? '-0' : x}) = ${f(x)}, not ${y}`).toBe(true);
};
const inf = Infinity;

describe('gamma family', () => {
  it('gamma', () => {
    at(gamma, [[0, inf], [-0, -inf], [1, 1], [2, 1], [5, 24], [11, 3628800], [-1, NaN], [-170, NaN], [inf, inf], [-inf, NaN], [NaN, NaN], [171.7, inf], [5e-324, inf]]);
    expect(gamma(171.6)).toBeLessThan(inf);
    expect(relativeError(gamma(-170.5), -3.3127395215386074e-308)).toBeLessThan(1e-14);
    for (let n = 1; n < 23; n++) expect(relativeError(gamma(n + 1), Array.from({ length: n }, (_, k) => k + 1).reduce((a, b) => a * b, 1))).toBe(0);
  });
  it('logGamma', () => {
    at(logGamma, [[0, inf], [-0, inf], [1, 0], [2, 0], [-3, inf], [inf, inf], [-inf, inf], [NaN, NaN]].map(([x, y]) => [x!, y!]));
    expect(relativeError(logGamma(1 + 1e-10), -0.5772156648192094e-10)).toBeLessThan(1e-6);
    expect(logGamma(2.5e305)).toBeLessThan(inf);
  });
  it('digamma and polygamma', () => {
    at(digamma, [[0, -inf], [-0, inf], [-1, NaN], [inf, inf], [-inf, NaN], [NaN, NaN]]);
    expect(Math.abs(digamma(1.4616321449683622))).toBeLessThan(1e-16);
    expect([polygamma(1, 0), polygamma(2, 0), polygamma(1, inf), polygamma(1, -0.5), polygamma(3, NaN)]).toEqual([inf, -inf, 0, NaN, NaN]);
    expect(relativeError(polygamma(1, 1), Math.PI ** 2 / 6)).toBeLessThan(5e-16);
    expect(polygamma(0, 3)).toBe(digamma(3));
    expect(() => polygamma(1.5, 1)).toThrow(/m must be an integer/);
    expect(() => polygamma(171, 1)).toThrow(/at most 170/);
  });
  it('beta', () => {
    expect([beta(0, 2), beta(2, inf), beta(-1, 2), beta(NaN, 2), logBeta(0, 1), logBeta(3, inf), logBeta(-1, 2), logBeta(0, inf)]).toEqual([inf, 0, NaN, NaN, inf, -inf, NaN, NaN]);
    expect(beta(2, 3)).toBe(beta(3, 2));
    expect(relativeError(beta(2, 3), 1 / 12)).toBeLessThan(5e-16);
  });
});

describe('error functions and the normal distribution', () => {
  it('erf, erfc, erfcx and inverses', () => {
    at(erf, [[0, 0], [-0, -0], [inf, 1], [-inf, -1], [NaN, NaN]]);
    at(erfc, [[0, 1], [inf, 0], [-inf, 2], [NaN, NaN], [30, 0]]);
    at(erfcx, [[0, 1], [inf, 0], [-inf, inf], [NaN, NaN], [-30, inf]]);
    at(S.inverseErf, [[0, 0], [-0, -0], [1, inf], [-1, -inf], [1.1, NaN], [NaN, NaN]]);
    at(S.inverseErfc, [[0, inf], [2, -inf], [-0.1, NaN], [2.1, NaN], [NaN, NaN]]);
    expect(Math.abs(S.inverseErfc(1))).toBe(0);
    expect(Number.isFinite(S.inverseErfc(5e-324))).toBe(true);
    for (let x = -4; x < 26; x += 0.37) expect(relativeError(S.inverseErfc(erfc(x)), x)).toBeLessThan(x < -2 ? 1e-8 : 3e-15);
  });
  it('normal', () => {
    at(S.normalPdf, [[inf, 0], [-inf, 0], [NaN, NaN]]);
    at(S.normalLogPdf, [[inf, -inf], [NaN, NaN]]);
    at(S.normalCdf, [[0, 0.5], [inf, 1], [-inf, 0], [NaN, NaN], [-40, 0]]);
    at(S.normalLogCdf, [[inf, 0], [-inf, -inf], [NaN, NaN]].map(([x, y]) => [x!, y! === 0 ? -0 : y!]));
    at(S.normalQuantile, [[0, -inf], [1, inf], [0.5, 0], [-0.1, NaN], [1.1, NaN], [NaN, NaN]]);
    expect(relativeError(S.normalQuantile(0.975), 1.959963984540054)).toBeLessThan(3e-16);
  });
});

describe('incomplete functions', () => {
  it('gammaP and gammaQ', () => {
    for (const [a, x, p] of [[2, 0, 0], [2, inf, 1], [0, 1, 1], [inf, 1, 0], [0, 0, NaN], [-1, 1, NaN], [1, -1, NaN], [NaN, 1, NaN], [inf, inf, NaN]] as const) {
      expect(S.gammaP(a, x)).toBe(p);
      expect(S.gammaQ(a, x)).toBe(1 - p);
    }
    // P(1, x) = 1 − e^{−x}; Q(½, x²) = erfc x
    for (const x of [1e-10, 0.3, 1, 5, 40]) {
      expect(relativeError(S.gammaP(1, x), -Math.expm1(-x))).toBeLessThan(2e-15);
      expect(relativeError(S.gammaQ(0.5, x), erfc(Math.sqrt(x)))).toBeLessThan(1e-14);
    }
    expect(relativeError(S.gammaP(1e6, 1e6), 0.5001329807608725)).toBeLessThan(1e-11);
  });
  it('inverses', () => {
    expect([S.inverseGammaP(2, 0), S.inverseGammaP(2, 1), S.inverseGammaQ(2, 0), S.inverseGammaQ(2, 1), S.inverseGammaP(2, 1.1), S.inverseGammaP(-1, 0.5), S.inverseGammaQ(2, NaN)]).toEqual([0, inf, inf, 0, NaN, NaN, NaN]);
    for (const a of [0.1, 0.7, 1, 3, 50, 1000]) {
      for (const p of [1e-12, 1e-3, 0.2, 0.5, 0.9]) {
        const x = S.inverseGammaP(a, p);
        // Beyond the range of doubles, x = 1e-120 for a = 0.1.
        expect(relativeError(S.gammaP(a, x), p), `P ${a} ${p}`).toBeLessThan(1e-12);
        expect(relativeError(S.gammaQ(a, S.inverseGammaQ(a, p)), p), `Q ${a} ${p}`).toBeLessThan(1e-12);
      }
    }
    expect(relativeError(S.inverseGammaQ(3, 1e-250), 587.708992936983)).toBeLessThan(1e-14);
  });
  it('incompleteBeta and its inverse', () => {
    const rows = [[2, 3, 0, 0], [2, 3, 1, 1], [0, 3, 0.5, 1], [3, 0, 0.5, 0], [0, 0, 0.5, NaN], [-1, 1, 0.5, NaN], [1, 1, 1.5, NaN], [1, 1, NaN, NaN], [inf, 1, 0.5, NaN]] as const;
    for (const [a, b, x, p] of rows) {
      expect(S.incompleteBeta(a, b, x)).toBe(p);
      expect(S.incompleteBetaComplement(a, b, x)).toBe(1 - p);
    }
    for (const x of [1e-8, 0.2, 0.5, 0.9]) {
      expect(relativeError(S.incompleteBeta(1, 1, x), x)).toBeLessThan(5e-15);
      expect(relativeError(S.incompleteBetaComplement(2, 5, x), S.incompleteBeta(5, 2, 1 - x))).toBeLessThan(5e-15);
    }
    for (const [a, b] of [[0.2, 0.5], [1, 1], [2, 30], [300, 2], [500, 700]] as const) {
      for (const p of [1e-10, 0.01, 0.4, 0.95]) {
        expect(relativeError(S.incompleteBeta(a, b, S.inverseIncompleteBeta(a, b, p)), p), `${a} ${b} ${p}`).toBeLessThan(2e-12);
        const x = S.inverseIncompleteBetaComplement(a, b, p);
        // Where x rounds to 1 the tail is what 1 − x cannot hold.
        if (x < 1 - 1e-6) expect(relativeError(S.incompleteBetaComplement(a, b, x), p), `${a} ${b} ${p}`).toBeLessThan(1e-9);
      }
    }
    expect([S.inverseIncompleteBeta(2, 3, 0), S.inverseIncompleteBeta(2, 3, 1), S.inverseIncompleteBeta(2, 3, -1), S.inverseIncompleteBetaComplement(2, 3, 0)]).toEqual([0, 1, NaN, 1]);
  });
  it('binomial and Clopper-Pearson', () => {
    let sum = 0;
    for (let k = 0; k <= 12; k++) {
      sum += S.binomialPmf(k, 12, 0.3);
      expect(relativeError(S.binomialCdf(k, 12, 0.3), sum)).toBeLessThan(2e-15);
      expect(Math.abs(S.binomialSurvival(k, 12, 0.3) - (1 - sum))).toBeLessThan(2e-15);
    }
    expect([S.binomialPmf(0, 5, 0), S.binomialPmf(5, 5, 1), S.binomialPmf(1, 5, 0), S.binomialCdf(5, 5, 0.2)]).toEqual([1, 1, 0, 1]);
    // scipy.stats.binomtest(7, 20).proportion_ci(method='exact')
    const { low, high } = S.clopperPearson(7, 20);
    expect(relativeError(low, 0.15390920478454175)).toBeLessThan(1e-13);
    expect(relativeError(high, 0.5921885345328)).toBeLessThan(1e-12);
    expect(S.clopperPearson(0, 10).low).toBe(0);
    expect(relativeError(S.clopperPearson(0, 10).high, 1 - 0.025 ** 0.1)).toBeLessThan(1e-14);
    expect(S.clopperPearson(10, 10).high).toBe(1);
    expect(() => S.clopperPearson(3, 2)).toThrow(/k must be at most n = 2, got 3/);
    expect(() => S.clopperPearson(1, 2, 1)).toThrow(/confidence/);
    expect(() => S.binomialPmf(1, 2, 1.5)).toThrow(/p must be between 0 and 1/);
    expect(() => S.binomialCdf(-1, 2, 0.5)).toThrow(RangeError);
  });
});

describe('Bessel functions', () => {
  it('edges', () => {
    expect([besselJ(0, 0), besselJ(2, 0), besselJ(1.5, inf), besselJ(0.5, -1), besselJ(NaN, 1), besselJ(1, NaN), besselJ(-0.5, 0)]).toEqual([1, 0, 0, NaN, NaN, NaN, inf]);
    expect([besselY(0, 0), besselY(1, inf), besselY(1, -1), besselY(NaN, 1)]).toEqual([-inf, 0, NaN, NaN]);
    expect([besselI(0, 0), besselI(2, 0), besselI(1, inf), besselI(0.5, -1), besselI(NaN, 1)]).toEqual([1, 0, inf, NaN, NaN]);
    expect([besselK(0, 0), besselK(1, inf), besselK(1, -1), besselK(NaN, 1)]).toEqual([inf, 0, NaN, NaN]);
    expect([S.sphericalBesselJ(0, 0), S.sphericalBesselJ(1, 0), S.sphericalBesselY(0, 0), S.sphericalBesselI(0, 0), S.sphericalBesselK(0, 0), S.sphericalBesselJ(-1, 1), S.sphericalBesselI(0, inf)]).toEqual([1, 0, -inf, 1, inf, NaN, inf]);
  });
  it('parity, reflection, half orders', () => {
    for (const x of [0.3, 2.7, 30, 200]) {
      expect(besselJ(3, -x)).toBe(-besselJ(3, x));
      expect(besselI(4, -x)).toBe(besselI(4, x));
      expect(besselJ(-2, x)).toBe(besselJ(2, x));
      expect(besselY(-3, x)).toBe(-besselY(3, x));
      expect(besselK(-1.5, x)).toBe(besselK(1.5, x));
      const amplitude = Math.sqrt(2 / (Math.PI * x));
      expect(Math.abs(besselJ(-0.5, x) - amplitude * Math.cos(x))).toBeLessThan(3e-15 * amplitude);
      expect(Math.abs(besselY(-0.5, x) - amplitude * Math.sin(x))).toBeLessThan(3e-15 * amplitude);
      expect(relativeError(besselI(-0.5, x), amplitude * Math.cosh(x))).toBeLessThan(5e-14);
      expect(Math.abs(S.sphericalBesselJ(0, x) - Math.sin(x) / x)).toBeLessThan(3e-15 / x);
      expect(relativeError(S.sphericalBesselK(0, x), (Math.PI / (2 * x)) * Math.exp(-x))).toBeLessThan(5e-14);
      // J_{v+1} Y_v − J_v Y_{v+1} = 2/(πx)
      for (const v of [0, 0.3, 4.5, 20]) expect(relativeError(besselJ(v + 1, x) * besselY(v, x) - besselJ(v, x) * besselY(v + 1, x), 2 / (Math.PI * x))).toBeLessThan(2e-13);
    }
  });
});

describe('exponential integrals, logistic forms', () => {
  it('exponential integrals', () => {
    at(S.expIntegralE1, [[0, inf], [inf, 0], [-1, NaN], [NaN, NaN]]);
    at(S.expIntegralEi, [[0, -inf], [-0, -inf], [inf, inf], [-inf, -0], [NaN, NaN]]);
    expect([S.expIntegralEn(2, 0), S.expIntegralEn(0, 0), S.expIntegralEn(3, -1)]).toEqual([1, inf, NaN]);
    expect(relativeError(S.expIntegralEn(0, 2), Math.exp(-2) / 2)).toBeLessThan(1e-15);
    expect(() => S.expIntegralEn(-1, 1)).toThrow(/n must be an integer/);
    expect(Math.abs(S.expIntegralEi(0.3725074107813666))).toBeLessThan(1e-16);
  });
  it('log-sum-exp and softmax', () => {
    expect([S.logSumExp([]), S.logSumExp([-inf, -inf]), S.logSumExp([inf, 0]), S.logSumExp([NaN, inf])]).toEqual([-inf, -inf, inf, NaN]);
    expect(S.logSumExp([1000, 1000])).toBe(1000 + Math.LN2);
    // The second term is below the rounding of the first's sum, not of log1p.
    expect(S.logSumExp([0, -40])).toBe(Math.exp(-40));
    expect([...S.softmax([1e4, 1e4])]).toEqual([0.5, 0.5]);
    expect([...S.logSoftmax([0, -800])]).toEqual([-0, -800].map((x) => x + 0));
    const x = Float64Array.of(1, 2, 3);
    expect(S.softmax(x, x)).toBe(x);
    expect(x.reduce((a, b) => a + b)).toBeCloseTo(1, 15);
  });
  it('log1pExp, log1mExp, sigmoid, logit', () => {
    at(S.log1pExp, [[-inf, 0], [inf, inf], [NaN, NaN], [0, Math.LN2]]);
    at(S.log1mExp, [[0, -inf], [-inf, -0], [1, NaN], [NaN, NaN]]);
    at(S.sigmoid, [[-inf, 0], [inf, 1], [0, 0.5], [NaN, NaN]]);
    at(S.logit, [[0, -inf], [1, inf], [0.5, 0], [2, NaN], [NaN, NaN]]);
  });
});

describe('arrays', () => {
  it('map writes into the caller’s array', () => {
    const out = new Float64Array(2);
    expect(S.map(erf, [0, 1], out)).toBe(out);
    expect(out[1]).toBe(erf(1));
    expect(() => S.map(erf, [0], out)).toThrow(/out must have 1 elements, got 2/);
  });
});
