import { requireCount, requireVector } from '../checks.js';
import { type Pass, passesOf, rootOfUnity, runPasses } from './passes.js';

/** Fourier transforms of one length. Complex vectors hold real and imaginary parts in turn: 2 n numbers. */
export interface FFT {
  readonly n: number;
  /** Xₖ = Σ xⱼ exp(−2πi jk/n), into `out` where given, which must not be x. */
  forward(x: Float64Array, out?: Float64Array): Float64Array;
  /** xⱼ = (1/n) Σ Xₖ exp(2πi jk/n), likewise. */
  inverse(x: Float64Array, out?: Float64Array): Float64Array;
  /** Of n real numbers: X₀ … X₍ₙ/₂₎, ⌊n/2⌋ + 1 complex numbers; the others are their conjugates. */
  forwardReal(x: Float64Array): Float64Array;
  /** The n real numbers of such a half. Imaginary parts of X₀ (and of X₍ₙ/₂₎ for even n) are not read. */
  inverseReal(x: Float64Array): Float64Array;
}

/** Writes the transform of `x` into `out`; neither is the other. */
type Kernel = (x: Float64Array, out: Float64Array) => void;

/** Prime factors above this are left to Bluestein's algorithm. */
const LARGEST_RADIX = 61;

const kernels = new Map<number, Kernel>();

function kernelOf(n: number): Kernel {
  const known = kernels.get(n);
  if (known) return known;
  const kernel = makeKernel(n);
  // twiddles of a few lengths are kept; a new length among many pushes out the oldest
  if (kernels.size >= 16) kernels.delete(kernels.keys().next().value!);
  kernels.set(n, kernel);
  return kernel;
}

function makeKernel(n: number): Kernel {
  if (n <= 1) return (x, out) => out.set(x);
  return largestPrime(n) > LARGEST_RADIX ? bluestein(n) : single(passesOf(n), n);
}

function largestPrime(n: number): number {
  let largest = 1;
  let left = n;
  for (let p = 2; p * p <= left; p++) {
    while (left % p === 0) {
      largest = p;
      left /= p;
    }
  }
  return Math.max(largest, left);
}

function single(passes: readonly Pass[], n: number): Kernel {
  const scratch = new Float64Array(2 * n);
  return (x, out) => {
    // an even number of passes ends where it began
    const [start, other] = passes.length % 2 === 0 ? [out, scratch] : [scratch, out];
    start.set(x);
    runPasses(passes, start, other);
  };
}

/** Any length as a convolution of a power of two (L. I. Bluestein 1970): jk = (j² + k² − (k − j)²)/2. */
function bluestein(n: number): Kernel {
  const m = 2 ** Math.ceil(Math.log2(2 * n - 1));
  const inner = makeKernel(m);
  const chirp = new Float64Array(2 * n);
  // exp(−πi k²/n), k² reduced without rounding
  for (let k = 0, square = 0; k < n; k++) {
    [chirp[2 * k], chirp[2 * k + 1]] = rootOfUnity(square, 2 * n) as [number, number];
    square = (square + 2 * k + 1) % (2 * n);
  }
  const padded = new Float64Array(2 * m);
  for (let k = 0; k < n; k++) {
    for (const at of k === 0 ? [0] : [k, m - k]) {
      padded[2 * at] = chirp[2 * k]! / m;
      padded[2 * at + 1] = -chirp[2 * k + 1]! / m;
    }
  }
  const filter = new Float64Array(2 * m);
  inner(padded, filter);
  const u = new Float64Array(2 * m);
  return (x, out) => {
    padded.fill(0);
    for (let k = 0; k < 2 * n; k += 2) {
      padded[k] = x[k]! * chirp[k]! - x[k + 1]! * chirp[k + 1]!;
      padded[k + 1] = x[k]! * chirp[k + 1]! + x[k + 1]! * chirp[k]!;
    }
    inner(padded, u);
    // the inverse transform by conjugates
    for (let k = 0; k < 2 * m; k += 2) {
      const re = u[k]! * filter[k]! - u[k + 1]! * filter[k + 1]!;
      padded[k + 1] = -(u[k]! * filter[k + 1]! + u[k + 1]! * filter[k]!);
      padded[k] = re;
    }
    inner(padded, u);
    for (let k = 0; k < 2 * n; k += 2) {
      out[k] = u[k]! * chirp[k]! + u[k + 1]! * chirp[k + 1]!;
      out[k + 1] = u[k]! * chirp[k + 1]! - u[k + 1]! * chirp[k]!;
    }
  };
}

