/** Losses by name. */
import { camelName } from '../topology.js';
import { binaryCrossentropy, categoricalCrossentropy, sigmoidCrossEntropy, softmaxCrossEntropy, sparseCategoricalCrossentropy } from './cross-entropy.js';
import { cosineProximity, kullbackLeiblerDivergence, poisson } from './divergence.js';
import { categoricalHinge, hinge, squaredHinge } from './hinge.js';
import type { Loss } from './loss.js';
import { logcosh, meanAbsoluteError, meanAbsolutePercentageError, meanSquaredError, meanSquaredLogarithmicError } from './regression.js';

/** TensorFlow.js's built-in losses, and two of logits. */
const LOSSES: Readonly<Record<string, Loss>> = {
  meanSquaredError,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredLogarithmicError,
  squaredHinge,
  hinge,
  categoricalHinge,
  logcosh,
  categoricalCrossentropy,
  sparseCategoricalCrossentropy,
  binaryCrossentropy,
  kullbackLeiblerDivergence,
  poisson,
  cosineProximity,
  softmaxCrossEntropy,
  sigmoidCrossEntropy,
};

/** Names of all losses. */
export const supportedLosses: readonly string[] = Object.keys(LOSSES);

/** @throws TypeError on an unknown name, listing those that there are */
export function lossNamed(name: string): Loss {
  const camel = camelName(String(name));
  if (!Object.hasOwn(LOSSES, camel)) throw new TypeError(`loss: unknown loss ${name}; expected one of ${supportedLosses.join(', ')}`);
  return LOSSES[camel]!;
}
