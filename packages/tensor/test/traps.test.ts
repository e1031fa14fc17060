/** Second derivatives that TensorFlow.js gets wrong or refuses, with their exact values at x = 0.7. */
import { describe, expect, it } from 'vitest';
import { elu, grad, hvp, logSigmoid, selu, softmaxCrossEntropy, type Tensor, tensor } from '../src/index.js';

const at = (x: number): Tensor => tensor([x], [1], 'float64');
const second = (f: (x: Tensor) => Tensor, x = 0.7): number => (hvp((y: Tensor) => f(y).sum())(at(x), at(1)) as Tensor).item();

describe('second derivatives at 0.7', () => {
  it.each<[string, (x: Tensor) => Tensor, number]>([
    ['log(1 + exp x)', (x) => x.exp().add(1).log(), 0.22171287329310904],
    ['x exp x', (x) => x.mul(x.exp()), 5.437132310170287],
    ['exp(x)²', (x) => x.exp().square(), 4 * Math.exp(1.4)],
    ['exp(x)', (x) => x.exp(), Math.exp(0.7)],
    ['tanh(x)²', (x) => x.tanh().square(), -0.12159227738323694],
    ['x sigmoid(x)', (x) => x.mul(x.sigmoid()), 0.3912205946779788],
    ['log sigmoid(x), composed', (x) => x.sigmoid().log(), -0.22171287329310904],
    ['log sigmoid(x)', logSigmoid, -0.22171287329310904],
    ['x elu(−x)', (x) => x.mul(elu(x.neg())), -0.6455608949288324],
    ['softplus', (x) => x.softplus(), 0.22171287329310904],
    ['x² relu(x)', (x) => x.square().mul(x.relu()), 4.2],
    ['x^2.5', (x) => x.pow(2.5), 3.75 * Math.sqrt(0.7)],
    ['selu(−x)', (x) => selu(x.neg()), 1.0507009873554805 * 1.6732632423543772 * Math.exp(-0.7)],
    ['max(x, x²)', (x) => x.maximum(x.square()), 0],
    ['huber-like select', (x) => x.less(1).select(x.pow(3), x), 4.2],
  ])('%s', (_, f, expected) => {
    expect(Math.abs(second(f) - expected)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(expected)));
  });

  it('softmax cross-entropy at (0.2, −0.4, 1.1) along (1, −2, 0.5), by logits and by a hand-made log of softmax', () => {
    const z = tensor([[0.2, -0.4, 1.1]], [1, 3], 'float64');
    const v = tensor([[1, -2, 0.5]], [1, 3], 'float64');
    const y = tensor(Int32Array.of(2), [1]);
    const byHand = (l: Tensor): Tensor => l.exp().div(l.exp().sum(1, { keepDims: true })).log().slice([0, 2], [1, 3]).neg().sum();
    for (const f of [(l: Tensor) => softmaxCrossEntropy(l, y), byHand]) {
      const product = [...(hvp(f)(z, v) as Tensor).dataSync()];
      [0.1790108, -0.3125014, 0.1334906].forEach((expected, i) => expect(product[i]).toBeCloseTo(expected, 7));
    }
  });

  it('log Σ exp at (0.5, −1.2) along e₁', () => {
    const product = hvp((z: Tensor) => z.exp().sum().log())(tensor([0.5, -1.2], [2], 'float64'), tensor([1, 0], [2], 'float64')) as Tensor;
    expect(product.dataSync()[0]).toBeCloseTo(0.13061, 5);
    expect(product.dataSync()[1]).toBeCloseTo(-0.13061, 5);
  });

  it('a product through matmul is the same compiled and not: mean of (XW)², n = 4', async () => {
    const { compile } = await import('../src/index.js');
    const x = tensor(Float64Array.from({ length: 16 }, (_, i) => Math.sin(i)), [4, 4]);
    const w = tensor(Float64Array.from({ length: 16 }, (_, i) => Math.cos(i)), [4, 4]);
    const f = (p: Tensor): Tensor => x.matmul(p).square().mean();
    const eager = (hvp(f)(w, x) as Tensor).dataSync();
    const compiled = (compile(hvp(f))(w, x) as Tensor).dataSync();
    expect([...compiled]).toEqual([...eager]);
    expect(Math.max(...eager.map(Math.abs))).toBeGreaterThan(0.01);
  });

  it('a function of several outputs is refused by grad, not summed', () => {
    expect(() => grad((x: Tensor) => x.mul(2))(tensor([1, 2]))).toThrow(/must return a scalar.*float32\[2\].*jacobian/);
  });
});
