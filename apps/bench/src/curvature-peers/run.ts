/** Running the `curvature-peers` bench. */
import { type PythonPeer, pythonPeer } from '@curv-internal/python-peer';
import { type BenchFrame, type Ctx, measured, progress } from '@curv/plugin';
import { cpu, type Engine } from '@curv/tensor';
import { type BenchModel, MODELS as ALL } from '../hvp/models/index.js';
import { type FloatType, type Tasks, tasksOf } from './ours.js';
import nets from '../hvp/torch_peer.py';
import program from './curvature_peer.py';

const MODELS = ALL.filter(({ id }) => id === 'mlp' || id === 'conv');
const K = 5;
const STEPS = 30;
const PROBES = 50;
/** PyHessian stops when a quotient changes by 1e-3, whatever the error then is; ours takes the loosest of these bounds of the residual that gives no larger error. */
const TOLERANCES = [0.3, 0.1, 0.03, 0.01, 3e-3, 1e-3, 3e-4, 1e-4];

export async function* run(ctx: Ctx): AsyncIterable<BenchFrame> {
  let peer: PythonPeer | null = null;
  try {
    peer = pythonPeer('torch', program, { torch_peer: nets });
  } catch (error) {
    const why = `PyTorch is absent: ${(error as Error).message}`;
    for (const id of ['eigenvalues', 'trace', 'time-power', 'time-lanczos', 'time-trace']) yield measured(id, null, why);
    return;
  }
  try {
    const truth = new Map<string, readonly number[]>();
    yield* agreement(ctx, peer, truth);
    yield* speed(ctx, peer, truth);
    yield { kind: 'note', text: 'Times: minimum over rounds in turn, float32, the forward pass and its linearization (in PyTorch the kept graph) included. PyHessian publishes no table of eigenvalues or traces to compare with.' };
  } finally {
    peer.dispose();
  }
}

let prepared = 0;

async function prepare(peer: PythonPeer, model: BenchModel, dtype: FloatType): Promise<number> {
  const id = prepared++;
  await peer.ask({ do: 'prepare', id, model: model.id, dtype, params: model.params, input: model.input, labels: model.labels });
  return id;
}

async function* agreement({ quick, signal }: Ctx, peer: PythonPeer, truth: Map<string, readonly number[]>): AsyncIterable<BenchFrame> {
  let worst = 0;
  let apart = 0;
  for (const [i, model] of MODELS.entries()) {
    yield progress(i, MODELS.length * 2, `${model.id}: eigenvalues and trace in float64`);
    signal.throwIfAborted();
    const id = await prepare(peer, model, 'float64');
    const theirs = (await peer.ask({ do: 'lanczos', id, steps: quick ? 60 : 120, k: K })) as { values: number[]; residuals: number[] };
    const trace = (await peer.ask({ do: 'trace', id, probes: quick ? 50 : 200 })) as { samples: number[] };
    const tasks = tasksOf(model, 'float64', cpu);
    const { result: ours } = await tasks.eigenvalues(K, quick ? 1e-5 : 1e-8);
    const { result: own } = await tasks.trace(quick ? 50 : 200);
    tasks.dispose();
    truth.set(model.id, theirs.values);
    worst = Math.max(worst, ...theirs.values.map((value, j) => Math.abs(ours.values[j]! / value - 1)));
    const n = trace.samples.length;
    const mean = trace.samples.reduce((a, b) => a + b, 0) / n;
    const error = Math.sqrt(trace.samples.reduce((s, x) => s + (x - mean) ** 2, 0) / (n - 1) / n);
    apart = Math.max(apart, Math.abs(own.estimate - mean) / Math.hypot(own.standardError, error));
    const rows = theirs.values.map((value, j) => [`λ${j + 1}`, ours.values[j]!.toPrecision(10), ours.residuals[j]!.toExponential(1), value.toPrecision(10), theirs.residuals[j]!.toExponential(1)]);
    yield { kind: 'table', title: model.title, columns: ['float64', 'ours', 'residual or error', 'PyTorch', 'residual or error'], rows: [...rows, ['trace', own.estimate.toPrecision(6), own.standardError.toPrecision(2), mean.toPrecision(6), error.toPrecision(2)]] };
  }
  yield measured('eigenvalues', worst);
  yield measured('trace', apart);
}