/** In place: index k goes to −k, and all are divided by n, which makes the inverse transform of a forward one. */
function turnAround(x: Float64Array, n: number): void {
  for (let i = 0; i < 2 * n; i++) x[i]! /= n;
  for (let k = 1, j = n - 1; k < j; k++, j--) {
    const [re, im] = [x[2 * k]!, x[2 * k + 1]!];
    x[2 * k] = x[2 * j]!;
    x[2 * k + 1] = x[2 * j + 1]!;
    x[2 * j] = re;
    x[2 * j + 1] = im;
  }
}

/**
 * Discrete Fourier transforms of length n, any n: radices 2, 3, 4 and odd ones up to 61 in Stockham's order, Bluestein's
 * algorithm for larger prime factors. Cost O(n log n); errors of the order of log₂ n · 2⁻⁵³ of the norm.
 * @throws RangeError unless n is a positive integer; the transforms: TypeError, RangeError on vectors of other lengths, NaN or infinity
 */
export function fft(n: number): FFT {
  requireCount('fft', 'n', n);
  const checked = (what: string, x: Float64Array, length: number): void => requireVector(`fft.${what}`, 'x', x, length);
  const run = (x: Float64Array, length: number, out: Float64Array = new Float64Array(2 * length)): Float64Array => {
    if (!(out instanceof Float64Array) || out.length !== 2 * length || out.buffer === x.buffer)
      throw new RangeError(`fft: out must be another Float64Array of ${2 * length} elements`);
    kernelOf(length)(x, out);
    return out;
  };
  return {
    n,
    forward: (x, given) => {
      checked('forward', x, 2 * n);
      return run(x, n, given);
    },
    inverse: (x, given) => {
      checked('inverse', x, 2 * n);
      const out = run(x, n, given);
      turnAround(out, n);
      return out;
    },
    forwardReal: (x) => {
      checked('forwardReal', x, n);
      return n % 2 === 0 ? realEven(run(x, n / 2), n) : realOdd(x, n, run);
    },
    inverseReal: (x) => {
      checked('inverseReal', x, 2 * (Math.floor(n / 2) + 1));
      return n % 2 === 0 ? inverseRealEven(x, n, run) : inverseRealOdd(x, n, run);
    },
  };
}

type Run = (x: Float64Array, length: number) => Float64Array;

/** From the transform of x₀ + i x₁, x₂ + i x₃, …: even and odd parts, put together. */
function realEven(z: Float64Array, n: number): Float64Array {
  const half = n / 2;
  const out = new Float64Array(n + 2);
  for (let k = 0; k <= half; k++) {
    const a = 2 * (k % half);
    const b = 2 * ((half - k) % half);
    const er = (z[a]! + z[b]!) / 2, ei = (z[a + 1]! - z[b + 1]!) / 2;
    const or = (z[a + 1]! + z[b + 1]!) / 2, oi = (z[b]! - z[a]!) / 2;
    const [wr, wi] = rootOfUnity(k, n);
    out[2 * k] = er + wr * or - wi * oi;
    out[2 * k + 1] = ei + wr * oi + wi * or;
  }
  out[1] = out[n + 1] = 0;
  return out;
}

function realOdd(x: Float64Array, n: number, run: Run): Float64Array {
  const z = new Float64Array(2 * n);
  for (let j = 0; j < n; j++) z[2 * j] = x[j]!;
  const out = run(z, n).slice(0, n + 1);
  out[1] = 0;
  return out;
}

function inverseRealEven(x: Float64Array, n: number, run: Run): Float64Array {
  const half = n / 2;
  const z = new Float64Array(n);
  for (let k = 0; k < half; k++) {
    const b = 2 * (half - k);
    const ai = k === 0 ? 0 : x[2 * k + 1]!;
    const bi = k === 0 ? 0 : x[b + 1]!;
    const er = (x[2 * k]! + x[b]!) / 2, ei = (ai - bi) / 2;
    const dr = (x[2 * k]! - x[b]!) / 2, di = (ai + bi) / 2;
    const [wr, wi] = rootOfUnity(k, n);
    const or = dr * wr + di * wi, oi = di * wr - dr * wi;
    z[2 * k] = er - oi;
    z[2 * k + 1] = ei + or;
  }
  const out = run(z, half);
  turnAround(out, half);
  return out;
}

function inverseRealOdd(x: Float64Array, n: number, run: Run): Float64Array {
  const z = new Float64Array(2 * n);
  z[0] = x[0]!;
  for (let k = 1; 2 * k < n; k++) {
    z[2 * k] = x[2 * k]!;
    z[2 * k + 1] = x[2 * k + 1]!;
    z[2 * (n - k)] = x[2 * k]!;
    z[2 * (n - k) + 1] = -x[2 * k + 1]!;
  }
  const out = run(z, n);
  turnAround(out, n);
  return Float64Array.from({ length: n }, (_, j) => out[2 * j]!);
}
