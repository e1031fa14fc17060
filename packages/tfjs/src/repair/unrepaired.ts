/** What stays without a gradient, and why. */
import type { TensorFlow } from './api.js';

const COMPLEX = 'complex numbers; the tape carries float32 gradients only';
const POSITIONS = 'no gradient; resampling of images by boxes and transforms is left as it is';

/** By kernel: why there is no gradient where one would make sense. */
export const UNREPAIRED: Readonly<Record<string, string>> = {
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

export function unrepaired(tf: TensorFlow, backend: string): string[] {
  return Object.entries(UNREPAIRED)
    .filter(([name]) => tf.getKernel(name, backend) != null)
    .map(([name, reason]) => `${name}: ${reason}`);
}
