/** The bench's models in jax-js: images are NCHW, filters OIHW. */
import type { BenchModel } from './models/index.js';

type Net = (p: Record<string, any>, x: any) => any;

const WIDTH = 128;
const HEADS = 4;

/** Logits by model. Arrays are consumed by what reads them; `ref` keeps one for another reader. @param api the module `@jax-js/jax` */
export function jaxNets({ numpy: np, nn, lax }: any): Readonly<Record<BenchModel['id'], Net>> {
  const dense = (x: any, w: any, b: any): any => np.matmul(x, w).add(b);
  const convolve = (x: any, k: any, b: any, stride: number, pad: number): any =>
    lax.convGeneralDilated(x, k, [stride, stride], [[pad, pad], [pad, pad]]).add(b.reshape([1, -1, 1, 1]));

  const conv: Net = (p, x) => {
    const block = (h: any, k: any, b: any): any => {
      const out = np.tanh(convolve(h, k, b, 1, 1));
      const [n, c, height, width] = out.shape;
      return np.max(np.max(out.reshape([n, c, height / 2, 2, width / 2, 2]), 5), 3);
    };
    const features = block(block(x, p['k1'], p['b1']), p['k2'], p['b2']);
    return dense(np.transpose(features, [0, 2, 3, 1]).reshape([features.shape[0], -1]), p['w'], p['b']);
  };

  const resnet: Net = (p, x) => {
    const layer = (name: string, h: any, stride: number, pad: number): any => convolve(h, p[`${name}.k`], p[`${name}.b`], stride, pad);
    let h = np.tanh(layer('stem', x, 1, 1));
    for (let s = 0; s < 3; s++) {
      for (let b = 0; b < 3; b++) {
        const stride = s > 0 && b === 0 ? 2 : 1;
        const inner = layer(`${s}.${b}.second`, np.tanh(layer(`${s}.${b}.first`, h.ref, stride, 1)), 1, 1);
        h = np.tanh((stride === 1 ? h : layer(`${s}.${b}.short`, h, stride, 0)).add(inner));
      }
    }
    return dense(np.mean(h, [2, 3]), p['w'], p['b']);
  };

  const transformer: Net = (p, x) => {
    const [n, t] = x.shape;
    const norm = (name: string, h: any): any => {
      const centred = np.subtract(h.ref, np.mean(h, -1, { keepdims: true }));
      const variance = np.mean(np.square(centred.ref), -1, { keepdims: true });
      return np.divide(centred, np.sqrt(variance.add(1e-5))).mul(p[`${name}.scale`]).add(p[`${name}.offset`]);
    };
    const split = (h: any): any => np.transpose(h.reshape([n, t, HEADS, WIDTH / HEADS]), [0, 2, 1, 3]);
    const past = np.less(np.arange(t).reshape([1, t]), np.arange(t).reshape([t, 1]).add(1));
    const gelu = (h: any): any => np.tanh(h.ref.add(h.ref.mul(h.ref).mul(h.ref).mul(0.044715)).mul(Math.sqrt(2 / Math.PI))).add(1).mul(h.mul(0.5));
    let h = np.take(p['tokens'], x, 0).add(p['positions']);
    for (const l of ['0', '1']) {
      const y = norm(`${l}.before`, h.ref);
      const [q, k, v] = ['q', 'k', 'v'].map((w) => split(np.matmul(w === 'v' ? y : y.ref, p[`${l}.${w}`])));
      const scores = np.where(past.ref, np.matmul(q, np.transpose(k, [0, 1, 3, 2])).mul((WIDTH / HEADS) ** -0.5), -1e9);
      const mixed = np.transpose(np.matmul(nn.softmax(scores, -1), v), [0, 2, 1, 3]).reshape([n, t, WIDTH]);
      h = h.add(np.matmul(mixed, p[`${l}.o`]));
      const up = gelu(dense(norm(`${l}.between`, h.ref), p[`${l}.up`], p[`${l}.upBias`]));
      h = h.add(dense(up, p[`${l}.down`], p[`${l}.downBias`]));
    }
    return np.matmul(norm('last', h), p['head']);
  };

  return {
    conv,
    resnet,
    transformer,
    mlp: (p, x) => dense(np.tanh(dense(x, p['w1'], p['b1'])), p['w2'], p['b2']),
    tiny: (p, x) => dense(np.tanh(dense(np.tanh(dense(x, p['w1'], p['b1'])), p['w2'], p['b2'])), p['w3'], p['b3']),
  };
}
