/** The models of NIST's nonlinear regression problems (NIST/ITL StRD), whose data and certified values are in `@curv-internal/datasets`. */
import { nist as load, type NistData } from '@curv-internal/datasets';
import { tensor, type Tensor } from '@curv/tensor';
import type { ResidualZooProblem } from './api.js';

/** f(predictors; b1, b2, …): parameters are tensors [1], predictors [m]. */
type Model = (b: readonly Tensor[], x: Tensor, x2: Tensor) => Tensor;

const expSum = (b: readonly Tensor[], x: Tensor): Tensor => [0, 2, 4].map((k) => b[k]!.mul(x.mul(b[k + 1]!).neg().exp())).reduce((s, t) => s.add(t));
const bell = (height: Tensor, center: Tensor, width: Tensor, x: Tensor): Tensor => height.mul(x.sub(center).square().div(width.square()).neg().exp());
const gauss: Model = (b, x) => b[0]!.mul(x.mul(b[1]!).neg().exp()).add(bell(b[2]!, b[3]!, b[4]!, x)).add(bell(b[5]!, b[6]!, b[7]!, x));
/** Σ cₖ xᵏ. */
const polynomial = (c: readonly Tensor[], x: Tensor): Tensor => c.slice(0, -1).reduceRight((s, ck) => s.mul(x).add(ck), c[c.length - 1]!.add(x.mul(0)));
const rational = (top: number): Model => (b, x) => polynomial(b.slice(0, top), x).div(polynomial(b.slice(top), x).mul(x).add(1));
const saturation: Model = (b, x) => b[0]!.mul(x.mul(b[1]!).neg().exp().neg().add(1));
const chwirut: Model = (b, x) => x.mul(b[0]!).neg().exp().div(b[1]!.add(x.mul(b[2]!)));
/** c cos(2π x / period) + s sin(2π x / period). */
const wave = (c: Tensor, s: Tensor, period: Tensor | number, x: Tensor): Tensor => {
  const angle = x.mul(2 * Math.PI).div(period);
  return c.mul(angle.cos()).add(s.mul(angle.sin()));
};

const models: Readonly<Record<string, Model>> = {
  Bennett5: (b, x) => b[0]!.mul(b[1]!.add(x).pow(b[2]!.reciprocal().neg())),
  BoxBOD: saturation,
  Chwirut1: chwirut,
  Chwirut2: chwirut,
  DanWood: (b, x) => b[0]!.mul(x.pow(b[1]!)),
  ENSO: (b, x) => b[0]!.add(wave(b[1]!, b[2]!, 12, x)).add(wave(b[4]!, b[5]!, b[3]!, x)).add(wave(b[7]!, b[8]!, b[6]!, x)),
  Eckerle4: (b, x) => b[0]!.div(b[1]!).mul(x.sub(b[2]!).div(b[1]!).square().mul(-0.5).exp()),
  Gauss1: gauss,
  Gauss2: gauss,
  Gauss3: gauss,
  Hahn1: rational(4),
  Kirby2: rational(3),
  Lanczos1: expSum,
  Lanczos2: expSum,
  Lanczos3: expSum,
  MGH09: (b, x) => b[0]!.mul(x.square().add(x.mul(b[1]!))).div(x.square().add(x.mul(b[2]!)).add(b[3]!)),
  MGH10: (b, x) => b[0]!.mul(b[1]!.div(x.add(b[2]!)).exp()),
  MGH17: (b, x) => b[0]!.add(b[1]!.mul(x.mul(b[3]!).neg().exp())).add(b[2]!.mul(x.mul(b[4]!).neg().exp())),
  Misra1a: saturation,
  Misra1b: (b, x) => b[0]!.mul(x.mul(b[1]!).mul(0.5).add(1).square().reciprocal().neg().add(1)),
  Misra1c: (b, x) => b[0]!.mul(x.mul(b[1]!).mul(2).add(1).rsqrt().neg().add(1)),
  Misra1d: (b, x) => b[0]!.mul(b[1]!).mul(x).div(x.mul(b[1]!).add(1)),
  // Of log y.
  Nelson: (b, x, x2) => b[0]!.sub(b[1]!.mul(x).mul(x2.mul(b[2]!).neg().exp())),
  Rat42: (b, x) => b[0]!.div(b[1]!.sub(x.mul(b[2]!)).exp().add(1)),
  Rat43: (b, x) => b[0]!.div(b[1]!.sub(x.mul(b[2]!)).exp().add(1).pow(b[3]!.reciprocal())),
  Roszman1: (b, x) => b[0]!.sub(x.mul(b[1]!)).sub(b[2]!.div(x.sub(b[3]!)).atan().mul(1 / Math.PI)),
  Thurber: rational(4),
};

/** A certified problem: residuals y − f, m of them, from either start. */
export interface NistProblem extends ResidualZooProblem {
  readonly level: NistData['level'];
  readonly starts: NistData['starts'];
  readonly certified: readonly number[];
  readonly deviations: readonly number[];
}

function problemOf({ name, level, starts, certified, deviations, sumOfSquares, rows }: NistData): NistProblem {
  const column = (k: number): Tensor => tensor(Float64Array.from(rows, (row) => row[k] ?? 0), [rows.length]);
  const [x, x2] = [column(1), column(2)];
  const y = name === 'Nelson' ? tensor(Float64Array.from(rows, (row) => Math.log(row[0]!)), [rows.length]) : column(0);
  const model = models[name]!;
  const b = (v: Tensor): Tensor[] => certified.map((_, i) => v.slice([i], [i + 1]));
  return { name: `NIST ${name}`, level, starts, certified, deviations, residuals: (v) => model(b(v), x, x2).sub(y), start: starts[1], minimum: sumOfSquares / 2, reference: `NIST StRD, ${level} level of difficulty` };
}

/** The 27 problems. */
export const nist = async (): Promise<readonly NistProblem[]> => (await load()).map(problemOf);

/** Digits that agree with the certified ones, the fewest over the parameters: −log₁₀ of the relative error, 11 at most. */
export const certifiedDigits = (x: ArrayLike<number>, certified: readonly number[]): number =>
  Math.min(11, ...certified.map((c, i) => (Number.isFinite(x[i]) ? -Math.log10(Math.max(1e-11, Math.abs(x[i]! - c) / Math.abs(c))) : 0)));
