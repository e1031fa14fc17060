/** Convex regressions on small data sets: mean cross-entropy + λ/2 ‖w‖², biases free; minima from tooling/reference/zoo.py. */
import { breastCancer, iris, mnist, type Table } from '@curv-internal/datasets';
import { sigmoidCrossEntropy, softmaxCrossEntropy, tensor, type Tensor, zeros } from '@curv/tensor';
import type { Likelihood } from '../api.js';
import type { DataZooProblem } from './api.js';

interface Linear {
  readonly w: Tensor;
  readonly b: Tensor;
}

interface Labelled {
  readonly x: Tensor;
  readonly y: Tensor;
}

const penalty = (w: Tensor, lambda: number): Tensor => w.square().sum().mul(lambda / 2);

/** Columns of mean 0 and variance 1. */
function standardized({ inputs, rows, columns }: Table): Tensor {
  const x = inputs.slice();
  for (let j = 0; j < columns; j++) {
    let [mean, square] = [0, 0];
    for (let i = 0; i < rows; i++) mean += x[i * columns + j]! / rows;
    for (let i = 0; i < rows; i++) square += (x[i * columns + j]! - mean) ** 2 / rows;
    for (let i = 0; i < rows; i++) x[i * columns + j] = (x[i * columns + j]! - mean) / Math.sqrt(square);
  }
  return tensor(x, [rows, columns]);
}

/** The penalty rides along with the outputs, so that the Gauss-Newton matrix has it too; where labels are drawn, the outputs are logits alone. */
function regularized(lambda: number, loss: (z: Tensor, y: Tensor) => Tensor, likelihood: Likelihood): Pick<DataZooProblem, 'problem' | 'training'> {
  const model = ({ w, b }: Linear, { x }: Labelled): Tensor => x.matmul(w).add(b);
  return {
    problem: {
      model: (p: Linear, batch: Labelled) => ({ z: model(p, batch), w: p.w }),
      outputLoss: ({ z, w }: { z: Tensor; w: Tensor }, { y }: Labelled) => loss(z, y).add(penalty(w, lambda)),
    },
    training: { model, loss: (p: Linear, batch: Labelled) => loss(model(p, batch), batch.y).add(penalty(p.w, lambda)), likelihood },
  };
}

const linear = (inputs: number, outputs: number): Linear => ({ w: zeros([inputs, outputs], 'float64'), b: zeros([outputs], 'float64') });

/** Breast cancer 569 × 30, λ = 1e-3: 31 parameters. */
export async function logistic(): Promise<DataZooProblem> {
  const table = await breastCancer();
  return {
    name: 'logistic breast cancer',
    ...regularized(1e-3, (z, y) => sigmoidCrossEntropy(z, y), 'bernoulli'),
    params: linear(30, 1) as never,
    batch: { x: standardized(table), y: tensor(table.targets, [table.rows, 1]) },
    minimum: MINIMA.logistic,
    reference: 'UCI, Wolberg et al. 1995',
  };
}

/** Iris 150 × 4, λ = 1e-3: 15 parameters. */
export async function irisSoftmax(): Promise<DataZooProblem> {
  const table = await iris();
  return {
    name: 'softmax iris',
    ...regularized(1e-3, (z, y) => softmaxCrossEntropy(z, y), 'categorical'),
    params: linear(4, 3) as never,
    batch: { x: standardized(table), y: tensor(Int32Array.from(table.targets), [table.rows]) },
    minimum: MINIMA.iris,
    reference: 'Fisher 1936',
  };
}

/** The first hundred images of each digit, 28 × 28, λ = 1e-2: 7850 parameters. @throws where the optional package `mnist` is not installed */
export async function mnistSoftmax(): Promise<DataZooProblem> {
  const { x, y } = await mnistImages();
  return { name: 'softmax mnist', ...regularized(1e-2, (z, labels) => softmaxCrossEntropy(z, labels), 'categorical'), params: linear(784, 10) as never, batch: { x: tensor(x, [1000, 784]), y: tensor(y, [1000]) }, minimum: MINIMA.mnist, reference: 'LeCun et al. 1998' };
}

/** 1000 images, pixels 0 … 1, digit after digit. @throws where the optional package `mnist` is not installed */
export async function mnistImages(): Promise<{ x: Float64Array; y: Int32Array }> {
  const x = new Float64Array(1000 * 784);
  (await mnist()).forEach((images, digit) => x.set(images.subarray(0, 78400), digit * 78400));
  return { x, y: Int32Array.from({ length: 1000 }, (_, i) => Math.floor(i / 100)) };
}

/** By SciPy, to 1e-12 (tooling/reference/zoo.py). */
const MINIMA = { logistic: 0.05982793727108947, iris: 0.1023680784300784, mnist: 0.4395983742898922 };
