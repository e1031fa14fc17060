import { describe, expect, it } from 'vitest';
import { cholesky, type Matrix, toDense } from '@curv/linalg';
import { conv2d, meanSquaredError, random, softmaxCrossEntropy, type Tensor, tensor } from '@curv/tensor';
import { ekfac, fisher, kfac, type Problem } from '../../src/index.js';
import { netProblem, relativeError, vector } from '../problems.js';

const stream = random(11);
const draw = (shape: number[], scale = 0.5): Tensor => stream.tensor('normal', shape, 'float64').mul(scale);

/** The blocks of given segments of a dense matrix, zeros elsewhere. */
function blocksOf(m: Matrix, groups: readonly (readonly [number, number])[]): Float64Array {
  const out = new Float64Array(m.data.length);
  for (const [from, to] of groups) for (let i = from; i < to; i++) for (let j = from; j < to; j++) out[i * m.rows + j] = m.data[i * m.rows + j]!;
  return out;
}

/** x [8, positions, 3] through two linear layers; targets at every position. */
function linearSequence(reduction: 'mean' | 'sum', pooled: boolean): Problem {
  const x = draw([8, 4, 3], 1);
  const y = draw(pooled ? [8, 2] : [8, 4, 2], 1);
  return {
    params: { a: { kernel: draw([3, 5]), bias: draw([5]) }, b: { kernel: draw([2, 5]), bias: draw([2]) } },
    batches: [{ data: { x: x.slice([0], [3]), y: y.slice([0], [3]) } as never, size: 3 }, { data: { x: x.slice([3], [8]), y: y.slice([3], [8]) } as never, size: 5 }],
    reduction,
    model: (p: any, d: any) => {
      const h = d.x.matmul(p.a.kernel).add(p.a.bias);
      const z = h.matmul(p.b.kernel, { transposeB: true }).add(p.b.bias);
      return pooled ? z.mean(1) : z;
    },
    outputLoss: (z: Tensor, d: any) => meanSquaredError(z, d.y, { reduction: 'sum' }).mul(reduction === 'mean' ? 0.5 / z.shape[0]! : 0.5),
  };
}

/** Two convolutions and a dense layer on 6 × 6 images, with a kernel that is used twice. */
function convProblem(): Problem {
  const x = draw([6, 6, 6, 2], 1);
  const y = tensor(Int32Array.from([0, 1, 2, 0, 1, 2]), [6]);
  return {
    params: { c1: { kernel: draw([3, 3, 2, 3]), bias: draw([3]) }, shared: { kernel: draw([3, 3, 3, 3], 0.3) }, dense: { kernel: draw([12, 3]), bias: draw([3]) } },
    batches: [{ data: { x, y } as never, size: 6 }],
    reduction: 'mean',
    model: (p: any, d: any) => {
      const h = conv2d(d.x, p.c1.kernel, { strides: 2, padding: 'same' }).add(p.c1.bias).tanh();
      const once = conv2d(h, p.shared.kernel, { padding: 'same' }).tanh();
      const twice = conv2d(once, p.shared.kernel, { strides: 2, padding: 'same' }).tanh();
      return twice.reshape([d.x.shape[0], 12]).matmul(p.dense.kernel).add(p.dense.bias);
    },
    outputLoss: (z: Tensor, d: any) => softmaxCrossEntropy(z, d.y),
  };
}

const gaussian = { likelihood: 'gaussian' } as const;
const categorical = { likelihood: 'categorical' } as const;

