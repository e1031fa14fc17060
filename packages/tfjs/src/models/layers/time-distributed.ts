/** TimeDistributed. */
import { stack } from '@curv/tensor';
import type { Layer, LayerJson, LayerRule } from '../api.js';
import { callLayer } from '../call.js';

const hasState = (layer: Layer): boolean => layer.weights.some((weight) => weight.state) || [...layer.children, ...(layer.plan?.calls ?? []).map((call) => call.layer)].some(hasState);

/** A layer applied to each step of [batch, steps, ...]. */
export const timeDistributed: LayerRule = {
  children({ config }, scope, make) {
    const inner = config['layer'] as LayerJson;
    return [make(inner, scope)];
  },
  apply([x], { children }, run) {
    const [batch, steps] = x!.shape as [number, number];
    const inner = children[0]!;
    const rest = x!.shape.slice(2);
    if (run.training && hasState(inner)) {
      // Statistics are those of one step, so steps cannot be joined into one batch.
      const step = (t: number) => x!.slice([0, t], [batch, t + 1]).reshape([batch, ...rest]);
      return stack(Array.from({ length: steps }, (_, t) => callLayer(inner, [step(t)], run)[0]!), 1);
    }
    const y = callLayer(inner, [x!.reshape([batch * steps, ...rest])], run)[0]!;
    return y.reshape([batch, steps, ...y.shape.slice(1)]);
  },
};
