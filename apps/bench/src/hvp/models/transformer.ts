import { iota, layerNorm, lessEqual, select, type Tensor } from '@curv/tensor';
import type { ArraySpec, BenchModel, Parameters } from './model.js';

const WIDTH = 128;
const HEADS = 4;
const LENGTH = 64;
const VOCABULARY = 64;
const LAYERS = 2;
/** Coefficient of the tanh form of gelu (Hendrycks & Gimpel 2016, arXiv:1606.08415). */
const GELU = Math.sqrt(2 / Math.PI);

function parameters(): Record<string, ArraySpec> {
  const params: Record<string, ArraySpec> = {};
  let phase = 0;
  const array = (name: string, shape: readonly number[], scale: number, offset = 0): void => {
    params[name] = { shape, phase: ++phase, scale, offset };
  };
  const norm = (name: string): void => {
    array(`${name}.scale`, [WIDTH], 0.1, 1);
    array(`${name}.offset`, [WIDTH], 0.1);
  };
  array('tokens', [VOCABULARY, WIDTH], 0.5);
  array('positions', [LENGTH, WIDTH], 0.2);
  for (let l = 0; l < LAYERS; l++) {
    norm(`${l}.before`);
    for (const name of ['q', 'k', 'v', 'o']) array(`${l}.${name}`, [WIDTH, WIDTH], 0.1);
    norm(`${l}.between`);
    array(`${l}.up`, [WIDTH, 4 * WIDTH], 0.1);
    array(`${l}.upBias`, [4 * WIDTH], 0.1);
    array(`${l}.down`, [4 * WIDTH, WIDTH], 0.05);
    array(`${l}.downBias`, [WIDTH], 0.1);
  }
  norm('last');
  array('head', [WIDTH, VOCABULARY], 0.1);
  return params;
}

function attention(p: Parameters, name: string, x: Tensor): Tensor {
  const [n, t] = x.shape as [number, number];
  const heads = (y: Tensor): Tensor => y.reshape([n, t, HEADS, WIDTH / HEADS]).transpose([0, 2, 1, 3]);
  const [q, k, v] = ['q', 'k', 'v'].map((w) => heads(x.matmul(p[`${name}.${w}`]!))) as [Tensor, Tensor, Tensor];
  const scores = q.matmul(k, { transposeB: true }).mul((WIDTH / HEADS) ** -0.5);
  const past = lessEqual(iota([t, t], 1), iota([t, t], 0));
  const mixed = select(past, scores, -1e9).softmax(-1).matmul(v);
  return mixed.transpose([0, 2, 1, 3]).reshape([n, t, WIDTH]).matmul(p[`${name}.o`]!);
}

const gelu = (x: Tensor): Tensor => x.mul(0.5).mul(x.add(x.mul(x).mul(x).mul(0.044715)).mul(GELU).tanh().add(1));

/** A decoder of pre-norm layers, as GPT-2's. */
export const transformer: BenchModel = {
  id: 'transformer',
  title: 'transformer language model, 2 layers, width 128, 4 heads, sequence 64, vocabulary 64, batch 8',
  batch: 8,
  params: parameters(),
  input: { shape: [8, LENGTH], below: VOCABULARY, multiplier: 7 },
  labels: { shape: [8, LENGTH], below: VOCABULARY, multiplier: 11 },
  outputs(p, x) {
    const norm = (name: string, y: Tensor): Tensor => layerNorm(y, { scale: p[`${name}.scale`]!, offset: p[`${name}.offset`]!, epsilon: 1e-5 });
    let h = p['tokens']!.gather(x).add(p['positions']!);
    for (let l = 0; l < LAYERS; l++) {
      h = h.add(attention(p, String(l), norm(`${l}.before`, h)));
      const up = gelu(norm(`${l}.between`, h).matmul(p[`${l}.up`]!).add(p[`${l}.upBias`]!));
      h = h.add(up.matmul(p[`${l}.down`]!).add(p[`${l}.downBias`]!));
    }
    return norm('last', h).matmul(p['head']!);
  },
};
