/** SGD that sets its own learning rate and momentum. */
import type { Optimizer } from '../api.js';
import { optimizer } from '../optimizer.js';
import { addDecayedWeights, type Mask } from '../transforms/add-decayed-weights.js';
import { chain } from '../transforms/chain.js';
import { scaleBySpectrum, type SpectrumOptions } from '../transforms/scale-by-spectrum.js';

/** Options of `spectralSgd`. */
export interface SpectralSgdOptions extends SpectrumOptions {
  /** L2 regularization, added to the gradient. Default 0. */
  readonly weightDecay?: number;
  readonly decayMask?: Mask;
}

/** Heavy-ball SGD without a learning rate to tune: see `scaleBySpectrum` (Granziol, Zohren & Roberts 2022, arXiv:2006.09092). */
export const spectralSgd = ({ weightDecay = 0, decayMask, ...spectrum }: SpectralSgdOptions = {}): Optimizer => optimizer(chain(addDecayedWeights(weightDecay, decayMask), scaleBySpectrum(spectrum)));