interface Row {
  readonly name: string;
  power: number;
  lanczos: number;
  trace: number;
}

async function* speed({ engines, quick, signal }: Ctx, peer: PythonPeer, truth: ReadonlyMap<string, readonly number[]>): AsyncIterable<BenchFrame> {
  const loaded = await load(engines);
  const ratios = { power: 0, lanczos: 0, trace: 0 };
  for (const [i, model] of MODELS.entries()) {
    const id = await prepare(peer, model, 'float32');
    const torch: Row = { name: 'PyTorch', power: Infinity, lanczos: Infinity, trace: Infinity };
    const ours = loaded.map((engine) => ({ tasks: tasksOf(model, 'float32', engine), row: { name: engine.name, power: Infinity, lanczos: Infinity, trace: Infinity } }));
    const exact = truth.get(model.id)!;
    const { values } = (await peer.ask({ do: 'power', id, k: K })) as { values: number[] };
    const bound = errorOf(values, exact);
    const tolerance = await toleranceFor(ours[0]!.tasks, exact, bound);
    for (let round = 0; round < (quick ? 1 : 4); round++) {
      yield progress(MODELS.length + i, MODELS.length * 2, `${model.id}: times, round ${round + 1}`);
      for (const task of ['power', 'lanczos', 'trace'] as const) {
        signal.throwIfAborted();
        torch[task] = Math.min(torch[task], ((await peer.ask({ do: task, id, k: K, steps: STEPS, probes: PROBES })) as { ms: number }).ms);
        for (const { tasks, row } of ours) row[task] = Math.min(row[task], await timeOf(tasks, task, tolerance));
      }
    }
    ours.forEach(({ tasks }) => tasks.dispose());
    yield { kind: 'note', text: `${model.id}: power iteration ends with errors of ${bound.toExponential(1)}; ours with residuals of ${tolerance} of the largest has no larger ones.` };
    const rows = [...ours.map(({ row }) => row), torch];
    yield { kind: 'table', title: `${model.title}: milliseconds`, columns: ['', `${K} eigenvalues`, `${STEPS} Lanczos steps`, `trace, ${PROBES} probes`], rows: rows.map((r) => [r.name, r.power.toFixed(0), r.lanczos.toFixed(0), r.trace.toFixed(0)]) };
    for (const task of ['power', 'lanczos', 'trace'] as const) ratios[task] = Math.max(ratios[task], Math.min(...ours.map(({ row }) => row[task])) / torch[task]);
  }
  const names = loaded.map((engine) => engine.name).join(', ');
  yield measured('time-power', ratios.power, `engines: ${names}`);
  yield measured('time-lanczos', ratios.lanczos, `engines: ${names}`);
  yield measured('time-trace', ratios.trace, `engines: ${names}`);
}

/** The largest relative error. */
const errorOf = (values: ArrayLike<number>, exact: readonly number[]): number => Math.max(...exact.map((value, j) => Math.abs(values[j]! / value - 1)));

async function toleranceFor(tasks: Tasks, exact: readonly number[], bound: number): Promise<number> {
  for (const tolerance of TOLERANCES) {
    const { result } = await tasks.eigenvalues(K, tolerance);
    if (errorOf(result.values, exact) <= bound) return tolerance;
  }
  return TOLERANCES[TOLERANCES.length - 1]!;
}

const timeOf = async (tasks: Tasks, task: 'power' | 'lanczos' | 'trace', tolerance: number): Promise<number> =>
  (await (task === 'power' ? tasks.eigenvalues(K, tolerance) : task === 'lanczos' ? tasks.lanczos(STEPS) : tasks.trace(PROBES))).ms;

/** Every engine that loads and takes float32, but for the slow interpreters. */
async function load(engines: Ctx['engines']): Promise<Engine[]> {
  const found: Engine[] = [];
  for (const [name, start] of Object.entries(engines)) {
    if (name === 'tfjs-cpu') continue;
    try {
      const engine = await start();
      if (engine.dtypes.includes('float32')) found.push(engine);
    } catch {
      // not on this machine
    }
  }
  return found;
}
