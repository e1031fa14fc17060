/** Nested gradients of TensorFlow.js beside exact ones: functions of one variable, a softmax cross-entropy, small nets. */
import type { Ctx, Frame } from '@curv/plugin';
import { compile, type Engine, grad, hvp, random, softmaxCrossEntropy, tensor, type Tensor } from '@curv/tensor';
import type * as core from '@tensorflow/tfjs-core';
import { repairTape } from '../repair/repair-tape.js';
import type { TensorFlow } from '../repair/api.js';

/** The parameters of the demo. */
export interface SecondDerivativesParams {
  readonly f: string;
  readonly hidden: number;
  readonly batch: number;
}

interface Elementary {
  readonly tf: (tf: TensorFlow, x: core.Tensor) => core.Tensor;
  readonly ours: (x: Tensor) => Tensor;
  /** f″ in closed form. */
  readonly second: (x: number) => number;
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const slope = (x: number): number => sigmoid(x) * (1 - sigmoid(x));

const FUNCTIONS: Readonly<Record<string, Elementary>> = {
  'log(1 + exp x)': { tf: (tf, x) => tf.log(tf.add(1, tf.exp(x))), ours: (x) => x.exp().add(1).log(), second: slope },
  'x exp x': { tf: (tf, x) => tf.mul(x, tf.exp(x)), ours: (x) => x.mul(x.exp()), second: (x) => (x + 2) * Math.exp(x) },
  'tanh(x)²': { tf: (tf, x) => tf.square(tf.tanh(x)), ours: (x) => x.tanh().square(), second: (x) => 2 * (1 - Math.tanh(x) ** 2) * (1 - 3 * Math.tanh(x) ** 2) },
  'x sigmoid x': { tf: (tf, x) => tf.mul(x, tf.sigmoid(x)), ours: (x) => x.mul(x.sigmoid()), second: (x) => slope(x) * (2 + x * (1 - 2 * sigmoid(x))) },
  'log sigmoid x': { tf: (tf, x) => tf.log(tf.sigmoid(x)), ours: (x) => x.sigmoid().log(), second: (x) => -slope(x) },
};

/** Where f″ is drawn, and where errors are taken. */
const XS = Float64Array.from({ length: 121 }, (_, i) => -3 + i / 20);
const AT = 0.7;

/** Numbers, or why there are none. */
type Outcome = readonly number[] | Error;

/** What one tape makes of everything. */
interface Found {
  readonly curve: Outcome;
  readonly points: Readonly<Record<string, Outcome>>;
  readonly products: Readonly<Record<string, Outcome>>;
}

interface Weights<T> {
  readonly w1: T;
  readonly w2: T;
}

type Values = Weights<Float64Array>;

/** A net of two layers on a few examples in three classes, and a direction in its weights. */
interface Net {
  readonly sizes: readonly [number, number, number];
  readonly inputs: Float64Array;
  readonly labels: Int32Array;
  readonly weights: Values;
  readonly direction: Values;
}

const ACTIVATIONS = ['tanh', 'sigmoid', 'relu'] as const;

function drawNet(hidden: number, batch: number, seed: number): Net {
  const stream = random(seed).fork('second derivatives');
  // Values of float32, which TensorFlow.js computes in.
  const normals = (n: number, scale: number): Float64Array => Float64Array.from(Float32Array.from({ length: n }, () => scale * stream.normal()));
  const pair = (scale: number): Values => ({ w1: normals(4 * hidden, scale), w2: normals(3 * hidden, scale) });
  return { sizes: [4, hidden, 3], inputs: normals(4 * batch, 1), labels: Int32Array.from({ length: batch }, () => stream.integer(3)), weights: pair(0.7), direction: pair(1) };
}

/** The Hessian of the mean cross-entropy times the direction, in float64. */
async function exactProduct(net: Net, activation: (typeof ACTIVATIONS)[number]): Promise<number[]> {
  const [inputs, hidden, classes] = net.sizes;
  const { length: batch } = net.labels;
  const x = tensor(net.inputs, [batch, inputs]);
  const loss = ({ w1, w2 }: Weights<Tensor>): Tensor => softmaxCrossEntropy(x.matmul(w1)[activation]().matmul(w2), tensor(net.labels, [batch]));
  const tree = ({ w1, w2 }: Values): Weights<Tensor> => ({ w1: tensor(w1, [inputs, hidden]), w2: tensor(w2, [hidden, classes]) });
  const { w1, w2 } = hvp(loss)(tree(net.weights), tree(net.direction)) as unknown as Weights<Tensor>;
  return [...(await w1.data()), ...(await w2.data())];
}

/** The same as nested gradients of TensorFlow.js. */
function tapeProduct(tf: TensorFlow, net: Net, activation: (typeof ACTIVATIONS)[number]): core.Tensor {
  const [inputs, hidden, classes] = net.sizes;
  const { length: batch } = net.labels;
  const x = tf.tensor2d(Float32Array.from(net.inputs), [batch, inputs]);
  const labels = tf.oneHot(tf.tensor1d(net.labels, 'int32'), classes);
  const tensors = ({ w1, w2 }: Values): [core.Tensor, core.Tensor] => [tf.tensor2d(Float32Array.from(w1), [inputs, hidden]), tf.tensor2d(Float32Array.from(w2), [hidden, classes])];
  const loss = (w1: core.Tensor, w2: core.Tensor): core.Scalar => tf.losses.softmaxCrossEntropy(labels, tf.matMul(tf[activation](tf.matMul(x, w1 as core.Tensor2D)), w2 as core.Tensor2D)) as core.Scalar;
  const direction = tensors(net.direction);
  const along = (w1: core.Tensor, w2: core.Tensor): core.Scalar => tf.addN(tf.grads(loss)([w1, w2]).map((g, i) => tf.sum(tf.mul(g, direction[i]!)))) as core.Scalar;
  return tf.concat(tf.grads(along)(tensors(net.weights)).map((t) => tf.reshape(t, [-1])));
}

/** H v of Σ conv(x, w)³ in the filter w. */
const IMAGE = Float32Array.from({ length: 16 }, (_, i) => ((5 * i) % 7) / 7 - 0.4);
const FILTER = [0.5, -0.25, 0.125, 1];

function convolution(tf: TensorFlow): core.Tensor {
  const image = tf.tensor4d(IMAGE, [1, 4, 4, 1]);
  const f = (w: core.Tensor): core.Scalar => tf.sum(tf.pow(tf.conv2d(image, w as core.Tensor4D, 1, 'valid'), 3)) as core.Scalar;
  return tf.grad((w) => tf.sum(tf.grad(f)(w)) as core.Scalar)(tf.tensor4d(FILTER, [2, 2, 1, 1]));
}

/** Σ conv(x, w)³ has the Hessian Σ 6 c p pᵀ over patches p with c = p·w: times (1, 1, 1, 1). */
function exactConvolution(): number[] {
  const out = [0, 0, 0, 0];
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < 3; j++) {
      const patch = [0, 1, 4, 5].map((offset) => IMAGE[4 * i + j + offset]!);
      const c = patch.reduce((s, p, k) => s + p * FILTER[k]!, 0);
      const total = patch.reduce((s, p) => s + p, 0);
      patch.forEach((p, k) => (out[k]! += 6 * c * p * total));
    }
  }
  return out;
}

