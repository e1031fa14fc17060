import { requireVector } from '../checks.js';
import { fft } from './fft.js';
import { rootOfUnity } from './passes.js';

/** Options of `dct` and `dst`. */
export interface CosineOptions {
  /** 1 to 4; 2 is the one that people mean, 3 its inverse up to scale. Default 2. */
  readonly type?: 1 | 2 | 3 | 4;
  /** Scaled so that the transform is orthogonal: type 3 then inverts type 2, and types 1 and 4 themselves. Default false. */
  readonly orthonormal?: boolean;
}

/**
 * Discrete cosine transforms of n real numbers, any n, by a Fourier transform (J. Makhoul 1980):
 * 1: yₖ = x₀ + (−1)ᵏ xₙ₋₁ + 2 Σ xⱼ cos(πjk/(n − 1)), n ≥ 2; 2: 2 Σ xⱼ cos(πk(2j + 1)/2n); 3: x₀ + 2 Σ xⱼ cos(πj(2k + 1)/2n);
 * 4: 2 Σ xⱼ cos(π(2j + 1)(2k + 1)/4n). SciPy's conventions.
 * @throws TypeError, RangeError on an empty or non-finite vector or an unknown type
 */
export function dct(x: Float64Array, options: CosineOptions = {}): Float64Array {
  const { type, orthonormal } = check('dct', x, options);
  const n = x.length;
  if (!orthonormal) return FORMS[type](x);
  const unit = Math.sqrt(1 / (2 * (type === 1 ? n - 1 : n)));
  const given = x.slice();
  // the ends of type 1, and the constant of types 2 and 3, weigh half
  if (type === 1) scaleEnds(given, Math.SQRT2);
  if (type === 3) given[0]! *= Math.SQRT2;
  const y = FORMS[type](given).map((value) => value * unit);
  if (type === 1) scaleEnds(y, Math.SQRT1_2);
  if (type === 2) y[0]! *= Math.SQRT1_2;
  return y;
}

/**
 * Discrete sine transforms of n real numbers, any n:
 * 1: yₖ = 2 Σ xⱼ sin(π(j + 1)(k + 1)/(n + 1)); 2: 2 Σ xⱼ sin(π(k + 1)(2j + 1)/2n); 3: (−1)ᵏ xₙ₋₁ + 2 Σ xⱼ sin(π(j + 1)(2k + 1)/2n), j < n − 1;
 * 4: 2 Σ xⱼ sin(π(2j + 1)(2k + 1)/4n). SciPy's conventions.
 * @throws as `dct`
 */
export function dst(x: Float64Array, options: CosineOptions = {}): Float64Array {
  const { type, orthonormal } = check('dst', x, options);
  const n = x.length;
  const alternate = (y: Float64Array): Float64Array => y.map((value, k) => (k % 2 === 0 ? value : -value));
  if (type === 1) {
    const y = sineOne(x);
    return orthonormal ? y.map((value) => value / Math.sqrt(2 * (n + 1))) : y;
  }
  const cosine = (v: Float64Array): Float64Array => dct(v, { type, orthonormal });
  // sin(π(k + 1)(2j + 1)/2n) = (−1)ʲ cos(π(n − 1 − k)(2j + 1)/2n), and likewise
  return type === 2 ? cosine(alternate(x)).reverse() : alternate(cosine(x.toReversed()));
}

function check(where: string, x: Float64Array, { type = 2, orthonormal = false }: CosineOptions): { type: 1 | 2 | 3 | 4; orthonormal: boolean } {
  requireVector(where, 'x', x, x?.length);
  if (type !== 1 && type !== 2 && type !== 3 && type !== 4) throw new TypeError(`${where}: type must be 1, 2, 3 or 4, got ${String(type)}`);
  const least = where === 'dct' && type === 1 ? 2 : 1;
  if (x.length < least) throw new RangeError(`${where}: x must have at least ${least} elements, got ${x.length}`);
  return { type, orthonormal };
}

function scaleEnds(x: Float64Array, c: number): void {
  x[0]! *= c;
  x[x.length - 1]! *= c;
}

/** Of the even extension of length 2 (n − 1). */
function cosineOne(x: Float64Array): Float64Array {
  const n = x.length;
  const m = 2 * (n - 1);
  const half = fft(m).forwardReal(Float64Array.from({ length: m }, (_, j) => x[j < n ? j : m - j]!));
  return Float64Array.from({ length: n }, (_, k) => half[2 * k]!);
}

/** Of the odd extension of length 2 (n + 1). */
function sineOne(x: Float64Array): Float64Array {
  const n = x.length;
  const m = 2 * (n + 1);
  const odd = new Float64Array(m);
  for (let j = 0; j < n; j++) {
    odd[j + 1] = x[j]!;
    odd[m - 1 - j] = -x[j]!;
  }
  const half = fft(m).forwardReal(odd);
  return Float64Array.from({ length: n }, (_, k) => -half[2 * k + 3]!);
}

/** yₖ = 2 Re exp(−πik/2n) Vₖ with V the transform of x₀, x₂, …, x₃, x₁. */
function cosineTwo(x: Float64Array): Float64Array {
  const n = x.length;
  const half = fft(n).forwardReal(Float64Array.from({ length: n }, (_, j) => x[2 * j < n ? 2 * j : 2 * (n - 1 - j) + 1]!));
  const y = new Float64Array(n);
  for (let k = 0; 2 * k <= n; k++) {
    const [wr, wi] = rootOfUnity(k, 4 * n);
    const re = half[2 * k]!;
    const im = half[2 * k + 1]!;
    y[k] = 2 * (re * wr - im * wi);
    // Vₙ₋ₖ is the conjugate of Vₖ, and exp(−πi(n − k)/2n) = −i exp(πik/2n)
    if (k > 0) y[n - k] = -2 * (re * wi + im * wr);
  }
  return y;
}

/** The transpose of type 2, by its inverse: cosineTwo(cosineThree(x)) = 2n x. */
function cosineThree(x: Float64Array): Float64Array {
  const n = x.length;
  const half = new Float64Array(2 * (Math.floor(n / 2) + 1));
  for (let k = 0; 2 * k <= n; k++) {
    const [wr, wi] = rootOfUnity(k, 4 * n);
    const re = x[k]!;
    const im = k === 0 ? 0 : -x[n - k]!;
    // Vₖ = exp(πik/2n) (yₖ − i yₙ₋ₖ)
    half[2 * k] = n * (re * wr + im * wi);
    half[2 * k + 1] = n * (im * wr - re * wi);
  }
  const v = fft(n).inverseReal(half);
  return Float64Array.from({ length: n }, (_, j) => v[j % 2 === 0 ? j / 2 : n - 1 - (j - 1) / 2]!);
}

/** 2 Re exp(−πi(2k + 1)/4n) Σ xⱼ exp(−πij/2n) exp(−2πijk/2n). */
function cosineFour(x: Float64Array): Float64Array {
  const n = x.length;
  const z = new Float64Array(4 * n);
  for (let j = 0; j < n; j++) {
    const [wr, wi] = rootOfUnity(j, 4 * n);
    z[2 * j] = x[j]! * wr;
    z[2 * j + 1] = x[j]! * wi;
  }
  const u = fft(2 * n).forward(z);
  return Float64Array.from({ length: n }, (_, k) => {
    const [wr, wi] = rootOfUnity(2 * k + 1, 8 * n);
    return 2 * (u[2 * k]! * wr - u[2 * k + 1]! * wi);
  });
}

const FORMS = { 1: cosineOne, 2: cosineTwo, 3: cosineThree, 4: cosineFour };
