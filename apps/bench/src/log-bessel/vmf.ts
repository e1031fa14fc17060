/** Von Mises-Fisher fits of draws and of handwritten digits. */
import { matmul, matrix, randomStream, transpose } from '@curv/linalg';
import { classifyVonMisesFisher, fitVonMisesFisher, logBesselI, sampleVonMisesFisher, type VmfFit, vmfLogNormalizer, vmfLogPdf } from '@curv/special-fns';

export interface DrawRow {
  readonly p: number;
  readonly kappa: number;
  readonly n: number;
  /** Largest relative error of κ over seeds. */
  readonly error: number;
  /** Least gain of mle over banerjee, relative to the log-likelihood. */
  readonly gain: number;
  /** Whether log of a scaled I, as a double, is finite at the fit. */
  readonly scaledFinite: boolean;
}

export function fitDraws(p: number, kappa: number, n: number, seeds: number): DrawRow {
  let [error, gain, scaledFinite] = [0, Infinity, true];
  for (let seed = 1; seed <= seeds; seed++) {
    const stream = randomStream(seed);
    const direction = stream.vector(p);
    const norm = Math.hypot(...direction);
    const samples = sampleVonMisesFisher(direction.map((x) => x / norm), kappa, n, stream);
    const fit = fitVonMisesFisher(samples, p);
    const quick = fitVonMisesFisher(samples, p, { method: 'banerjee' });
    error = Math.max(error, Math.abs(fit.kappa / kappa - 1));
    gain = Math.min(gain, (fit.logLikelihood - quick.logLikelihood) / Math.abs(fit.logLikelihood));
    scaledFinite &&= Number.isFinite(Math.log(Math.exp(logBesselI(p / 2 - 1, fit.kappa) - fit.kappa)));
  }
  return { p, kappa, n, error, gain, scaledFinite };
}

const PIXELS = 784;

export interface DataRow {
  readonly p: number;
  readonly train: number;
  readonly test: number;
  readonly kappas: readonly [number, number];
  readonly finite: number;
  /** Least over classes of the mean held-out log-likelihood above that of the uniform density. */
  readonly gain: number;
  readonly accuracy: number;
}

/** ReLU of Gaussian features, or the pixels themselves for p = 784; rows of length 1. */
function featuresOf(images: Float64Array, p: number, weights: Float64Array | null): Float64Array {
  const n = images.length / PIXELS;
  const out = weights === null ? images.slice() : matmul(matrix(n, PIXELS, images), transpose(matrix(p, PIXELS, weights))).data.map((x) => Math.max(0, x));
  for (let i = 0; i < n; i++) {
    const row = out.subarray(i * p, (i + 1) * p);
    const norm = Math.sqrt(row.reduce((s, x) => s + x * x, 0));
    for (let j = 0; j < p; j++) row[j]! /= norm;
  }
  return out;
}

/** A fit for each class on `train` images of it, and what the next `test` images say of it. */
export function fitDigits(digits: readonly Float64Array[], p: number, train: number, test: number): DataRow {
  const weights = p === PIXELS ? null : randomStream(p).vector(p * PIXELS);
  const fits: VmfFit[] = [];
  const held: Float64Array[] = [];
  for (const images of digits) {
    const own = Math.min(train, images.length / PIXELS - test);
    fits.push(fitVonMisesFisher(featuresOf(images.subarray(0, own * PIXELS), p, weights), p));
    held.push(featuresOf(images.subarray(own * PIXELS, (own + test) * PIXELS), p, weights));
  }
  const gains = held.map((rows, c) => vmfLogPdf(rows, fits[c]!.mu, fits[c]!.kappa).reduce((a, b) => a + b) / test - vmfLogNormalizer(p, 0));
  const right = held.reduce((sum, rows, c) => sum + classifyVonMisesFisher(rows, fits).labels.filter((label) => label === c).length, 0);
  const kappas = fits.map((f) => f.kappa);
  return {
    p, train, test,
    kappas: [Math.min(...kappas), Math.max(...kappas)],
    finite: fits.filter((f) => Number.isFinite(f.kappa) && Number.isFinite(f.logLikelihood)).length / fits.length,
    gain: Math.min(...gains),
    accuracy: right / (test * held.length),
  };
}