describe('kfac', () => {
  it.each(['mean', 'sum'] as const)('expand is exact for a deep linear model at every position (%s)', async (reduction) => {
    const problem = linearSequence(reduction, false);
    const exact = await toDense(fisher(problem, gaussian));
    const k = await kfac(problem, gaussian);
    expect(k.layers.map((l) => [l.name, l.kind, l.inputs, l.outputs, l.positions, l.transposed])).toEqual([['a', 'dense', 4, 5, 4, false], ['b', 'dense', 6, 2, 4, true]]);
    expect(relativeError((await toDense(k)).data, blocksOf(exact, [[0, 20], [20, 32]]))).toBeLessThan(1e-13);
  });

  it('reduce is exact for a deep linear model whose outputs are averaged over positions', async () => {
    const problem = linearSequence('mean', true);
    const exact = await toDense(fisher(problem, gaussian));
    const blocks = blocksOf(exact, [[0, 20], [20, 32]]);
    expect(relativeError((await toDense(await kfac(problem, { ...gaussian, positions: 'reduce' }))).data, blocks)).toBeLessThan(1e-13);
    expect(relativeError((await toDense(await kfac(problem, gaussian))).data, blocks)).toBeGreaterThan(0.05);
  });

  it('is exact for one example without shared weights, in all three types', async () => {
    const problem = netProblem('float64', [1]);
    const groups: [number, number][] = [[0, 25], [25, 43]];
    const exact = await toDense(fisher(problem, categorical));
    expect(relativeError((await toDense(await kfac(problem, categorical))).data, blocksOf(exact, groups))).toBeLessThan(1e-13);
    const empirical = await toDense(fisher(problem, { type: 'empirical' }));
    expect(relativeError((await toDense(await kfac(problem, { type: 'empirical' }))).data, blocksOf(empirical, groups))).toBeLessThan(1e-13);
    const drawn = await kfac(problem, { type: 'monte-carlo', ...categorical, samples: 3000 });
    // 3000 draws: about 1/√3000 = 0.02.
    expect(relativeError((await toDense(drawn)).data, blocksOf(exact, groups))).toBeLessThan(0.08);
  });

  it('finds convolutions and kernels that are used twice', async () => {
    const problem = convProblem();
    const k = await kfac(problem, categorical);
    expect(k.layers.map((l) => [l.name, l.kind, l.inputs, l.outputs, l.positions])).toEqual([['c1', 'convolution', 19, 3, 9], ['shared', 'convolution', 27, 3, 13], ['dense', 'dense', 13, 3, 1]]);
    // Second moments of the first layer's patches, by hand.
    const { x } = problem.batches[0]!.data as unknown as { x: Tensor };
    const pixels = x.dataSync();
    const moments = new Float64Array(19 * 19);
    for (let n = 0; n < 6; n++) for (let r = 0; r < 3; r++) for (let c = 0; c < 3; c++) {
      const patch = Array.from({ length: 19 }, (_, i) => {
        if (i === 18) return 1;
        // 6 to 3 by stride 2 with a 3 × 3 kernel pads one row and column at the end.
        const [row, column] = [2 * r + Math.floor(i / 6), 2 * c + (Math.floor(i / 2) % 3)];
        return row < 6 && column < 6 ? pixels[((n * 6 + row) * 6 + column) * 2 + (i % 2)]! : 0;
      });
      patch.forEach((a, i) => patch.forEach((b, j) => (moments[i * 19 + j]! += (a * b) / 54)));
    }
    expect(relativeError(k.layers[0]!.A.data, moments)).toBeLessThan(1e-13);
  });

  it('does not depend on batches', async () => {
    const [a, b] = [await kfac(netProblem('float64', [12]), categorical), await kfac(netProblem('float64', [5, 7]), categorical)];
    const v = vector(43);
    expect(relativeError(b.apply(v), a.apply(v))).toBeLessThan(1e-13);
  });

  it('has inverses, exact and factored, and closed forms', async () => {
    const k = await kfac(netProblem(), categorical);
    const m = await toDense(k);
    const n = m.rows;
    const v = vector(n);
    const damped = { ...m, data: m.data.map((x, i) => x + (i % (n + 1) === 0 ? 0.1 : 0)) };
    const factor = cholesky(damped);
    expect(relativeError(k.inverse({ damping: 0.1 }).apply(v) as Float64Array, factor.solve(v))).toBeLessThan(1e-12);
    expect(k.logDeterminant(0.1)).toBeCloseTo(factor.logDeterminant(), 10);
    expect(k.trace()).toBeCloseTo(m.data.reduce((s, x, i) => s + (i % (n + 1) === 0 ? x : 0), 0), 12);
    expect(k.frobeniusNorm()).toBeCloseTo(Math.hypot(...m.data), 12);
    expect(k.inverse({ damping: { relative: 0.5 } }).damping).toBeCloseTo((0.5 * k.trace()) / n, 14);
    // Factored damping by hand, on the last layer.
    const { A, B, inputs, outputs } = k.layers[1]!;
    const mean = (x: Matrix): number => x.data.reduce((s, y, i) => s + (i % (x.rows + 1) === 0 ? y : 0), 0) / x.rows;
    const pi = Math.sqrt(mean(A) / mean(B));
    const shift = (x: Matrix, c: number): Matrix => ({ ...x, data: x.data.map((y, i) => y + (i % (x.rows + 1) === 0 ? c : 0)) });
    const block = v.slice(25);
    const left = cholesky(shift(A, pi * Math.sqrt(0.1))).solve({ rows: inputs, columns: outputs, data: block });
    const transposed = Float64Array.from({ length: block.length }, (_, i) => left.data[(i % inputs) * outputs + Math.floor(i / inputs)]!);
    const right = cholesky(shift(B, Math.sqrt(0.1) / pi)).solve({ rows: outputs, columns: inputs, data: transposed });
    const byHand = Float64Array.from({ length: block.length }, (_, i) => right.data[(i % outputs) * inputs + Math.floor(i / outputs)]!);
    expect(relativeError((k.inverse({ damping: 0.1, method: 'factored' }).apply(v) as Float64Array).subarray(25), byHand)).toBeLessThan(1e-12);
  });

  it('names parameters that have no factors', async () => {
    const problem = netProblem();
    const scaled: Problem = { ...problem, params: { ...(problem.params as object), scale: draw([5]) } as never, model: (p: any, { x }: any) => x.matmul(p.hidden.kernel).add(p.hidden.bias).tanh().mul(p.scale).matmul(p.out.kernel).add(p.out.bias) };
    await expect(kfac(scaled, categorical)).rejects.toThrow(/scale is an operand of mul.*Leave others out/s);
    expect((await kfac(scaled, { ...categorical, parameters: ['hidden', 'out'] })).layers).toHaveLength(2);
    await expect(kfac(problem)).rejects.toThrow(/needs likelihood/);
    await expect(kfac(problem, { ...categorical, positions: 'sum' as 'reduce' })).rejects.toThrow(/positions must be expand or reduce/);
    const k = await kfac(problem, categorical);
    expect(() => k.inverse({ damping: 0 })).toThrow(/damping must be a positive finite number/);
    expect(() => k.inverse({ damping: 1, method: 'fast' as 'exact' })).toThrow(/method must be exact or factored/);
  });
});

