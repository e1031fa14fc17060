/** Small nets: not convex, so a loss to reach stands for the minimum. */
import { avgPool2d, conv2d, random, softmaxCrossEntropy, tensor, type Tensor, treeMap } from '@curv/tensor';
import type { Params } from '../api.js';
import type { DataZooProblem } from './api.js';
import { type CharBatch, charBatch, charData, mlpLanguageModel } from './char-lm.js';
import { mnistImages } from './regression.js';

interface Net {
  readonly kernel: Tensor;
  readonly bias: Tensor;
  readonly w: Tensor;
  readonly b: Tensor;
}

const float64 = (params: Params): Params => treeMap((p) => p.cast('float64'), params);

/** Every fifth of the thousand images, averaged to 14 × 14: 3 × 3 × 8 tanh, average pooling, dense: 4010 parameters. @throws where the optional package `mnist` is not installed */
export async function mnistNet(seed = 0): Promise<DataZooProblem> {
  const { x, y } = await mnistImages();
  const count = 200;
  const images = Float64Array.from({ length: count * 784 }, (_, i) => x[Math.floor(i / 784) * 5 * 784 + (i % 784)]!);
  const stream = random(seed).fork('mnist net');
  const normal = (shape: readonly number[], scale: number): Tensor => stream.tensor('normal', shape, 'float64').mul(scale);
  const zeros = (n: number): Tensor => tensor(new Float64Array(n), [n]);
  return {
    name: 'conv net mnist',
    problem: {
      model({ kernel, bias, w, b }: Net, { images: x14 }: { images: Tensor }) {
        const h = conv2d(x14, kernel, { padding: 'same' }).add(bias).tanh();
        return avgPool2d(h, [2, 2]).reshape([count, 392]).matmul(w).add(b);
      },
      outputLoss: (z: Tensor, { labels }: { labels: Tensor }) => softmaxCrossEntropy(z, labels),
      likelihood: 'categorical',
    },
    params: { kernel: normal([3, 3, 1, 8], 1 / 3), bias: zeros(8), w: normal([392, 10], 1 / Math.sqrt(392)), b: zeros(10) } as never,
    batch: { images: avgPool2d(tensor(images, [count, 28, 28, 1]), [2, 2]), labels: tensor(Int32Array.from({ length: count }, (_, i) => y[5 * i]!), [count]) },
    target: 0.05,
    reference: 'LeCun et al. 1998',
  };
}

/** 1024 windows of names, context 4, net 32-64-64-27: 8 299 parameters. */
export async function namesModel(seed = 0): Promise<DataZooProblem> {
  const { train } = await charData(4);
  const stream = random(seed).fork('names model');
  const { problem, params } = mlpLanguageModel(stream);
  const batch: CharBatch = charBatch(train, 1024, stream);
  return { name: 'language model names', problem, params: float64(params), batch: { ...batch }, unlayered: ['embedding'], target: 2, reference: 'Bengio et al. 2003' };
}
