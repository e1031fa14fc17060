/** SNS and Sinkhorn beside POT. */
import { type BenchFrame, breathe, type Ctx, measured, progress } from '@curv/plugin';
import type { PythonPeer } from '@curv-internal/python-peer';
import { sinkhorn } from '../../entropic/sinkhorn.js';
import { sns } from '../../entropic/sns.js';
import program from './ot_peer.py';
import type { Problem } from './problems.js';
import { timed } from './timing.js';

const ETA = 1200;
const CLAIMS = ['pot-sinkhorn', 'pot-log', 'pot-sweeps'];
/** Iterations from which the time of one in logarithms is taken. */
const LOGARITHMIC = 60;

interface Answer {
  readonly ms: number;
  readonly iterations: number;
  /** ‖P1 − a‖₁ + ‖Pᵀ1 − b‖₁ */
  readonly marginal: number;
}

export async function* besidePot(ctx: Ctx, problems: readonly Problem[]): AsyncIterable<BenchFrame> {
  let peer: PythonPeer;
  let toBase64: (values: Float64Array) => string;
  try {
    const library = await import('@curv-internal/python-peer');
    toBase64 = library.toBase64;
    peer = library.pythonPeer('ot', program);
  } catch (error) {
    for (const id of CLAIMS) yield measured(id, null, `POT is absent: ${(error as Error).message}`);
    return;
  }
  try {
    for (const [id, { cost, a, b }] of problems.entries())
      await peer.ask({ do: 'prepare', id, n: cost.rows, m: cost.columns, a: toBase64(a), b: toBase64(b), cost: toBase64(cost.data) });
    yield* compare(ctx, peer, problems);
  } finally {
    peer.dispose();
  }
}

async function* compare(ctx: Ctx, peer: PythonPeer, problems: readonly Problem[]): AsyncIterable<BenchFrame> {
  const ask = (id: number, method: string, iterations: number, tolerance: number): Promise<Answer> => peer.ask({ do: 'run', id, method, iterations, tolerance, reg: 1 / ETA });
  const rows: (string | number)[][] = [];
  const found = { sinkhorn: [Infinity, 0], log: [Infinity, 0], sweeps: [Infinity, 0] };
  const least = (of: keyof typeof found, ratio: number, figure: number): void => void (ratio < found[of][0]! && (found[of] = [ratio, figure]));
  for (const [id, { name, cost, a, b }] of problems.entries()) {
    yield progress(id, problems.length, `POT: ${name}`);
    await breathe(ctx.signal);
    if (ctx.quick && name === 'random 500') continue;
    let ours = timed(3, () => sns(cost, a, b, { eta: ETA })).ms;
    let theirs = await ask(id, 'sinkhorn', 200_000, 1e-8);
    // In turn, as long as it takes little.
    for (let round = 0; round < 2 && theirs.ms < 3000; round++) {
      ours = Math.min(ours, timed(2, () => sns(cost, a, b, { eta: ETA })).ms);
      const again = await ask(id, 'sinkhorn', 200_000, 1e-8);
      if (again.ms < theirs.ms) theirs = again;
    }
    const log = await ask(id, 'log', LOGARITHMIC, 0);
    const logarithmic = (log.ms / LOGARITHMIC) * theirs.iterations;
    const sweeps = await equalIterations(ask, id, cost, a, b);
    least('sinkhorn', theirs.ms / ours, theirs.ms / 1000);
    least('log', logarithmic / ours, logarithmic / 1000);
    least('sweeps', sweeps.theirs / sweeps.ours, sweeps.theirs);
    rows.push([
      name, (ours / 1000).toPrecision(3), (theirs.ms / 1000).toPrecision(3), theirs.iterations, theirs.marginal.toExponential(1), (theirs.ms / ours).toFixed(1),
      (logarithmic / 1000).toPrecision(3), (logarithmic / ours).toFixed(0), sweeps.ours.toFixed(3), sweeps.theirs.toFixed(3),
    ]);
  }
  const columns = ['problem', 'SNS, s', 'ot.sinkhorn, s', 'iterations', 'error', 'ratio', 'sinkhorn_log, s', 'ratio', 'our Sinkhorn, ms/it', 'ot.sinkhorn, ms/it'];
  yield { kind: 'table', title: 'η = 1200: SNS to 1e-12, POT to 1e-8', columns, rows };
  const detail = ctx.quick ? 'without random 500, on which POT needs 20 s' : undefined;
  yield measured('pot-sinkhorn', found.sinkhorn[0]!, detail, { peer: found.sinkhorn[1]! });
  yield measured('pot-log', found.log[0]!, `iterations of ot.sinkhorn at the time of ${LOGARITHMIC} in logarithms${detail === undefined ? '' : `; ${detail}`}`, { peer: found.log[1]! });
  yield measured('pot-sweeps', found.sweeps[0]!, detail, { peer: found.sweeps[1]! });
}

/** Milliseconds an iteration, of 1000 from a cold start, in turn. */
async function equalIterations(ask: (id: number, method: string, iterations: number, tolerance: number) => Promise<Answer>, id: number, cost: Problem['cost'], a: Float64Array, b: Float64Array): Promise<{ ours: number; theirs: number }> {
  let [ours, theirs] = [Infinity, Infinity];
  for (let round = 0; round < 3; round++) {
    ours = Math.min(ours, timed(1, () => sinkhorn(cost, a, b, { eta: ETA, tolerance: 0, maxIterations: 1000 })).ms);
    theirs = Math.min(theirs, (await ask(id, 'sinkhorn', 1000, 0)).ms);
  }
  return { ours: ours / 1000, theirs: theirs / 1000 };
}
