import { describe, expect, it } from 'vitest';
import {
  arange, concat, conv2d, eye, full, grad, linspace, matmul, maxPool2d, objective, oneHot, random, ravel, scalar, sigmoidCrossEntropy, softmaxCrossEntropy, type Tensor, tensor, treeNames, vmap, zeros,
} from '../src/index.js';

const list = (t: Tensor): number[] => [...t.dataSync()];

describe('tensor', () => {
  it('takes nested and typed arrays, and copies', () => {
    const host = new Float64Array([1, 2, 3, 4]);
    const t = tensor(host, [2, 2]);
    host[0] = 9;
    expect([t.dtype, t.shape, list(t)]).toEqual(['float64', [2, 2], [1, 2, 3, 4]]);
    expect([tensor([[1, 2], [3, 4]]).shape, tensor(5).shape, tensor([]).shape]).toEqual([[2, 2], [], [0]]);
    expect([tensor([true, false], [2], 'bool').dtype, list(tensor([0, 2], [2], 'bool'))]).toEqual(['bool', [0, 1]]);
  });

  it('keeps numbers weak: float32 stays float32, float64 keeps its digits', () => {
    expect(tensor([1]).mul(Math.PI).dtype).toBe('float32');
    expect(tensor([1], [1], 'float64').mul(1 / 3).item()).toBe(1 / 3);
    expect(scalar(0.1).item()).toBe(Math.fround(0.1));
  });

  it('reads, disposes, and refuses afterwards', async () => {
    const t = tensor([1, 2]);
    expect([...(await t.data())]).toEqual([1, 2]);
    t.dispose();
    expect(() => t.dataSync()).toThrow(/was disposed/);
    expect(() => tensor([1, 2]).item()).toThrow(/expected a tensor with one element, got float32\[2\]/);
  });

  it('makes ranges, identities and one-hot rows', () => {
    expect([list(arange(1, 6, 2)), list(linspace(0, 1, 3)), list(eye(2)), list(full([2], 7))]).toEqual([[1, 3, 5], [0, 0.5, 1], [1, 0, 0, 1], [7, 7]]);
    expect(list(oneHot(tensor(Int32Array.of(1, 5), [2]), 3))).toEqual([0, 1, 0, 0, 0, 0]);
  });
});

