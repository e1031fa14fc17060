/** The methods of the zoo's bench. */
import type { Optimizer } from '../../api.js';
import { adaHessian } from '../../methods/ada-hessian.js';
import { adagrad } from '../../methods/adagrad.js';
import { adam } from '../../methods/adam.js';
import { lion } from '../../methods/lion.js';
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

/** A training method at a learning rate, with the rates that are tried; one that sets its own has none. */
export interface Trainer {
  readonly rates: readonly number[];
  make(rate: number): Optimizer;
}

/** The methods that only see gradients and diagonals; all of the data at each step. */
export const trainers: Readonly<Record<string, Trainer>> = {
  'SGD, momentum 0.9': { rates: [1e-4, 1e-3, 1e-2, 0.1], make: (learningRate) => sgd({ learningRate, momentum: 0.9, nesterov: true }) },
  Adam: { rates: [3e-3, 0.03, 0.3], make: (learningRate) => adam({ learningRate }) },
  RMSProp: { rates: [1e-3, 1e-2, 0.1], make: (learningRate) => rmsprop({ learningRate }) },
  Adagrad: { rates: [0.1, 1], make: (learningRate) => adagrad({ learningRate }) },
  Lion: { rates: [1e-3, 1e-2], make: (learningRate) => lion({ learningRate, weightDecay: 0 }) },
  'Sophia-H': { rates: [1e-2, 0.1, 0.5], make: (learningRate) => sophiaH({ learningRate, weightDecay: 0 }) },
  'Sophia-G': { rates: [1e-2, 0.1, 0.5], make: (learningRate) => sophiaG({ learningRate, weightDecay: 0 }) },
  // Full batches have no noise: every look counts for itself.
  'spectral SGD': { rates: [], make: () => spectralSgd({ every: 20, memory: 0 }) },
  AdaHessian: { rates: [0.03, 0.1, 0.5], make: (learningRate) => adaHessian({ learningRate }) },
};
