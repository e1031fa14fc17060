/** A model for each layer that can be imported, and its inputs. */
import { random } from '@curv/tensor';
import type { LayersModel, layers as Layers, SymbolicTensor, Tensor } from '@tensorflow/tfjs';
import { tf } from './tf.js';

type LayerOf = (layers: typeof Layers) => { apply(inputs: SymbolicTensor | SymbolicTensor[]): unknown };

export interface LayerCase {
  /** Class name, and what is special. */
  readonly name: string;
  /** Shapes of the inputs without the batch axis. */
  readonly inputs: readonly (readonly number[])[];
  readonly layer: LayerOf;
  /** Integer inputs below this. */
  readonly indices?: number;
  /** Runs in training mode, where examples of a batch may depend on each other. */
  readonly training?: boolean;
}

const one = (name: string, shape: readonly number[], layer: LayerOf, more: Partial<LayerCase> = {}): LayerCase => ({ name, inputs: [shape], layer, ...more });
const two = (name: string, shape: readonly number[], other: readonly number[], layer: LayerOf): LayerCase => ({ name, inputs: [shape, other], layer });

const IMAGE = [6, 5, 3];
const ODD = [7, 6, 2];
const SEQUENCE = [5, 3];

/** Every class, and the settings in which conventions differ. */
export const cases: readonly LayerCase[] = [
  one('Dense', [4], (l) => l.dense({ units: 3, activation: 'tanh' })),
  one('Dense: no bias, time axis', SEQUENCE, (l) => l.dense({ units: 4, useBias: false, activation: 'softplus' })),
  ...['elu', 'selu', 'relu', 'relu6', 'sigmoid', 'hardSigmoid', 'softplus', 'softsign', 'tanh', 'softmax', 'logSoftmax', 'swish', 'mish', 'gelu'].map((activation) =>
    one(`Activation: ${activation}`, [6], (l) => l.activation({ activation: activation as 'elu' })),
  ),
  one('Conv1D: same, strides 2', [7, 3], (l) => l.conv1d({ filters: 4, kernelSize: 3, strides: 2, padding: 'same', activation: 'tanh' })),
  one('Conv1D: dilation 2', [9, 2], (l) => l.conv1d({ filters: 3, kernelSize: 3, dilationRate: 2 })),
  one('Conv2D: valid', IMAGE, (l) => l.conv2d({ filters: 4, kernelSize: [3, 2], activation: 'tanh' })),
  one('Conv2D: same, strides 2', ODD, (l) => l.conv2d({ filters: 3, kernelSize: 3, strides: 2, padding: 'same', activation: 'softplus' })),
  one('Conv2D: same, strides 3, even kernel', ODD, (l) => l.conv2d({ filters: 3, kernelSize: 4, strides: [3, 2], padding: 'same' })),
  one('Conv2D: dilation 2, no bias', IMAGE, (l) => l.conv2d({ filters: 2, kernelSize: 2, dilationRate: 2, useBias: false, padding: 'same' })),
  one('Conv2D: channels first', [3, 6, 5], (l) => l.conv2d({ filters: 4, kernelSize: 3, padding: 'same', dataFormat: 'channelsFirst', activation: 'tanh' })),
  one('Conv2DTranspose: same, strides 2', [3, 4, 2], (l) => l.conv2dTranspose({ filters: 3, kernelSize: 3, strides: 2, padding: 'same', activation: 'tanh' })),
  one('Conv2DTranspose: valid, strides 2', [3, 4, 2], (l) => l.conv2dTranspose({ filters: 3, kernelSize: [3, 4], strides: 2 })),
  one('Conv2DTranspose: valid, strides above kernel', [3, 2, 2], (l) => l.conv2dTranspose({ filters: 2, kernelSize: 2, strides: 3 })),
  one('Conv2DTranspose: channels first', [2, 3, 4], (l) => l.conv2dTranspose({ filters: 3, kernelSize: 3, strides: 2, padding: 'same', dataFormat: 'channelsFirst' })),
  one('DepthwiseConv2D: multiplier 2, strides 2', ODD, (l) => l.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, strides: 2, padding: 'same', activation: 'tanh' })),
  one('DepthwiseConv2D: channels first', [2, 6, 5], (l) => l.depthwiseConv2d({ kernelSize: 3, dataFormat: 'channelsFirst' })),
  one('SeparableConv2D', IMAGE, (l) => l.separableConv2d({ filters: 4, kernelSize: 3, depthMultiplier: 2, padding: 'same', activation: 'tanh' })),
  one('SeparableConv2D: dilation 2', [8, 8, 2], (l) => l.separableConv2d({ filters: 2, kernelSize: 3, dilationRate: 2, useBias: false })),
  one('BatchNormalization', [4], (l) => l.batchNormalization({ epsilon: 0.01 })),
  one('BatchNormalization: images', IMAGE, (l) => l.batchNormalization({ momentum: 0.9 })),
  one('BatchNormalization: training', [4, 3, 2], (l) => l.batchNormalization({}), { training: true }),
  one('LayerNormalization', [5, 4], (l) => l.layerNormalization({ epsilon: 0.01 })),
  one('LayerNormalization: two axes', [5, 4], (l) => l.layerNormalization({ axis: [1, 2] })),
  one('ZeroPadding2D', IMAGE, (l) => l.zeroPadding2d({ padding: [[0, 1], [2, 1]] })),
  one('ZeroPadding2D: channels first', [3, 4, 5], (l) => l.zeroPadding2d({ padding: [1, 2], dataFormat: 'channelsFirst' })),
  one('Cropping2D', IMAGE, (l) => l.cropping2D({ cropping: [[1, 0], [2, 1]] })),
  one('UpSampling2D: nearest', [3, 2, 2], (l) => l.upSampling2d({ size: [2, 3] })),
  one('UpSampling2D: bilinear', [3, 4, 2], (l) => l.upSampling2d({ size: [2, 3], interpolation: 'bilinear' })),
  one('UpSampling2D: channels first', [2, 3, 2], (l) => l.upSampling2d({ size: [2, 2], dataFormat: 'channelsFirst' })),
  one('MaxPooling1D: same', [7, 3], (l) => l.maxPooling1d({ poolSize: 3, strides: 2, padding: 'same' })),
  one('AveragePooling1D: same', [7, 3], (l) => l.averagePooling1d({ poolSize: 3, strides: 2, padding: 'same' })),
  one('MaxPooling2D', IMAGE, (l) => l.maxPooling2d({ poolSize: [2, 2] })),
  one('MaxPooling2D: same, strides 1', ODD, (l) => l.maxPooling2d({ poolSize: [3, 3], strides: [1, 1], padding: 'same' })),
  one('AveragePooling2D: same', ODD, (l) => l.averagePooling2d({ poolSize: [3, 3], strides: [2, 2], padding: 'same' })),
  one('AveragePooling2D: channels first', [2, 6, 5], (l) => l.averagePooling2d({ poolSize: [2, 2], dataFormat: 'channelsFirst' })),
  one('GlobalMaxPooling1D', SEQUENCE, (l) => l.globalMaxPooling1d({})),
  one('GlobalAveragePooling1D', SEQUENCE, (l) => l.globalAveragePooling1d({})),
  one('GlobalMaxPooling2D', IMAGE, (l) => l.globalMaxPooling2d({})),
  one('GlobalAveragePooling2D', IMAGE, (l) => l.globalAveragePooling2d({ dataFormat: 'channelsFirst' })),
  one('Flatten', IMAGE, (l) => l.flatten()),
  one('Flatten: channels first', IMAGE, (l) => l.flatten({ dataFormat: 'channelsFirst' })),
  one('Reshape', [4, 6], (l) => l.reshape({ targetShape: [3, -1, 2] })),
  one('Permute', [3, 4, 5], (l) => l.permute({ dims: [3, 1, 2] })),
  one('RepeatVector', [4], (l) => l.repeatVector({ n: 3 })),
  one('Dropout', [5], (l) => l.dropout({ rate: 0.4 })),
  one('SpatialDropout1D', SEQUENCE, (l) => l.spatialDropout1d({ rate: 0.4 })),
  one('ReLU', [6], (l) => l.reLU({ maxValue: 1 })),
  one('LeakyReLU', [6], (l) => l.leakyReLU({ alpha: 0.2 })),
  one('PReLU: shared axes', IMAGE, (l) => l.prelu({ sharedAxes: [1, 2], alphaInitializer: 'randomNormal' })),
  one('ELU', [6], (l) => l.elu()),
  one('ThresholdedReLU', [6], (l) => l.thresholdedReLU({ theta: 0.5 })),
  one('Softmax', [3, 4], (l) => l.softmax({ axis: -1 })),
  two('Add', [3, 4], [3, 4], (l) => l.add()),
  two('Add: ranks 3 and 2', [3, 4], [4], (l) => l.add()),
  two('Multiply', [4], [4], (l) => l.multiply()),
  two('Average', [4], [4], (l) => l.average()),
  two('Maximum', [4], [4], (l) => l.maximum()),
  two('Minimum', [4], [4], (l) => l.minimum()),
  two('Concatenate', [3, 4], [3, 2], (l) => l.concatenate()),
  two('Concatenate: axis 1', [3, 4], [2, 4], (l) => l.concatenate({ axis: 1 })),
  two('Dot', [4], [4], (l) => l.dot({ axes: -1 })),
  two('Dot: matrices, normalized', [3, 4], [5, 4], (l) => l.dot({ axes: 2, normalize: true })),
  two('Dot: matrices, axes 1 and 2', [3, 4], [5, 3], (l) => l.dot({ axes: [1, 2] })),
  two('Dot: matrix and vector', [3, 4], [4], (l) => l.dot({ axes: [2, 1] })),
  two('Dot: vector and matrix', [4], [3, 4], (l) => l.dot({ axes: [1, 2] })),
  one('Embedding', [4], (l) => l.embedding({ inputDim: 7, outputDim: 3 }), { indices: 7 }),
  one('SimpleRNN', SEQUENCE, (l) => l.simpleRNN({ units: 4, recurrentInitializer: 'glorotNormal' })),
  one('SimpleRNN: sequences, backwards', SEQUENCE, (l) => l.simpleRNN({ units: 3, returnSequences: true, goBackwards: true, recurrentInitializer: 'glorotNormal' })),
  one('LSTM', SEQUENCE, (l) => l.lstm({ units: 3, recurrentInitializer: 'glorotNormal' })),
  one('LSTM: sequences, sigmoid', SEQUENCE, (l) => l.lstm({ units: 3, returnSequences: true, recurrentActivation: 'sigmoid', recurrentInitializer: 'glorotNormal' })),
  one('GRU', SEQUENCE, (l) => l.gru({ units: 3, recurrentInitializer: 'glorotNormal' })),
  one('GRU: sequences, sigmoid, no bias', SEQUENCE, (l) => l.gru({ units: 3, useBias: false, returnSequences: true, recurrentActivation: 'sigmoid', recurrentInitializer: 'glorotNormal' })),
  ...(['concat', 'sum', 'ave', 'mul'] as const).map((mergeMode) =>
    one(`Bidirectional: ${mergeMode}`, SEQUENCE, (l) => l.bidirectional({ layer: l.lstm({ units: 2, returnSequences: mergeMode !== 'sum', recurrentInitializer: 'glorotNormal' }) as never, mergeMode })),
  ),
  one('TimeDistributed: Dense', SEQUENCE, (l) => l.timeDistributed({ layer: l.dense({ units: 2, activation: 'tanh' }) })),
  one('TimeDistributed: Conv2D', [3, 5, 4, 2], (l) => l.timeDistributed({ layer: l.conv2d({ filters: 2, kernelSize: 2 }) })),
];

