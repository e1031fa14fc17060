/** Running the `tfjs-models` bench. */
import type { BenchFrame, Ctx, Measurement } from '@curv/plugin';
import { compile, type Tensor, tensor } from '@curv/tensor';
import { fromLayersModel, type ImportedModel, type ModelArtifactsLike, type NamedTensors } from '@curv/tfjs';
import { type Analysis, analyze } from './analyze.js';
import { type DerivativeErrors, derivativeErrors } from './derivatives.js';
import { picture, SIZE } from './images.js';
import { mobilenet } from './mobilenet.js';
import { predict } from './predict.js';

const STAGES = 4;
const progress = (done: number, text: string): BenchFrame => ({ kind: 'progress', done, total: STAGES, text });
const measured = (claim: string, figure: number | null, detail?: string): BenchFrame => ({ kind: 'measurement', measurement: { claim, figure, ...(detail && { detail }) } satisfies Measurement });

/** Streams progress, measurements and tables. */
export async function* run(ctx: Ctx): AsyncIterable<BenchFrame> {
  let artifacts: ModelArtifactsLike;
  try {
    artifacts = await mobilenet();
  } catch (error) {
    yield { kind: 'note', text: `nsfwjs is absent: ${(error as Error).message.split('\n')[0]}` };
    return;
  }
  yield progress(0, 'import and outputs');
  const net = fromLayersModel(artifacts) as ImportedModel;
  yield measured('layers', layerCount(artifacts), `${net.names.length} parameters of ${total(net)} numbers, ${Object.keys(net.state).length} statistics`);
  yield await outputs(net, artifacts, ctx);
  ctx.signal.throwIfAborted();

  yield progress(1, 'second derivatives');
  // A copy whose tensors have never been on another engine: operations run where their operands live.
  const errors = await derivativeErrors(fromLayersModel(artifacts) as ImportedModel, ctx.quick, (text) => {
    ctx.signal.throwIfAborted();
    ctx.log(text);
  });
  yield* derivativeFrames(errors);

  yield progress(2, 'curv analyze --model');
  const analysis = await analyze(artifacts, ctx.quick ? 1 : 2, ctx.signal);
  yield* analysisFrames(analysis);
  yield progress(STAGES, 'done');
}

const total = ({ params }: ImportedModel): number => Object.values(params).reduce((sum, t) => sum + t.size, 0);
const layerCount = ({ modelTopology }: ModelArtifactsLike): number => (modelTopology as { model_config: { config: { layers: unknown[] } } }).model_config.config.layers.length;

/** Outputs on every engine beside TensorFlow.js's. */
async function outputs(net: ImportedModel, artifacts: ModelArtifactsLike, { engines }: Ctx): Promise<BenchFrame> {
  const expected = await predict(artifacts, 0);
  const errors = new Map<string, number>();
  for (const [name, load] of Object.entries(engines)) {
    const apply = compile((params: NamedTensors, x: Tensor) => net.apply(params, x) as Tensor, { engine: await load() });
    const y = await apply(net.params, tensor(picture(0), [1, SIZE, SIZE, 3])).data();
    errors.set(name, Math.max(...Array.from(y, (v, i) => Math.abs(v - expected[i]!))));
    apply.dispose();
  }
  return measured('outputs', Math.max(...errors.values()), [...errors].map(([name, error]) => `${name} ${error.toExponential(1)}`).join(', '));
}

function* derivativeFrames({ float64, steps, difference, smooth }: DerivativeErrors): Iterable<BenchFrame> {
  yield { kind: 'table', title: 'float32 HVP against central differences of the gradient', columns: ['quotients of', 'step', 'relative difference'], rows: steps.map(({ what, step, error }) => [what, step.toExponential(0), error.toExponential(1)]) };
  yield measured('hvp-float64', float64);
  yield measured('hvp-difference', difference, 'at the saved point moved by 1e-3 of each parameter, off kinks that the quantized model sits on; best step');
  yield measured('hvp-difference-smooth', smooth, 'at the saved point; best step');
}

function* analysisFrames(a: Analysis): Iterable<BenchFrame> {
  yield { kind: 'table', title: `curv analyze --model, ${a.images} image(s), ${a.products} products`, columns: ['#', 'eigenvalue', 'residual'], rows: a.eigenvalues.map((value, i) => [i + 1, value.toPrecision(6), a.residuals[i]!.toExponential(1)]) };
  yield measured('eigenvalues', a.converged ? a.eigenvalues.length : 0, `${a.products} products`);
  yield measured('minutes', a.minutes);
  yield measured('memory', a.gibibytes, a.gibibytes === null ? 'this system does not tell the peak of a process' : 'VmHWM of the process');
}
