/** What stays without a gradient, and why. */
import type { TensorFlow } from './api.js';

const COMPLEX = 'complex numbers; the tape carries float32 gradients only';
const POSITIONS = 'no gradient; resampling of images by boxes and transforms is left as it is';

/** By kernel: why there is no gradient where one would make sense. */
const UNREPAIRED: Readonly<Record<string, string>> = {
  Complex: COMPLEX,
  ComplexAbs: COMPLEX,
  Real: COMPLEX,
  Imag: COMPLEX,
  FFT: COMPLEX,
  IFFT: COMPLEX,
  CropAndResize: POSITIONS,
  RotateWithOffset: POSITIONS,
  Transform: POSITIONS,
  MaxPoolWithArgmax: 'no gradient; use maxPool',
  SparseSegmentMean: 'no gradient; use gather and unsortedSegmentSum',
  SparseSegmentSum: 'no gradient; use gather and unsortedSegmentSum',
  DenseBincount: 'no gradient in the weights; use unsortedSegmentSum',
  Bincount: 'no gradient in the weights; use unsortedSegmentSum',
};

/** Elementary kernels whose gradients are TensorFlow.js's own. */
const ELEMENTARY = ['Add', 'Multiply', 'Sum', 'Exp', 'Log', 'Tanh', 'Sigmoid', 'Reshape', 'Transpose', 'Concat', 'Slice'];

export function unrepaired(tf: TensorFlow, backend: string): string[] {
  const missing = ELEMENTARY.filter((name) => tf.getGradient(name) == null);
  const elementary = missing.length === 0 ? [] : [`${missing.join(', ')}: no gradient is registered; import @tensorflow/tfjs, since @tensorflow/tfjs-core alone registers none in Node`];
  const known = Object.entries(UNREPAIRED)
    .filter(([name]) => tf.getKernel(name, backend) != null)
    .map(([name, reason]) => `${name}: ${reason}`);
  return [...elementary, ...known];
}
