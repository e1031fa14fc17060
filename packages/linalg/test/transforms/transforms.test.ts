import { describe, expect, it } from 'vitest';
import { dct, dst, fft, randomStream, walshHadamard } from '../../src/index.js';
import { maxDifference, norm } from '../helpers.js';

/** By definition, with arguments reduced before the cosine. */
function dft(x: Float64Array): Float64Array {
  const n = x.length / 2;
  const out = new Float64Array(2 * n);
  for (let k = 0; k < n; k++) {
    for (let j = 0; j < n; j++) {
      const angle = (-2 * Math.PI * ((j * k) % n)) / n;
      const [c, s] = [Math.cos(angle), Math.sin(angle)];
      out[2 * k]! += x[2 * j]! * c - x[2 * j + 1]! * s;
      out[2 * k + 1]! += x[2 * j]! * s + x[2 * j + 1]! * c;
    }
  }
  return out;
}

const SIZES = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15, 16, 17, 24, 25, 30, 32, 37, 49, 60, 64, 67, 97, 100, 121, 128, 210, 211, 243, 256, 300, 509, 512];

describe('fft', () => {
  it.each(SIZES)('agrees with the definition at length %i, and inverts', (n) => {
    const x = randomStream(n).vector(2 * n);
    const plan = fft(n);
    const y = plan.forward(x);
    expect(maxDifference(y, dft(x)) / norm(y)).toBeLessThan(1e-14);
    expect(maxDifference(plan.inverse(y), x)).toBeLessThan(2e-15 * Math.log2(2 * n));
    const real = x.slice(0, n);
    const half = plan.forwardReal(real);
    const full = plan.forward(Float64Array.from({ length: 2 * n }, (_, i) => (i % 2 === 0 ? real[i / 2]! : 0)));
    expect(half.length).toBe(2 * (Math.floor(n / 2) + 1));
    expect(maxDifference(half, full.subarray(0, half.length)) / norm(half)).toBeLessThan(1e-15);
    expect(maxDifference(plan.inverseReal(half), real)).toBeLessThan(2e-15 * Math.log2(2 * n));
  });

  it.each([32768, 65536, 50_000, 3 ** 10, 2 ** 17, 100_003, 2 ** 15 * 3])('keeps energy and finds a line at length %i', (n) => {
    const plan = fft(n);
    const k = Math.floor(0.37 * n);
    const x = new Float64Array(2 * n);
    for (let j = 0; j < n; j++) {
      const turn = (2 * Math.PI * ((j * k) % n)) / n;
      x[2 * j] = Math.cos(turn);
      x[2 * j + 1] = Math.sin(turn);
    }
    const y = plan.forward(x);
    // accuracy of the line itself: 2⁻⁵³ each
    expect(Math.abs(y[2 * k]! / n - 1)).toBeLessThan(1e-14);
    y[2 * k]! -= n;
    expect(norm(y) / n).toBeLessThan(1e-14);
    const noise = randomStream(n).vector(2 * n);
    const image = plan.forward(noise);
    // measured 1.5e-14: rounding of the test's own plain sums
    expect(Math.abs(norm(image) / norm(noise) / Math.sqrt(n) - 1)).toBeLessThan(1e-13);
    expect(maxDifference(plan.inverse(image), noise)).toBeLessThan(1e-14);
  });

  it('has an error of about log n roundings', () => {
    // against the same transform by Bluestein's algorithm, of another length and other twiddles
    const n = 2 ** 12;
    const x = randomStream(5).vector(2 * n);
    const shifted = fft(n).forward(x);
    const once = dft(x.subarray(0, 2 * 64));
    expect(maxDifference(fft(64).forward(x.slice(0, 128)), once) / norm(once)).toBeLessThan(1e-15);
    const back = fft(n).inverse(shifted);
    expect(norm(back.map((v, i) => v - x[i]!)) / norm(x)).toBeLessThan(5e-16);
  });

  it('writes where told', () => {
    const x = randomStream(6).vector(20);
    const out = new Float64Array(20).fill(7);
    expect(fft(10).forward(x, out)).toBe(out);
    expect(out).toEqual(fft(10).forward(x));
    expect(fft(10).inverse(out, new Float64Array(20))).toEqual(fft(10).inverse(out));
    expect(() => fft(10).forward(x, x)).toThrow('fft: out must be another Float64Array of 20 elements');
    expect(() => fft(10).forward(x, new Float64Array(10))).toThrow('fft: out must be another Float64Array of 20 elements');
  });

  it('refuses other lengths and what is not finite', () => {
    expect(() => fft(0)).toThrow('fft: n must be an integer of at least 1, got 0');
    expect(() => fft(4).forward(new Float64Array(4))).toThrow('fft.forward: x must have 8 elements, got 4');
    expect(() => fft(4).forwardReal(Float64Array.of(1, NaN, 0, 0))).toThrow('fft.forwardReal: x must be finite, got NaN at element 1');
    expect(() => fft(4).inverseReal(new Float64Array(8))).toThrow('x must have 6 elements');
  });
});

