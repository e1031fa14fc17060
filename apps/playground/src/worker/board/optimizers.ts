/** The optimizers that can be set side by side, with the rates that they are usually given. */
import { adagrad, adaHessian, adam, adamw, lion, type Optimizer, rmsprop, sgd, sophiaG, sophiaH } from '@curv/optimizers';

/** By name: the optimizer at a learning rate. */
export const optimizers: Readonly<Record<string, { readonly rate: number; make(learningRate: number): Optimizer }>> = {
  sgd: { rate: 0.3, make: (learningRate) => sgd({ learningRate }) },
  adam: { rate: 0.01, make: (learningRate) => adam({ learningRate }) },
  adamw: { rate: 0.01, make: (learningRate) => adamw({ learningRate }) },
  lion: { rate: 0.002, make: (learningRate) => lion({ learningRate }) },
  rmsprop: { rate: 0.005, make: (learningRate) => rmsprop({ learningRate }) },
  adagrad: { rate: 0.1, make: (learningRate) => adagrad({ learningRate }) },
  sophiaH: { rate: 0.01, make: (learningRate) => sophiaH({ learningRate, weightDecay: 0, interval: 5 }) },
  sophiaG: { rate: 0.01, make: (learningRate) => sophiaG({ learningRate, weightDecay: 0, interval: 5 }) },
  adaHessian: { rate: 0.1, make: (learningRate) => adaHessian({ learningRate }) },
};