/** What TensorFlow.js gives, or why it gives nothing. */
async function attempt(tf: TensorFlow, find: () => core.Tensor): Promise<Outcome> {
  let out: core.Tensor | undefined;
  try {
    out = tf.tidy(find);
    return [...(await out.data())];
  } catch (error) {
    return error as Error;
  } finally {
    out?.dispose();
  }
}

/** Nested gradients of everything, by TensorFlow.js as it is now. */
async function look(tf: TensorFlow, f: string, net: Net): Promise<Found> {
  const second = (name: string, x: ArrayLike<number>): Promise<Outcome> => attempt(tf, () => tf.grad(tf.grad((at) => FUNCTIONS[name]!.tf(tf, at)))(tf.tensor1d(Float32Array.from(x))));
  const points: Record<string, Outcome> = {};
  for (const name of Object.keys(FUNCTIONS)) points[name] = await second(name, [AT]);
  const products: Record<string, Outcome> = {};
  for (const activation of ACTIVATIONS) products[`${activation} net`] = await attempt(tf, () => tapeProduct(tf, net, activation));
  products['convolution'] = await attempt(tf, () => convolution(tf));
  return { curve: await second(f, XS), points, products };
}

/** ‖found − exact‖ ÷ ‖exact‖ */
const errorOf = (found: readonly number[], exact: readonly number[]): number => Math.hypot(...found.map((v, i) => v - exact[i]!)) / Math.hypot(...exact);