/** A model of one layer; parameters get values of their own, since many initializers are constant. */
export function modelOf({ name, inputs, layer, indices }: LayerCase): LayersModel {
  const symbols = inputs.map((shape) => tf.input({ shape: [...shape], dtype: indices === undefined ? 'float32' : 'int32' }));
  const output = layer(tf.layers).apply(symbols.length === 1 ? symbols[0]! : symbols) as SymbolicTensor;
  const model = tf.model({ inputs: symbols, outputs: output });
  fillWeights(model, name);
  return model;
}

/** Normal values of size ½; variances between ½ and 1½. */
export function fillWeights(model: LayersModel, seed: string): void {
  const stream = random(11).fork(seed);
  for (const weight of model.weights) {
    const shape = weight.shape as number[];
    const values = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => (weight.originalName.endsWith('variance') ? 0.5 + stream.uniform() : 0.5 * stream.normal()));
    const value = tf.tensor(values, shape);
    weight.write(value);
    value.dispose();
  }
}

/** Host values of a batch for each input. */
export function batchOf({ name, inputs, indices }: Pick<LayerCase, 'name' | 'inputs' | 'indices'>, batch: number): { shape: number[]; values: Float32Array }[] {
  const stream = random(5).fork(name);
  return inputs.map((rest) => {
    const shape = [batch, ...rest];
    return { shape, values: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => (indices === undefined ? stream.normal() : stream.integer(indices))) };
  });
}

/** `model.predict`'s outputs on the host. */
export function predict(model: LayersModel, inputs: readonly { shape: number[]; values: Float32Array }[], int = false): Float32Array[] {
  const given = inputs.map(({ shape, values }) => tf.tensor(values, shape, int ? 'int32' : 'float32'));
  const out = model.predict(given.length === 1 ? given[0]! : given);
  return [out].flat().map((t: Tensor) => Float32Array.from(t.dataSync()));
}
