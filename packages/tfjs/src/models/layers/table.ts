/** The layer classes that can be imported. */
import type { LayerRule } from '../api.js';
import { activationLayer, eluLayer, leakyReluLayer, preluLayer, reluLayer, softmaxLayer, thresholdedRelu } from './activation-layers.js';
import { bidirectional } from './bidirectional.js';
import { conv1dLayer, conv2dLayer } from './conv2d.js';
import { conv2dTransposeLayer } from './conv2d-transpose.js';
import { dense } from './dense.js';
import { depthwiseConv2dLayer, separableConv2d } from './depthwise-conv2d.js';
import { dotLayer } from './dot.js';
import { dropoutLayer, spatialDropout1d } from './dropout.js';
import { embedding } from './embedding.js';
import { gru } from './gru.js';
import { flattenLayer, inputLayer, permuteLayer, repeatVector, reshapeLayer } from './layout.js';
import { lstm } from './lstm.js';
import { addLayer, averageLayer, concatenateLayer, maximumLayer, minimumLayer, multiplyLayer, subtractLayer } from './merge.js';
import { batchNormalization, layerNormalization } from './normalization.js';
import {
  averagePooling1d, averagePooling2d, globalAveragePooling1d, globalAveragePooling2d, globalMaxPooling1d, globalMaxPooling2d, maxPooling1d, maxPooling2d,
} from './pooling.js';
import { cropping2d, upSampling2d, zeroPadding2d } from './resizing.js';
import { simpleRnn } from './simple-rnn.js';
import { timeDistributed } from './time-distributed.js';

/** Rules by TensorFlow.js's class names. Models inside of models are handled apart. */
export const LAYERS: Readonly<Record<string, LayerRule>> = {
  Activation: activationLayer,
  Add: addLayer,
  Average: averageLayer,
  AveragePooling1D: averagePooling1d,
  AveragePooling2D: averagePooling2d,
  BatchNormalization: batchNormalization,
  Bidirectional: bidirectional,
  Concatenate: concatenateLayer,
  Conv1D: conv1dLayer,
  Conv2D: conv2dLayer,
  Conv2DTranspose: conv2dTransposeLayer,
  Cropping2D: cropping2d,
  Dense: dense,
  DepthwiseConv2D: depthwiseConv2dLayer,
  Dot: dotLayer,
  Dropout: dropoutLayer,
  ELU: eluLayer,
  Embedding: embedding,
  Flatten: flattenLayer,
  GRU: gru,
  GlobalAveragePooling1D: globalAveragePooling1d,
  GlobalAveragePooling2D: globalAveragePooling2d,
  GlobalMaxPooling1D: globalMaxPooling1d,
  GlobalMaxPooling2D: globalMaxPooling2d,
  InputLayer: inputLayer,
  LSTM: lstm,
  LayerNormalization: layerNormalization,
  LeakyReLU: leakyReluLayer,
  MaxPooling1D: maxPooling1d,
  MaxPooling2D: maxPooling2d,
  Maximum: maximumLayer,
  Minimum: minimumLayer,
  Multiply: multiplyLayer,
  PReLU: preluLayer,
  Permute: permuteLayer,
  ReLU: reluLayer,
  RepeatVector: repeatVector,
  Reshape: reshapeLayer,
  SeparableConv2D: separableConv2d,
  SimpleRNN: simpleRnn,
  Softmax: softmaxLayer,
  SpatialDropout1D: spatialDropout1d,
  Subtract: subtractLayer,
  ThresholdedReLU: thresholdedRelu,
  TimeDistributed: timeDistributed,
  UpSampling2D: upSampling2d,
  ZeroPadding2D: zeroPadding2d,
};
