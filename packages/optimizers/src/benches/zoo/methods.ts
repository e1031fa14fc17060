/** The methods of the zoo's bench. */
import { treeLeaves } from '@curv/tensor';
import type { Optimizer } from '../../api.js';
import { adaHessian } from '../../methods/ada-hessian.js';
import { adagrad } from '../../methods/adagrad.js';
import { adam } from '../../methods/adam.js';
import { kfac } from '../../methods/kfac.js';
import { lion } from '../../methods/lion.js';
import { mfac } from '../../methods/mfac.js';
import { rmsprop } from '../../methods/rmsprop.js';
import { sgd } from '../../methods/sgd.js';
import { sophiaG, sophiaH } from '../../methods/sophia.js';
import { spectralSgd } from '../../methods/spectral-sgd.js';
import type { Minimizer } from '../../minimize/api.js';
import { bandedSolver } from '../../minimize/least-squares/banded-solver.js';
import { gaussNewton } from '../../minimize/methods/gauss-newton.js';
import { gns } from '../../minimize/methods/gns.js';
import { lbfgs } from '../../minimize/methods/lbfgs.js';
import { levenbergMarquardt } from '../../minimize/methods/levenberg-marquardt.js';
import { newtonCg } from '../../minimize/methods/newton-cg.js';
import { nonlinearCg } from '../../minimize/methods/nonlinear-cg.js';
import { trustRegion } from '../../minimize/methods/trust-region.js';
import { hagerZhang } from '../../minimize/searches/hager-zhang.js';
import { optimizer } from '../../optimizer.js';
import { partition } from '../../transforms/partition.js';
import type { Entry } from './entries.js';

/** A deterministic method where it can run: null where the problem lacks what it needs, or a dense matrix would be too large. */
export const minimizers: Readonly<Record<string, (entry: Entry) => Minimizer | null>> = {
  'L-BFGS': () => lbfgs(),
  'L-BFGS, Hager-Zhang': () => lbfgs({ search: hagerZhang() }),
  'nonlinear CG': () => nonlinearCg(),
  'Newton-CG': () => newtonCg(),
  'trust region': () => trustRegion(),
  gns: ({ start }) => (start.length <= 100 ? gns() : null),
  'Levenberg-Marquardt': ({ oracles, bandwidth }) => (!oracles.residual ? null : levenbergMarquardt(bandwidth === undefined ? {} : { solver: bandedSolver(bandwidth) })),
  'Gauss-Newton': ({ oracles }) => (!oracles.residual ? null : gaussNewton()),
};

/** A training method, with what is tried; one that sets its own rate has none. */
export interface Trainer {
  readonly rates: readonly number[];
  /** Tried with every rate. */
  readonly dampings?: readonly number[];
  /** Null where the problem lacks what the method needs, or a setting is not tried. */
  make(rate: number, entry: Entry, damping: number): Optimizer | null;
}

/** The methods that train; all of the data at each step. */
export const trainers: Readonly<Record<string, Trainer>> = {
  'SGD, momentum 0.9': { rates: [1e-4, 1e-3, 1e-2, 0.1], make: (learningRate) => sgd({ learningRate, momentum: 0.9, nesterov: true }) },
  Adam: { rates: [3e-3, 0.03, 0.3], make: (learningRate) => adam({ learningRate }) },
  RMSProp: { rates: [1e-3, 1e-2, 0.1], make: (learningRate) => rmsprop({ learningRate }) },
  Adagrad: { rates: [0.1, 1], make: (learningRate) => adagrad({ learningRate }) },
  Lion: { rates: [1e-3, 1e-2], make: (learningRate) => lion({ learningRate, weightDecay: 0 }) },
  'Sophia-H': { rates: [1e-2, 0.1, 0.5], make: (learningRate) => sophiaH({ learningRate, weightDecay: 0 }) },
  'Sophia-G': {
    rates: [1e-2, 0.1, 0.5],
    // γ counts the diagonal of the mean over draws.
    make: (learningRate, { training: { problem, sums = 1 } }) => (!problem.likelihood ? null : sophiaG({ learningRate, weightDecay: 0, gamma: 0.05 * sums })),
  },
  // Full batches have no noise: every look counts for itself.
  'spectral SGD': { rates: [], make: () => spectralSgd({ every: 20, memory: 0 }) },
  AdaHessian: { rates: [0.03, 0.1, 0.5], make: (learningRate) => adaHessian({ learningRate }) },
  'M-FAC': { rates: [0.01, 0.1, 1], dampings: [1e-5, 1e-3, 0.1, 10], make: (learningRate, _, damping) => mfac({ learningRate, damping, window: 32 }) },
  'K-FAC': { rates: [0.1, 0.3, 1], dampings: [1e-3, 0.01, 0.1], make: layered },
};

/** Above this many inputs of a layer, where a refresh takes seconds, K-FAC has one trial. */
const LARGE = 500;

/** K-FAC on the layers, Adam on the rest; null for models without affine layers. */
function layered(learningRate: number, { training: { params, unlayered } }: Entry, damping: number): Optimizer | null {
  if (!unlayered) return null;
  const large = treeLeaves(params).some(({ rank, shape }) => rank === 2 && shape[0]! > LARGE);
  if (large && (learningRate !== 1 || damping !== 0.01)) return null;
  const layers = kfac({ learningRate, damping, curvatureClip: 0.01 });
  if (unlayered.length === 0) return layers;
  return optimizer(partition({ layers: layers.transform, rest: adam({ learningRate: 0.03 }).transform }, (name) => (unlayered.includes(name) ? 'rest' : 'layers')));
}
