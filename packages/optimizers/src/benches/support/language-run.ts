/** One training of a language model. */
import { breathe, type Ctx } from '@curv/plugin';
import type { Optimizer, Params, Problem, TrainResult } from '../../api.js';
import { train } from '../../train/train.js';
import { charBatch, type CharBatch, type CharData, crossEntropy } from '../../zoo/char-lm.js';

/** What a training is. */
export interface LanguageRun {
  readonly problem: Problem<CharBatch>;
  readonly params: Params;
  readonly data: CharData;
  readonly optimizer: Optimizer;
  readonly steps: number;
  readonly batchSize?: number;
  readonly onInfo?: (info: Readonly<Record<string, number>>) => void;
}

/** Mean validation cross-entropy after training, and the losses on the way. */
export interface LanguageResult {
  readonly validation: number;
  readonly losses: TrainResult['losses'];
}

export async function trainLanguage({ engine, rng, signal }: Ctx, run: LanguageRun): Promise<LanguageResult> {
  const { problem, data, optimizer, steps, batchSize = 64, onInfo } = run;
  const { params, losses } = await train<CharBatch>({
    problem,
    optimizer,
    params: run.params,
    steps,
    engine,
    signal,
    seed: rng.seed,
    batch: (_, stream) => charBatch(data.train, batchSize, stream),
    onStep: ({ info }) => onInfo?.(info),
  });
  await breathe(signal);
  return { validation: await crossEntropy(problem, params, data.validation, engine), losses };
}
