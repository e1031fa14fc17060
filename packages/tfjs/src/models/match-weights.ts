/** Finding a topology's weights among named values. */
import type { Layer, Weight } from './api.js';
import { layersOf } from './make-layer.js';
import type { WeightData } from './dequantize.js';

/** A weight with its values. */
export interface FoundWeight {
  readonly weight: Weight;
  readonly layer: Layer;
  readonly value: WeightData;
}

/** Python's names hold the cell's name, which TensorFlow.js leaves out: `lstm/lstm_cell/kernel` is `lstm/kernel`. */
const shortened = (name: string): string => {
  const parts = name.split('/');
  return [...parts.slice(0, -2), parts[parts.length - 1]!].join('/');
};

const fits = (expected: Weight['shape'], found: readonly number[]): boolean => expected === null || (expected.length === found.length && expected.every((n, i) => n === null || n === found[i]));

const show = (shape: readonly (number | null)[]): string => `[${shape.map((n) => n ?? '?').join(', ')}]`;

/** @throws TypeError on a weight that is missing, left over or of two layers; RangeError on a shape that is not the topology's */
export function matchWeights(root: Layer, values: ReadonlyMap<string, WeightData>): FoundWeight[] {
  const expected = new Map<string, { weight: Weight; layer: Layer }>();
  for (const layer of layersOf(root)) {
    for (const weight of layer.weights) {
      if (expected.has(weight.name)) throw new TypeError(`layer "${layer.name}" (${layer.className}): another layer has a weight ${weight.name} too; give the layers names of their own`);
      expected.set(weight.name, { weight, layer });
    }
  }
  const found = new Map<string, WeightData>();
  for (const [name, value] of values) {
    const target = expected.has(name) ? name : shortened(name);
    if (!expected.has(target)) throw new TypeError(`weight ${name} belongs to no layer of the topology; expected are ${[...expected.keys()].slice(0, 12).join(', ')}${expected.size > 12 ? ', …' : ''}`);
    found.set(target, value);
  }
  return [...expected].map(([name, { weight, layer }]) => {
    const value = found.get(name);
    if (value === undefined) throw new TypeError(`layer "${layer.name}" (${layer.className}): expected a weight ${name}, found none among ${values.size} weights`);
    if (!fits(weight.shape, value.shape)) throw new RangeError(`layer "${layer.name}" (${layer.className}): expected ${name} of shape ${show(weight.shape!)}, found ${show(value.shape)}`);
    return { weight, layer, value };
  });
}