describe('ekfac', () => {
  it.each(['expand', 'reduce'] as const)('is nearer to the Fisher matrix than kfac, with its trace (%s)', async (positions) => {
    for (const problem of [netProblem(), convProblem()]) {
      const exact = await toDense(fisher(problem, categorical));
      const [k, e] = [await kfac(problem, { ...categorical, positions }), await ekfac(problem, { ...categorical, positions })];
      const segments = k.segments;
      const groups = k.layers.map((l): [number, number] => [segments[l.kernel]!.offset, segments[l.bias ?? l.kernel]!.offset + segments[l.bias ?? l.kernel]!.size]);
      const blocks = blocksOf(exact, groups);
      const trace = blocks.reduce((s, x, i) => s + (i % (exact.rows + 1) === 0 ? x : 0), 0);
      expect(e.trace()).toBeCloseTo(trace, 12);
      const [errorK, errorE] = [relativeError((await toDense(k)).data, blocks), relativeError((await toDense(e)).data, blocks)];
      expect(errorE).toBeLessThan(errorK);
    }
  });

  it('inverts', async () => {
    const e = await ekfac(netProblem(), categorical);
    const m = await toDense(e);
    const v = vector(43);
    const damped = { ...m, data: m.data.map((x, i) => x + (i % 44 === 0 ? 0.01 : 0)) };
    expect(relativeError(e.inverse({ damping: 0.01 }).apply(v) as Float64Array, cholesky(damped).solve(v))).toBeLessThan(1e-12);
    expect(() => e.inverse({ damping: 1, method: 'factored' })).toThrow(/method must be exact, got factored/);
  });
});
