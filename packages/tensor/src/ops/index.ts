export {
  abs, acos, acosh, add, and, asin, asinh, atan, atan2, atanh, cast, ceil, cos, cosh, div, equal, erf, exp, expm1, floor, greater, greaterEqual,
  less, lessEqual, log, log1p, maximum, minimum, mul, neg, not, notEqual, or, pow, round, rsqrt, select, sigmoid, sign, sin, sinh, softplus, sqrt,
  sub, tan, tanh,
} from '../primitives/elementwise.js';
export { broadcastTo, concat, moveAxis, pad, reshape, reverse, slice, transpose } from '../primitives/shape.js';
export { argMax, argMin, argsort, cumsum, type CumsumOptions } from '../primitives/reduce.js';
export { gather, iota, scatterAdd, scatterAlongAxis, takeAlongAxis } from '../primitives/indexing.js';
export { dot, matmul, type MatmulOptions } from '../primitives/matmul.js';
export { conv2d, type Conv2dOptions, conv2dTranspose, depthwiseConv2d, type Padding, type Pair } from '../primitives/convolution.js';
export { avgPool2d, maxPool2d, type PoolOptions } from '../primitives/pooling.js';
export { linearSolve } from '../primitives/linear-solve.js';
export { lyapunovSolve } from '../primitives/lyapunov-solve.js';
export { symmetricEigen, type SymmetricEigen } from '../primitives/symmetric-eigen.js';
export { cholesky, triangularSolve, type TriangularSolveOptions } from '../primitives/factorization.js';
export { stopGradient } from '../primitives/call.js';
export { hostCall } from '../primitives/host-call.js';
export { clip, elu, gelu, leakyRelu, logSigmoid, reciprocal, relu, relu6, selu, silu, square } from './activations.js';
export { arange, eye, full, linspace, type NestedArray, oneHot, ones, scalar, tensor, zeros } from './create.js';
export { batchNorm, type BatchNormOptions, layerNorm, type LayerNormOptions, moments } from './normalization.js';
export {
  cumprod, logSoftmax, logSumExp, max, mean, min, norm, prod, type ReduceOptions, softmax, sort, sum, variance,
} from './reductions.js';
export { expandDims, squeeze, stack } from './layout.js';