describe('wrong input is named', () => {
  const a = zeros([2, 3]);
  it.each<[string, () => unknown, RegExp]>([
    ['shapes', () => a.add(zeros([2])), /add: shapes \[2, 3\] and \[2\] do not broadcast/],
    ['dtypes', () => a.mul(zeros([2, 3], 'float64')), /mul: operands must have one dtype, got float32\[2, 3\] and float64\[2, 3\]; use cast/],
    ['exp of int', () => zeros([1], 'int32').exp(), /exp: expected dtype float32 or float64, got int32/],
    ['fraction with int', () => zeros([1], 'int32').add(0.5), /0\.5 is not an integer, but the other operand is int32/],
    ['number with bool', () => zeros([1], 'bool').and(1 as never), /does not combine with a bool/],
    ['matmul', () => a.matmul(zeros([2, 3])), /matmul: inner sizes differ: \[2, 3\] times \[2, 3\]/],
    ['matmul of vectors', () => matmul(zeros([2]), zeros([2])), /rank 2 or more.*use dot/],
    ['axis', () => a.sum(2), /sum: axis must be an integer in \[-2, 1\] for a tensor of rank 2, got 2/],
    ['twice an axis', () => a.sum([0, -2]), /axes must be distinct/],
    ['reshape', () => a.reshape([4]), /reshape: cannot turn shape \[2, 3\] \(6 elements\) into \[4\]/],
    ['ragged', () => tensor([[1], [2, 3]]), /equal lengths/],
    ['fill', () => tensor([1, 2], [3]), /shape \[3\] needs 3 values, got 2/],
    ['dtype name', () => tensor([1], [1], 'float16' as never), /dtype must be one of .*got float16/],
    ['concat', () => concat([a, zeros([2, 2])], 0), /must agree except along axis 0, got \[2, 3\] and \[2, 2\]/],
    ['conv channels', () => conv2d(zeros([1, 5, 5, 2]), zeros([3, 3, 3, 4])), /filter \[3, 3, 3, 4\] does not fit input \[1, 5, 5, 2\]/],
    ['conv too large', () => conv2d(zeros([1, 2, 2, 1]), zeros([3, 3, 1, 1])), /larger than the padded input/],
    ['pool padding', () => maxPool2d(zeros([1, 4, 4, 1]), 2, { padding: [[2, 0], [0, 0]] }), /must be smaller than the window/],
    ['empty maximum', () => zeros([0]).max(), /axis 0 of shape \[0\] is empty/],
    ['float indices', () => a.gather(zeros([1])), /indices must be int32, got float32/],
    ['index out of range', () => list(a.gather(tensor(Int32Array.of(2), [1]))), /2/],
    ['labels', () => softmaxCrossEntropy(a, zeros([3], 'int32')), /labels must have the logits' shape/],
    ['differentiating integers', () => grad((x: Tensor) => x.cast('float32').sum())(zeros([1], 'int32')), /cannot differentiate with respect to int32\[1\]/],
    ['batch sizes', () => vmap((x: Tensor, y: Tensor) => x.add(y))(zeros([2]), zeros([3])), /batch sizes differ: float32\[2\], float32\[3\]/],
    ['seed', () => random(-1), /seed must be a non-negative integer, got -1/],
  ])('%s', (_, run, message) => {
    expect(run).toThrow(message);
  });
});

describe('losses', () => {
  it('are finite at huge logits, with the right slope', () => {
    for (const size of [1e4, -1e4]) {
      const z = tensor([[size, 0, -size]], [1, 3], 'float64');
      const y = tensor(Int32Array.of(0), [1]);
      expect(softmaxCrossEntropy(z, y).item()).toBe(size > 0 ? 0 : 2e4);
      expect(list(grad((l: Tensor) => softmaxCrossEntropy(l, y))(z) as Tensor)).toEqual(size > 0 ? [0, 0, 0] : [-1, 0, 1]);
      const target = tensor([1], [1], 'float64');
      expect(sigmoidCrossEntropy(tensor([size], [1], 'float64'), target).item()).toBe(size > 0 ? 0 : 1e4);
    }
  });

  it('of class numbers and of one-hot rows agree', () => {
    const z = random(1).tensor('normal', [5, 3], 'float64');
    const y = tensor(Int32Array.of(0, 1, 2, 1, 0), [5]);
    const [a, b] = [softmaxCrossEntropy(z, y, { reduction: 'none' }), softmaxCrossEntropy(z, oneHot(y, 3, 'float64'), { reduction: 'none' })];
    list(a).forEach((value, i) => expect(value).toBeCloseTo(list(b)[i]!, 13));
  });
});

describe('random', () => {
  it('repeats under a seed, forks apart, and has the right moments', () => {
    const draws = (seed: number): number[] => Array.from({ length: 4 }, (() => { const s = random(seed); return () => s.uniform(); })());
    expect(draws(7)).toEqual(draws(7));
    expect(draws(7)).not.toEqual(draws(8));
    expect(random(7).fork('a').uniform()).not.toBe(random(7).fork('b').uniform());
    const normal = random(1).tensor('normal', [100_000], 'float64').dataSync() as Float64Array;
    const mean = normal.reduce((s, x) => s + x, 0) / 1e5;
    const moment = (k: number): number => normal.reduce((s, x) => s + (x - mean) ** k, 0) / 1e5;
    // Standard errors 0.0032, 0.0045, 0.0077 and 0.031; five of them.
    expect(Math.abs(mean)).toBeLessThan(0.016);
    expect(Math.abs(moment(2) - 1)).toBeLessThan(0.023);
    expect(Math.abs(moment(3))).toBeLessThan(0.039);
    expect(Math.abs(moment(4) - 3)).toBeLessThan(0.16);
    expect([...random(3).permutation(50)].sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i));
  });
});

describe('objective', () => {
  const x = random(1).tensor('normal', [6, 3], 'float64');
  const y = tensor(Int32Array.of(0, 1, 0, 1, 1, 0), [6]);
  const example = { w: zeros([3, 2], 'float64'), b: zeros([2], 'float64') };
  const model = (p: typeof example, data: Tensor): Tensor => data.matmul(p.w).add(p.b);
  const oracles = objective(null, example, {
    model,
    loss: (z: Tensor) => softmaxCrossEntropy(z, y),
    exampleLoss: (p: typeof example, row: Tensor) => model(p, row.reshape([1, 3])).square().sum(),
  });
  const at = Float64Array.from({ length: 8 }, (_, i) => Math.sin(i));
  const v = Float64Array.from({ length: 8 }, (_, i) => Math.cos(i));

  it('gives consistent oracles', async () => {
    expect(oracles.dimension).toBe(8);
    const { value, gradient } = await oracles.valueAndGradient(at, x);
    expect(value).toBe(await oracles.value(at, x));
    expect([...gradient]).toEqual([...(await oracles.gradient(at, x))]);
    const [h, g] = [await oracles.hvp(at, v, x), await oracles.ggnvp!(at, v, x)];
    h.forEach((a, i) => expect(a).toBeCloseTo(g[i]!, 13));
    const j = await oracles.jvp!(at, v, x);
    const w = j.map((_, i) => i - 5);
    const back = await oracles.vjp!(at, w, x);
    expect(j.reduce((s, a, i) => s + a * w[i]!, 0)).toBeCloseTo(back.reduce((s, a, i) => s + a * v[i]!, 0), 12);
    expect((await oracles.gradientSamples!(at, x)).length).toBe(48);
    expect([...(await oracles.ravel(oracles.unravel(at)))]).toEqual([...at]);
    expect(treeNames(example)).toEqual(['w', 'b']);
    expect(ravel(example).vector.shape).toEqual([8]);
  });

  it('names vectors that do not fit', async () => {
    await expect(oracles.gradient(new Float64Array(3), x)).rejects.toThrow(/x: expected a Float64Array of length 8, got length 3/);
    expect(() => objective(null, example)).toThrow(/expected a function f, or the options model and loss/);
  });
});
