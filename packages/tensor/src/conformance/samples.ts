/** Programs that exercise every primitive on ordinary and on edge shapes. */
import type { DType, Shape } from '../api.js';
import type { Random } from '../random.js';
import type { Tensor } from '../tensor.js';
import { COMPOSITES } from './samples-composites.js';
import { ELEMENTWISE } from './samples-elementwise.js';
import { STRUCTURAL } from './samples-structural.js';
import { WINDOWED } from './samples-windowed.js';

/** Where an input's values lie. `spread` values are pairwise well apart, so that no tie or kink is near. */
export type Domain = 'any' | 'positive' | 'unit' | 'above1' | 'spread' | 'bool' | { readonly below: number };

export interface SampleInput {
  readonly shape: Shape;
  readonly domain?: Domain;
}

/** A program of tensors. Inputs are float, except those of domain `bool` and of integers below a bound. */
export interface Sample {
  readonly name: string;
  readonly inputs: readonly SampleInput[];
  readonly f: (...inputs: Tensor[]) => Tensor;
  /** Has no derivative worth checking (integer or bool results). */
  readonly discrete?: boolean;
  /** The function is not smooth at such inputs, so difference quotients do not apply. */
  readonly rough?: boolean;
}

/** All samples. */
export const samples: readonly Sample[] = [...ELEMENTWISE, ...STRUCTURAL, ...WINDOWED, ...COMPOSITES];

/** Whether an input is differentiated. */
export const isDiscrete = ({ domain }: SampleInput): boolean => domain === 'bool' || typeof domain === 'object';

/** The dtype of an input where floats are of the given dtype. */
export const dtypeOf = (input: SampleInput, float: DType): DType => (input.domain === 'bool' ? 'bool' : isDiscrete(input) ? 'int32' : float);

/** Values of an input. */
export function draw({ shape, domain = 'any' }: SampleInput, stream: Random): Float64Array {
  const n = shape.reduce((a, b) => a * b, 1);
  if (domain === 'spread') {
    const order = stream.permutation(n);
    // Steps of at least 0.05, centred, never 0.
    return Float64Array.from(order, (rank) => ((rank + 0.5 + 0.3 * (stream.uniform() - 0.5)) / n - 0.5) * Math.max(2, 0.1 * n));
  }
  return new Float64Array(n).map(() => drawOne(domain, stream));
}

function drawOne(domain: Exclude<Domain, 'spread'>, stream: Random): number {
  switch (domain) {
    case 'any':
      return 1.2 * stream.normal();
    case 'positive':
      return 0.3 + 2 * stream.uniform();
    case 'unit':
      return 1.7 * (stream.uniform() - 0.5);
    case 'above1':
      return 1.3 + 2 * stream.uniform();
    case 'bool':
      return stream.integer(2);
    default:
      return stream.integer(domain.below);
  }
}