const { cos, sin, PI } = Math;
const COSINES = {
  1: (j: number, k: number, n: number): number => (j === 0 || j === n - 1 ? 1 : 2) * cos((PI * ((j * k) % (2 * (n - 1)))) / (n - 1)),
  2: (j: number, k: number, n: number): number => 2 * cos((PI * ((k * (2 * j + 1)) % (4 * n))) / (2 * n)),
  3: (j: number, k: number, n: number): number => (j === 0 ? 1 : 2) * cos((PI * ((j * (2 * k + 1)) % (4 * n))) / (2 * n)),
  4: (j: number, k: number, n: number): number => 2 * cos((PI * (((2 * j + 1) * (2 * k + 1)) % (8 * n))) / (4 * n)),
};
const SINES = {
  1: (j: number, k: number, n: number): number => 2 * sin((PI * (((j + 1) * (k + 1)) % (2 * (n + 1)))) / (n + 1)),
  2: (j: number, k: number, n: number): number => 2 * sin((PI * (((k + 1) * (2 * j + 1)) % (4 * n))) / (2 * n)),
  3: (j: number, k: number, n: number): number => (j === n - 1 ? 1 : 2) * sin((PI * (((j + 1) * (2 * k + 1)) % (4 * n))) / (2 * n)),
  4: (j: number, k: number, n: number): number => 2 * sin((PI * (((2 * j + 1) * (2 * k + 1)) % (8 * n))) / (4 * n)),
};

describe.each([1, 2, 3, 4] as const)('dct and dst of type %i', (type) => {
  it.each([1, 2, 3, 4, 5, 8, 9, 17, 64, 100])('agree with the definition at length %i, and are orthogonal when asked', (n) => {
    const x = randomStream(n).vector(n);
    for (const [transform, entry] of [[dct, COSINES[type]], [dst, SINES[type]]] as const) {
      if (transform === dct && type === 1 && n === 1) continue;
      const exact = Float64Array.from({ length: n }, (_, k) => x.reduce((sum, value, j) => sum + value * entry(j, k, n), 0));
      expect(maxDifference(transform(x, { type }), exact)).toBeLessThan(4e-14 * Math.sqrt(n));
      const turned = transform(x, { type, orthonormal: true });
      expect(Math.abs(norm(turned) - norm(x))).toBeLessThan(1e-14 * Math.sqrt(n));
      const inverse = type === 2 ? 3 : type === 3 ? 2 : type;
      expect(maxDifference(transform(turned, { type: inverse, orthonormal: true }), x)).toBeLessThan(1e-14);
    }
  });
});

describe('dct, dst, walshHadamard', () => {
  it('refuse what they cannot transform', () => {
    expect(() => dct(new Float64Array(1), { type: 1 })).toThrow('dct: x must have at least 2 elements, got 1');
    expect(() => dst(new Float64Array(0))).toThrow('dst: x must have at least 1 elements, got 0');
    expect(() => dct(new Float64Array(3), { type: 5 as 4 })).toThrow('dct: type must be 1, 2, 3 or 4, got 5');
    expect(() => walshHadamard(new Float64Array(3))).toThrow('walshHadamard: x must have a power of two of elements, got 3');
  });

  it.each([1, 2, 4, 8, 32, 64])('Walsh-Hadamard agrees with the definition at length %i', (n) => {
    const x = randomStream(n).vector(n);
    const ones = (v: number): number => v.toString(2).split('').filter((b) => b === '1').length;
    const exact = Float64Array.from({ length: n }, (_, k) => x.reduce((sum, value, j) => sum + (ones(j & k) % 2 === 0 ? value : -value), 0));
    expect(maxDifference(walshHadamard(x), exact)).toBeLessThan(1e-13);
    expect(maxDifference(walshHadamard(walshHadamard(x)), x.map((v) => n * v))).toBeLessThan(1e-12);
  });
});
