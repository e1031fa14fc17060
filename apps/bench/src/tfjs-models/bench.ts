/** What the `tfjs-models` bench claims. */
import type { Bench, Claim } from '@curv/plugin';

const claim = (text: string, op: '<=' | '>=', value: number, names: Pick<Claim, 'baseline' | 'peer' | 'unit'> = {}): Claim => ({ text, threshold: { op, value }, ...names });

const claims: Readonly<Record<string, Claim>> = {
  layers: claim('layers of a MobileNetV2 (npm nsfwjs) that are imported, of 162', '>=', 162),
  outputs: claim('largest difference of outputs to tfjs predict, 224 × 224 × 3', '<=', 1e-4),
  'hvp-float64': claim('float32 HVP against the float64 one', '<=', 0.01),
  'hvp-difference': claim('float32 HVP against central differences of the float64 gradient, all layers', '<=', 0.01),
  'hvp-difference-smooth': claim('float32 HVP against central differences of the float32 gradient, dense layers', '<=', 0.01),
  eigenvalues: claim('eigenpairs that curv analyze --model finds, of 5', '>=', 5),
  minutes: claim('curv analyze --model, top five eigenvalues of all 2 585 349 parameters', '<=', 10, { unit: 'min' }),
  memory: claim('its largest resident set', '<=', 3, { unit: 'GiB' }),
};

export const tfjsModels: Bench = {
  title: 'a trained TensorFlow.js model that no one here wrote: outputs, second derivatives, curv analyze --model',
  claims,
  load: async () => (await import('./run.js')).run,
};
