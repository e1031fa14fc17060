/** NIST's Statistical Reference Datasets for nonlinear regression. */
import { inflate } from './unpack.js';

/** Data, starts and certified values of a problem: the least squares of y − f(x; b). */
export interface NistData {
  readonly name: string;
  /** Difficulty, by NIST's judgement. */
  readonly level: 'lower' | 'average' | 'higher';
  /** The two official starts; the second is nearer to the solution. */
  readonly starts: readonly [readonly number[], readonly number[]];
  /** Certified parameters, 11 digits. */
  readonly certified: readonly number[];
  /** Their certified standard deviations. */
  readonly deviations: readonly number[];
  /** Certified Σ (y − f)². */
  readonly sumOfSquares: number;
  /** Observations: y, then the predictors. */
  readonly rows: readonly (readonly number[])[];
}

/** The 27 problems (NIST/ITL StRD; B. D. McCullough, The American Statistician 52, 1998, on their use). */
export const nist = async (): Promise<readonly NistData[]> => JSON.parse(new TextDecoder().decode(await inflate((await import('./data/nist.js')).packed))) as NistData[];
