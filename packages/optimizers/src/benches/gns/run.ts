/** Running the `gns` bench. */
import { matrix } from '@curv/linalg';
import { type BenchFrame, breathe, type Ctx, measured, progress } from '@curv/plugin';
import { random } from '@curv/tensor';
import type { Minimizable, Minimum, Vector } from '../../minimize/api.js';
import { gns, type GnsOptions } from '../../minimize/methods/gns.js';
import { minimize } from '../../minimize/minimize.js';
import { chebyshevChain, type GnsProblem, linearResiduals, logistic, logSumExp, residualPower, rosenbrock, rosenbrockResiduals } from './problems.js';

interface Run {
  readonly x0: ArrayLike<number>;
  readonly options: GnsOptions;
  readonly tolerance?: number;
  readonly target?: number;
  readonly most: number;
}

/** One run, and the values on its way. */
async function solve({ signal }: Ctx, problem: GnsProblem, { x0, options, tolerance = 0, target, most }: Run): Promise<Minimum & { values: number[] }> {
  const values: number[] = [];
  const found = await minimize(problem as Minimizable, x0, {
    method: gns(options),
    norm: 'euclidean',
    tolerance,
    maxIterations: most,
    signal,
    ...(target !== undefined && { target }),
    onIteration: ({ value }) => void values.push(value),
  });
  return { ...found, values };
}

/** Iterations until it converged, one more than the most where it did not. */
const iterations = ({ converged, iterations: n }: Minimum): number => (converged ? n : n + 1);

export async function* run(ctx: Ctx): AsyncIterable<BenchFrame> {
  const parts = [onRosenbrock, onResidualPowers, onLogSumExp, onChebyshev, onLogistic, onRankOne];
  for (const [i, part] of parts.entries()) {
    yield progress(i, parts.length, part.name);
    yield* part(ctx);
    await breathe(ctx.signal);
  }
}

async function* onRosenbrock(ctx: Ctx): AsyncIterable<BenchFrame> {
  const problem = rosenbrock();
  const exact = await solve(ctx, problem, { x0: [-2, 2], options: { curvature: problem.exact }, tolerance: 1e-8, most: 1000 });
  const gradient = await solve(ctx, problem, { x0: [-2, 2], options: { curvature: 'none' }, tolerance: 1e-8, most: 5000 });
  yield measured('rosenbrock', iterations(exact), `${exact.evaluations.solve} solves, f = ${exact.value.toExponential(1)}`);
  yield measured('rosenbrock-gradient', gradient.value);
}

async function* onResidualPowers(ctx: Ctx): AsyncIterable<BenchFrame> {
  const rows: number[][] = [];
  for (const p of [2, 3, 4, 5]) {
    const problem = residualPower(rosenbrockResiduals, p);
    const count = async (options: GnsOptions): Promise<number> => iterations(await solve(ctx, problem, { x0: [-2, 2], options, target: 1e-12, most: 1000 }));
    rows.push([p, await count({ curvature: problem.gaussNewton }), await count({ curvature: problem.exact })]);
  }
  yield { kind: 'table', title: 'iterations to ‖u‖ᵖ / p ≤ 1e-12, Rosenbrock residuals', columns: ['p', 'Gauss-Newton', 'exact'], rows };
  yield measured('residual-power', Math.max(...rows.map(([, a, b]) => a! / b!)));
}

async function* onLogSumExp(ctx: Ctx): AsyncIterable<BenchFrame> {
  const most = ctx.quick ? 1000 : 3000;
  const rows: (string | number)[][] = [];
  const found: Record<string, number> = {};
  for (const mu of [1, 0.1]) {
    const problem = logSumExp(random(ctx.rng.seed).fork('log-sum-exp'), 100, 300, mu);
    const methods: Readonly<Record<string, GnsOptions>> = { exact: { curvature: problem.exact }, 'Gauss-Newton': { curvature: problem.gaussNewton }, gradient: { curvature: 'none' } };
    const row: (string | number)[] = [mu];
    for (const [name, options] of Object.entries(methods)) {
      const result = await solve(ctx, problem, { x0: new Float64Array(100).fill(1), options: { metric: problem.metric, ...options }, target: problem.minimum + 1e-8, most });
      found[`${name} ${mu}`] = iterations(result);
      row.push(result.converged ? result.iterations : `gap ${(result.value - problem.minimum).toExponential(1)}`);
    }
    rows.push(row);
  }
  yield { kind: 'table', title: `log-sum-exp, n = 100, m = 300: iterations to a gap of 1e-8, at most ${most}`, columns: ['μ', 'exact', 'Gauss-Newton', 'gradient'], rows };
  yield measured('lse-exact', found['exact 0.1']!);
  yield measured('lse-gauss-newton', found['Gauss-Newton 0.1']!);
  if (ctx.quick) yield measured('lse-gradient', null, 'needs 3000 iterations');
  else yield measured('lse-gradient', found['gradient 0.1']!);
}

