/** The problems of the zoo in one form: oracles, a start, and the value that counts as solved. */
import { type Engine, objective, tensor, type Tensor } from '@curv/tensor';
import type { Params, Problem } from '../../api.js';
import type { Minimizable } from '../../minimize/api.js';
import { residualProblem } from '../../minimize/residual-problem.js';
import type { DataZooProblem, ResidualZooProblem, ZooProblem } from '../../zoo/api.js';
import { classical } from '../../zoo/classical.js';
import { mnistNet, namesModel } from '../../zoo/nets.js';
import { nist, type NistProblem } from '../../zoo/nist.js';
import { irisSoftmax, logistic, mnistSoftmax } from '../../zoo/regression.js';
import { boundaryValue, broydenTridiagonal, classicalResiduals } from '../../zoo/residuals.js';

/** A problem as methods that train see it. */
interface Training {
  readonly problem: Problem;
  readonly params: Params;
  readonly batch: unknown;
  /** The loss is this many times the mean of the draws' negative log-likelihoods; default 1. */
  readonly sums?: number;
  /** Of a model with affine layers: the parameters that are in none. */
  readonly unlayered?: readonly string[];
}

export interface Entry {
  readonly name: string;
  readonly group: 'classical' | 'NIST' | 'convex' | 'nets';
  readonly oracles: Minimizable & { dispose(): void };
  readonly start: Float64Array;
  /** Solved when the value is at most this. */
  readonly target: number;
  /** For methods that train. */
  readonly training: Training;
  readonly bandwidth?: number;
  readonly nist?: NistProblem;
}

/** f* + 1e-8 (f(x₀) − f*). */
async function targetOf(oracles: Minimizable, start: Float64Array, minimum: number): Promise<number> {
  return minimum + 1e-8 * ((await oracles.value!(start)) - minimum);
}

const vectorOf = (x: readonly number[]): Tensor => tensor(Float64Array.from(x), [x.length]);

async function ofFunction({ name, f, start, minimum }: ZooProblem, engine: Engine): Promise<Entry> {
  const example = vectorOf(start);
  const scalar = objective(f as never, example, { engine });
  const residuals = classicalResiduals[name];
  const squares = residuals && residualProblem(residuals, example, { engine });
  const oracles = { ...squares, ...scalar, dispose: () => [scalar, squares].forEach((o) => o?.dispose()) };
  const x0 = Float64Array.from(start);
  return { name, group: 'classical', oracles, start: x0, target: await targetOf(oracles, x0, minimum), training: trainingOf(f, example, residuals) };
}

interface Point {
  readonly x: Tensor;
}

/** ½ ‖r‖² is the negative log-likelihood of residuals with unit variance, summed. */
const trainingOf = (f: (x: Tensor) => Tensor, x: Tensor, residuals?: (x: Tensor) => Tensor): Training => ({
  problem: { loss: (p: Point) => f(p.x), ...(residuals && { model: (p: Point) => residuals(p.x), likelihood: 'gaussian' }) },
  params: { x } as never,
  batch: null,
  ...(residuals && { sums: residuals(x).size }),
});

async function ofResiduals(problem: ResidualZooProblem | NistProblem, group: Entry['group'], engine: Engine): Promise<Entry> {
  const { name, residuals, start, minimum, bandwidth } = problem;
  const example = vectorOf(start);
  const oracles = residualProblem(residuals, example, { engine });
  const x0 = Float64Array.from(start);
  const training = trainingOf((x) => residuals(x).square().sum().mul(0.5), example, residuals);
  return { name, group, oracles, start: x0, target: await targetOf(oracles, x0, minimum), training, ...(bandwidth !== undefined && { bandwidth }), ...('level' in problem && { nist: problem }) };
}

async function ofData({ name, problem, training = problem, unlayered = [], params, batch, minimum, target }: DataZooProblem, engine: Engine): Promise<Entry> {
  const traced = objective(null, params, { model: problem.model as never, loss: problem.outputLoss as never, engine });
  const start = await traced.ravel(params);
  // The data are an argument of every oracle.
  const oracles: Entry['oracles'] = {
    dimension: traced.dimension,
    value: (x) => traced.value(x, batch),
    valueAndGradient: (x) => traced.valueAndGradient(x, batch),
    hvp: (x, v) => traced.hvp(x, v, batch),
    ggnvp: (x, v) => traced.ggnvp!(x, v, batch),
    dispose: () => traced.dispose(),
  };
  const goal = minimum === undefined ? target! : await targetOf(oracles, start, minimum);
  return { name, group: minimum === undefined ? 'nets' : 'convex', oracles, start, target: goal, training: { problem: training, params, batch, unlayered } };
}

/** What has to be loaded, and the reasons for what could not be. */
export async function entries(engine: Engine, quick: boolean): Promise<{ all: Entry[]; absent: string[] }> {
  const all: Entry[] = [];
  const absent: string[] = [];
  for (const p of classical) if (!quick || p.start.length <= 100) all.push(await ofFunction(p, engine));
  for (const p of [boundaryValue(100), broydenTridiagonal(100)]) all.push(await ofResiduals(p, 'classical', engine));
  for (const p of await nist()) all.push(await ofResiduals(p, 'NIST', engine));
  const data: (() => Promise<DataZooProblem>)[] = [logistic, irisSoftmax, ...(quick ? [] : [mnistSoftmax, mnistNet, namesModel])];
  for (const load of data) {
    try {
      all.push(await ofData(await load(), engine));
    } catch (error) {
      absent.push((error as Error).message.split('\n')[0]!);
    }
  }
  return { all, absent };
}
