/** The models that `curv analyze` trains when it is given data alone. */
import { avgPool2d, conv2d, random, type Random, type Tensor, zeros } from '@curv/tensor';

type Layer = { readonly kernel: Tensor; readonly bias: Tensor };
export type ModelParams = Readonly<Record<string, Layer>>;

/** A classifier: parameters by layer, and a pure function from inputs to logits. */
export interface Model {
  readonly title: string;
  readonly params: ModelParams;
  outputs(params: ModelParams, x: Tensor): Tensor;
}

/** He initialization: normal with variance 2 / fan-in (He et al. 2015, arXiv:1502.01852). */
function layer(stream: Random, shape: readonly number[], gain = 2): Layer {
  const fanIn = shape.slice(0, -1).reduce((a, b) => a * b, 1);
  return { kernel: stream.tensor('normal', shape).mul(Math.sqrt(gain / fanIn)), bias: zeros([shape[shape.length - 1]!]) };
}

// Smooth activations and average pooling: the loss has no kinks, so second derivatives are the whole curvature.
const convolve = (x: Tensor, { kernel, bias }: Layer): Tensor => avgPool2d(conv2d(x, kernel).add(bias).silu(), 2);
const affine = (x: Tensor, { kernel, bias }: Layer): Tensor => x.matmul(kernel).add(bias);

/** Two 3 × 3 convolutions with pooling and two dense layers, for images [height, width, channels]. */
export function convNet(shape: readonly number[], classes: number, seed: number): Model {
  const [height, width, channels] = shape as [number, number, number];
  const after = (n: number): number => Math.floor((Math.floor((n - 2) / 2) - 2) / 2);
  const [rows, columns] = [after(height), after(width)];
  if (rows < 1 || columns < 1) throw new RangeError(`images of ${height} × ${width} are too small for two convolutions with pooling (10 × 10 at least)`);
  const stream = random(seed).fork('model');
  const [filters1, filters2, hidden] = [8, 16, 32];
  const features = rows * columns * filters2;
  return {
    title: `conv net: 3×3×${filters1}, pool, 3×3×${filters2}, pool, dense ${hidden}, dense ${classes}; silu`,
    params: {
      conv1: layer(stream, [3, 3, channels, filters1]),
      conv2: layer(stream, [3, 3, filters1, filters2]),
      dense1: layer(stream, [features, hidden]),
      dense2: layer(stream, [hidden, classes], 1),
    },
    outputs(p, x) {
      const h = convolve(convolve(x, p['conv1']!), p['conv2']!).reshape([x.shape[0]!, features]);
      return affine(affine(h, p['dense1']!).silu(), p['dense2']!);
    },
  };
}

/** One hidden layer of 32 tanh units, for rows of numbers. */
export function denseNet(inputs: number, classes: number, seed: number): Model {
  const stream = random(seed).fork('model');
  const hidden = 32;
  return {
    title: `net: dense ${hidden} tanh, dense ${classes}`,
    params: { dense1: layer(stream, [inputs, hidden], 1), dense2: layer(stream, [hidden, classes], 1) },
    outputs: (p, x) => affine(affine(x, p['dense1']!).tanh(), p['dense2']!),
  };
}
