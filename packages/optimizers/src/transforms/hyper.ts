/** Names of the numbers that a transformation's `hyper` gives. */
import type { Tensor } from '@curv/tensor';

export type Hyper<Name extends string> = Readonly<Record<Name, Tensor>>;
