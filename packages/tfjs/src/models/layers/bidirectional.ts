/** Bidirectional. */
import { concat, type Tensor } from '@curv/tensor';
import type { LayerJson, LayerRule } from '../api.js';
import { callLayer } from '../call.js';

const MODES = ['concat', 'sum', 'ave', 'mul', null];
const RECURRENT = ['SimpleRNN', 'LSTM', 'GRU'];

const merged = (mode: string | null, y: Tensor, back: Tensor): readonly Tensor[] => {
  switch (mode) {
    case 'concat':
      return [concat([y, back], -1)];
    case 'sum':
      return [y.add(back)];
    case 'ave':
      return [y.add(back).mul(0.5)];
    case 'mul':
      return [y.mul(back)];
    default:
      return [y, back];
  }
};

/** A recurrent layer and its mirror image in time; `mergeMode` null gives both outputs. */
export const bidirectional: LayerRule = {
  check({ mergeMode = 'concat', layer }) {
    if (!MODES.includes(mergeMode as string | null)) throw new Error(`mergeMode ${JSON.stringify(mergeMode)} is not supported; ${MODES.join(', ')} are`);
    const { className } = (layer ?? {}) as Partial<LayerJson>;
    if (!RECURRENT.includes(className ?? '')) throw new Error(`wraps ${className ?? 'no layer'}; expected one of ${RECURRENT.join(', ')}`);
  },
  children({ config }, scope, make) {
    const { className, config: inner } = config['layer'] as LayerJson;
    const [forward, backward] = [`forward_${inner['name'] as string}`, `backward_${inner['name'] as string}`];
    return [
      make({ className, config: { ...inner, name: forward } }, `${scope}/${forward}`),
      make({ className, config: { ...inner, name: backward, goBackwards: !inner['goBackwards'] } }, `${scope}/${backward}`),
    ];
  },
  apply([x, ...initial], { config, children }, run) {
    const half = initial.length / 2;
    const forward = callLayer(children[0]!, [x!, ...initial.slice(0, half)], run);
    const backward = callLayer(children[1]!, [x!, ...initial.slice(half)], run);
    // Steps come in the order of time.
    const back = children[0]!.config['returnSequences'] ? backward[0]!.reverse(1) : backward[0]!;
    const mode = config['mergeMode'] === undefined ? 'concat' : (config['mergeMode'] as string | null);
    return [...merged(mode, forward[0]!, back), ...forward.slice(1), ...backward.slice(1)];
  },
};