/** Errors of what was found, and the names of what threw. */
function errors(found: Readonly<Record<string, Outcome>>, exact: Readonly<Record<string, readonly number[]>>): { labels: string[]; y: number[]; thrown: string[] } {
  const labels = Object.keys(found).filter((name) => !(found[name] instanceof Error));
  return {
    labels,
    y: labels.map((name) => errorOf(found[name] as readonly number[], exact[name]!)),
    thrown: Object.entries(found).flatMap(([name, outcome]) => (outcome instanceof Error ? [`${name}: ${outcome.message.split('\n')[0]!.slice(0, 120)}`] : [])),
  };
}

/** f″(0.7) by nested gradients of `@curv/tensor` on an engine. */
async function ourSecond(engine: Engine, { ours }: Elementary): Promise<number[]> {
  const at = tensor(AT, [], engine.dtypes.includes('float64') ? 'float64' : 'float32');
  const second = compile(grad((x: Tensor) => grad(ours)(x)), { engine });
  const out = [...(await (second(at) as Tensor).data())];
  second.dispose();
  return out;
}

const PLAIN = 'TensorFlow.js';
const REPAIRED = 'after repairTape';
const [POINTS, PRODUCTS] = [`Relative error of f″(${AT})`, 'Relative error of Hessian-vector products'];
/** An error of exactly nothing has no place on a logarithmic axis. */
const LEAST = 1e-17;
/** The repaired curve is drawn as dots, every sixth point. */
const DOT = 6;

export async function* secondDerivatives({ f, hidden, batch }: SecondDerivativesParams, { engine, rng, signal }: Ctx): AsyncIterable<Frame> {
  const { second } = FUNCTIONS[f]!;
  const curves = { figure: `Second derivative of ${f}`, axes: { x: { label: 'x' }, y: { label: 'f″(x)' } } };
  yield { kind: 'series', ...curves, name: 'exact', x: XS, y: XS.map(second) };
  const net = drawNet(hidden, batch, rng.seed);
  const exactPoints = Object.fromEntries(Object.entries(FUNCTIONS).map(([name, one]) => [name, [one.second(AT)]]));
  const exactProducts: Record<string, readonly number[]> = { convolution: exactConvolution() };
  for (const activation of ACTIVATIONS) exactProducts[`${activation} net`] = await exactProduct(net, activation);
  signal.throwIfAborted();
  const metrics: Record<string, number> = {};
  const bars = (figure: string, name: string, found: Readonly<Record<string, Outcome>>, exact: Readonly<Record<string, readonly number[]>>): Frame[] => {
    const { labels, y, thrown } = errors(found, exact);
    labels.forEach((label, i) => (metrics[`${label}: ${name}`] = y[i]!));
    const drawn: Frame = { kind: 'series', name, figure, axes: { y: { label: 'relative error', log: true } }, mark: 'bar', labels, x: labels.map((_, i) => i), y: y.map((error) => Math.max(error, LEAST)) };
    return [drawn, ...thrown.map((text) => ({ kind: 'note', text: `${name} throws. ${text}` }) as const)];
  };
  const tf = (await loadTensorFlow()) as TensorFlow;
  const backend = tf.getBackend();
  const quiet = tf.env().get('PROD');
  try {
    // Its greeting in Node.
    tf.env().set('PROD', true);
    await tf.setBackend('cpu');
    for (const name of [PLAIN, REPAIRED]) {
      const repair = name === REPAIRED ? await repairTape(tf) : null;
      const found = await look(tf, f, net).finally(() => repair?.undo());
      signal.throwIfAborted();
      const every = name === REPAIRED ? DOT : 1;
      const kept = [...XS.keys()].filter((i) => i % every === 0);
      if (!(found.curve instanceof Error)) yield { kind: 'series', ...curves, name, x: kept.map((i) => XS[i]!), y: kept.map((i) => (found.curve as readonly number[])[i]!), mark: name === REPAIRED ? 'dot' : 'line' };
      yield* bars(POINTS, name, found.points, exactPoints);
      yield* bars(PRODUCTS, name, found.products, exactProducts);
    }
  } finally {
    tf.env().set('PROD', quiet);
    if (backend) await tf.setBackend(backend);
  }
  const ours: Record<string, Outcome> = {};
  for (const [name, one] of Object.entries(FUNCTIONS)) ours[name] = await ourSecond(engine, one);
  yield* bars(POINTS, '@curv/tensor', ours, exactPoints);
  yield { kind: 'metric', step: 0, values: metrics };
}

async function loadTensorFlow(): Promise<unknown> {
  try {
    // The core package alone registers no gradients.
    return await import('@tensorflow/tfjs');
  } catch (error) {
    throw new Error(`@tensorflow/tfjs is needed here, whose gradients are looked at: install it beside @curv/tfjs (${(error as Error).message})`, { cause: error });
  }
}