async function* onChebyshev(ctx: Ctx): AsyncIterable<BenchFrame> {
  const rows: (string | number)[][] = [];
  for (const n of ctx.quick ? [10] : [10, 50]) {
    const problem = residualPower(chebyshevChain(n), 4);
    const x0 = Float64Array.from({ length: n }, (_, i) => 0.5 + 0.4 * Math.sin(i + 1));
    const exact = await solve(ctx, problem, { x0, options: { curvature: problem.gaussNewton }, target: 1e-10, most: 200 });
    const gradient = await solve(ctx, problem, { x0, options: { curvature: 'none' }, target: 1e-10, most: 200 });
    rows.push([n, iterations(exact), gradient.value]);
  }
  yield { kind: 'table', title: 'Chebyshev chain, ‖u‖⁴ / 4', columns: ['n', 'Gauss-Newton iterations to 1e-10', 'gradient variant after 200'], rows };
  yield measured('chebyshev', Math.max(...rows.map((row) => row[1] as number)), undefined, { baseline: rows[rows.length - 1]![2] as number });
}

async function* onLogistic(ctx: Ctx): AsyncIterable<BenchFrame> {
  const problem = await logistic();
  const x0 = new Float64Array(problem.dimension);
  const exact = await solve(ctx, problem, { x0, options: { curvature: problem.exact }, tolerance: 1e-4, most: 500 });
  const gradient = await solve(ctx, problem, { x0, options: { curvature: 'none' }, tolerance: 1e-4, most: 10_000 });
  const fisher = await solve(ctx, problem, { x0, options: { curvature: problem.fisher }, tolerance: 1e-4, most: 400 });
  const at = [20, 100, 400];
  yield { kind: 'table', title: 'logistic regression, breast cancer 569 × 30, mean loss after', columns: ['iterations', 'Fisher', 'gradient variant'], rows: at.map((k) => [k, fisher.values[k - 1]!.toFixed(4), gradient.values[k - 1]!.toFixed(4)]) };
  yield measured('logistic', iterations(gradient) / iterations(exact), `${iterations(gradient)} and ${iterations(exact)} iterations`);
  yield measured('logistic-fisher', Math.max(...at.map((k) => fisher.values[k - 1]! / gradient.values[k - 1]!)));
}

async function* onRankOne(ctx: Ctx): AsyncIterable<BenchFrame> {
  const stream = random(ctx.rng.seed).fork('rank one');
  const [m, n, p] = [100, 200, 4];
  const a = matrix(m, n, Float64Array.from({ length: m * n }, () => stream.normal()));
  const problem = residualPower(linearResiduals(a, Float64Array.from({ length: m }, () => stream.normal())), p);
  // The Fisher term alone: ((p − 2) / ‖u‖ᵖ) ∇f ∇fᵀ.
  const term = (x: Vector): { u: Vector; c: number } => ({ u: problem.gradient(x), c: (p - 2) / (p * problem.value(x)) });
  const dense = (x: Vector) => {
    const { u, c } = term(x);
    const data = new Float64Array(n * n);
    for (let i = 0; i < n; i++) for (let j = 0, ui = c * u[i]!; j < n; j++) data[i * n + j] = ui * u[j]!;
    return matrix(n, n, data);
  };
  const low = (x: Vector) => {
    const { u, c } = term(x);
    return { columns: [u], weights: [c] };
  };
  const x0 = new Float64Array(n).fill(1);
  const timed = async (options: GnsOptions): Promise<{ x: Vector; ms: number }> => {
    let best: { x: Vector; ms: number } = { x: x0, ms: Infinity };
    // Rounds enough for the cheap steps to be compiled.
    const rounds = ctx.quick ? 2 : options.curvature === low ? 40 : 5;
    for (let round = 0; round < rounds; round++) {
      const start = performance.now();
      const { x } = await solve(ctx, problem, { x0, options, most: 20 });
      best = { x, ms: Math.min(best.ms, (performance.now() - start) / 20) };
    }
    return best;
  };
  const [full, small] = [await timed({ curvature: dense }), await timed({ curvature: low })];
  const scale = Math.max(...full.x.map(Math.abs));
  yield measured('rank-one-agreement', Math.max(...full.x.map((v, i) => Math.abs(v - small.x[i]!))) / scale);
  yield measured('rank-one-time', full.ms / small.ms, `${full.ms.toFixed(2)} and ${small.ms.toFixed(3)} ms`);
}
