/** The training loop. */
import { flatten, random, type Tensor } from '@curv/tensor';
import type { Checkpoint, OptimizerState, Params, StepReport, TrainOptions, TrainResult } from '../api.js';
import { checkCount } from '../checks.js';
import { checkState } from '../optimizer.js';
import { checkNeeds } from './oracles.js';
import { stepFunction, type Stepped } from './step-function.js';
import { turn } from './turn.js';

/** Steps in a row that may be skipped before the run gives up. */
const MAX_SKIPPED = 20;

/** Milliseconds of work between two turns of others. */
const SPELL = 10;

const free = (...trees: readonly unknown[]): void => flatten(trees).leaves.forEach((leaf) => leaf.dispose());

const read = async (tensor: Tensor): Promise<number> => (await tensor.data())[0]!;

/**
 * Trains: one compiled graph for each step, parameters and state kept on the engine. The same seed gives the same run on the same engine, also when it is taken up from a
 * checkpoint. A step whose loss or gradient is not finite leaves parameters and state as they were.
 * @throws TypeError before the first step when the problem lacks what the optimizer needs, a checkpoint is another optimizer's, or an option is of the wrong kind
 * @throws RangeError at a non-finite step with `onNonFinite: 'throw'`, or after 20 in a row
 */
export async function train<Batch>(options: TrainOptions<Batch>): Promise<TrainResult> {
  const { problem, optimizer, steps, seed = 0, engine, signal, onProgress, onStep, onCheckpoint, checkpointEvery = Infinity, resume, curvatureBatch } = options;
  checkCount('steps', steps, 0);
  if (curvatureBatch !== undefined && typeof curvatureBatch !== 'function') throw new TypeError(`curvatureBatch: expected a function of a batch and a stream, got ${typeof curvatureBatch}`);
  checkNeeds(problem, optimizer);
  if (resume) checkState(optimizer, resume.state);
  const take = stepFunction(problem, optimizer, engine);
  const stream = random(seed).fork('batches');
  const run = new Run(resume ?? { params: options.params, state: optimizer.init(options.params, { seed }), step: 0, skipped: 0 });
  const losses: number[] = [];
  let status: TrainResult['status'] = 'done';
  let served = performance.now();
  try {
    while (run.step < steps && status === 'done') {
      if (signal?.aborted) {
        await onCheckpoint?.(run.checkpoint());
        signal.throwIfAborted();
      }
      const next = run.step + 1;
      const batch = await options.batch(next, stream.fork(`step ${next}`));
      const part = curvatureBatch && take.curved(run.params, run.state, batch) ? await curvatureBatch(batch, stream.fork(`curvature ${next}`)) : batch;
      const report = await run.adopt(take(run.params, run.state, batch, part), options);
      losses.push(report.loss);
      if (onStep?.(report) === 'stop') status = 'stopped';
      onProgress?.({ done: run.step, total: steps, loss: report.loss });
      if (run.step % checkpointEvery === 0) await onCheckpoint?.(run.checkpoint());
      if (performance.now() - served > SPELL) {
        await turn();
        served = performance.now();
      }
    }
  } finally {
    take.dispose();
  }
  return { ...run.checkpoint(), losses, status };
}

/** Where the run stands, and who owns its tensors. */
class Run {
  params: Params;
  state: OptimizerState;
  step: number;
  skipped: number;
  private inRow = 0;
  /** The first parameters and state belong to the caller. */
  private owned = false;

  constructor(start: Checkpoint) {
    ({ params: this.params, state: this.state, step: this.step, skipped: this.skipped } = start);
  }

  checkpoint(): Checkpoint {
    const { params, state, step, skipped } = this;
    return { params, state, step, skipped };
  }

  /** Takes a step's outcome over, unless it is not finite. */
  async adopt(out: Stepped, { onNonFinite = 'skip' }: TrainOptions): Promise<StepReport> {
    const loss = await read(out.value);
    const finite = (await read(out.finite)) !== 0;
    const info: Record<string, number> = {};
    for (const [name, tensor] of Object.entries(out.info)) info[name] = await read(tensor);
    free(out.value, out.finite, out.info);
    this.step++;
    if (finite) {
      if (this.owned) free(this.params, this.state.slots);
      this.params = out.params;
      this.state = { ...this.state, step: this.state.step + 1, slots: out.slots };
      this.owned = true;
      this.inRow = 0;
      return { step: this.step, loss, info, skipped: false };
    }
    free(out.params, out.slots);
    this.skipped++;
    if (onNonFinite === 'throw' || ++this.inRow >= MAX_SKIPPED) {
      const times = this.inRow > 1 ? ` for ${this.inRow} steps in a row` : '';
      throw new RangeError(`step ${this.step}: the loss (${loss}) or its gradient is not finite${times}; lower the learning rate, or check the data`);
    }
    return { step: this.step, loss, info, skipped: true };
  }
}
