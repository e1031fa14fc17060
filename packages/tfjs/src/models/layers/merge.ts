/** Layers of several inputs: Add, Subtract, Multiply, Average, Maximum, Minimum, Concatenate. */
import { add, concat, maximum, minimum, mul, sub, type Tensor } from '@curv/tensor';
import type { LayerRule } from '../api.js';

/** Inputs of lower rank get axes of size 1 behind the batch axis. */
function aligned(inputs: readonly Tensor[]): readonly Tensor[] {
  const rank = Math.max(...inputs.map((x) => x.rank));
  return inputs.map((x) => (x.rank === rank ? x : x.reshape([x.shape[0]!, ...Array.from({ length: rank - x.rank }, () => 1), ...x.shape.slice(1)])));
}

function atLeastTwo(inputs: readonly Tensor[]): void {
  if (inputs.length < 2) throw new RangeError(`expected at least two inputs, got ${inputs.length}`);
}

const merge = (combine: (a: Tensor, b: Tensor) => Tensor): LayerRule => ({
  apply(inputs) {
    atLeastTwo(inputs);
    return aligned(inputs).reduce(combine);
  },
});

export const addLayer: LayerRule = merge(add);
export const multiplyLayer: LayerRule = merge(mul);
export const maximumLayer: LayerRule = merge(maximum);
export const minimumLayer: LayerRule = merge(minimum);

export const subtractLayer: LayerRule = {
  apply(inputs) {
    if (inputs.length !== 2) throw new RangeError(`expected two inputs, got ${inputs.length}`);
    const [a, b] = aligned(inputs);
    return sub(a!, b!);
  },
};

export const averageLayer: LayerRule = {
  apply(inputs) {
    atLeastTwo(inputs);
    return mul(aligned(inputs).reduce((a, b) => add(a, b)), 1 / inputs.length);
  },
};

export const concatenateLayer: LayerRule = {
  check({ axis = -1 }) {
    if (axis < -1) throw new Error(`axis ${axis} is not supported: TensorFlow.js takes any negative axis for the last one; count from the front`);
  },
  apply: (inputs, { config }) => concat([...inputs], (config['axis'] as number | undefined) ?? -1),
};
