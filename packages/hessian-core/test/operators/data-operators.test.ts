import { describe, expect, it } from 'vitest';
import { toDense } from '@curv/linalg';
import type { Tensor } from '@curv/tensor';
import { exampleGradients, fisher, gaussNewton, gradientCovariance, gramMatrix, gramOperator, hessian, outputJacobian, type PassState, type Problem, residual } from '../../src/index.js';
import { examplesOf, gradientRows, jacobianRows, secondMoments } from '../dense.js';
import { netProblem, relativeError, vector } from '../problems.js';

const CLASSES = 3;
const problem = netProblem('float64', [5, 7]);
const n = 12;
const d = 43;
const even = (weight: number, count: number): number[] => Array.from({ length: count }, () => weight);

/** Outputs of each example as numbers. */
const logits = (): number[][] => examplesOf(problem).map((datum) => [...(problem.model!(problem.params, datum) as Tensor).dataSync()]);
const softmax = (z: readonly number[]): number[] => {
  const e = z.map((x) => Math.exp(x - Math.max(...z)));
  const sum = e.reduce((a, b) => a + b, 0);
  return e.map((x) => x / sum);
};

/** Σₙ weightₙ Jₙᵀ M(zₙ) Jₙ by entries. */
function metricMatrix(metric: (z: readonly number[]) => number[][], weight: number): Float64Array {
  const rows = jacobianRows(problem, CLASSES);
  const out = new Float64Array(d * d);
  logits().forEach((z, e) => {
    const m = metric(z);
    for (let a = 0; a < CLASSES; a++) {
      for (let b = 0; b < CLASSES; b++) {
        const [left, right] = [rows[e * CLASSES + a]!, rows[e * CLASSES + b]!];
        for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) out[i * d + j]! += weight * m[a]![b]! * left[i]! * right[j]!;
      }
    }
  });
  return out;
}

const METRICS = {
  categorical: (z: readonly number[]) => softmax(z).map((p, a, all) => all.map((q, b) => (a === b ? p : 0) - p * q)),
  bernoulli: (z: readonly number[]) => z.map((x, a) => z.map((_, b) => (a === b ? Math.exp(-x) / (1 + Math.exp(-x)) ** 2 : 0))),
  gaussian: (z: readonly number[]) => z.map((_, a) => z.map((__, b) => Number(a === b))),
};

describe('fisher', () => {
  it.each(['categorical', 'bernoulli', 'gaussian'] as const)('exact, %s: the expectation over predictions, entry by entry', async (likelihood) => {
    const operator = fisher(problem, { likelihood });
    expect(relativeError((await toDense(operator)).data, metricMatrix(METRICS[likelihood], 1 / n))).toBeLessThan(1e-13);
    const sum = fisher(netProblem('float64', [12], 'sum'), { likelihood });
    expect(relativeError((await toDense(sum)).data, metricMatrix(METRICS[likelihood], 1))).toBeLessThan(1e-13);
  });

  it('exact, categorical, is the Gauss-Newton matrix of the cross-entropy', async () => {
    const v = vector(d);
    expect(relativeError(await fisher(problem, { likelihood: 'categorical' }).apply(v), await gaussNewton(problem).apply(v))).toBeLessThan(1e-13);
  });

  it.each(['mean', 'sum'] as const)('empirical: second moments of the gradients (%s)', async (reduction) => {
    const operator = fisher(netProblem('float64', [5, 7], reduction), { type: 'empirical' });
    expect(relativeError((await toDense(operator)).data, secondMoments(gradientRows(problem), even(reduction === 'mean' ? 1 / n : 1, n)))).toBeLessThan(1e-13);
  });

  it.each(['categorical', 'bernoulli', 'gaussian'] as const)('monte-carlo, %s: has the exact matrix as its expectation', async (likelihood) => {
    const v = vector(d);
    const exact = await fisher(problem, { likelihood }).apply(v);
    const operator = fisher(problem, { type: 'monte-carlo', likelihood, samples: 4000, seed: 5 });
    const product = await operator.apply(v);
    expect(await fisher(problem, { type: 'monte-carlo', likelihood, samples: 4000, seed: 5 }).apply(v)).toEqual(product);
    // One draw of s sᵀ has a relative spread of about 1, over 12 examples and 4000 draws: 0.005 expected, 0.004 … 0.01 measured.
    expect(relativeError(product, exact)).toBeLessThan(0.03);
    expect(relativeError(await fisher(problem, { type: 'monte-carlo', likelihood, seed: 5 }).apply(v), exact)).toBeGreaterThan(0.03);
  });

  it('names what is missing', () => {
    expect(() => fisher(problem)).toThrow(/needs likelihood/);
    expect(() => fisher(problem, { likelihood: 'poisson' as 'gaussian' })).toThrow(/must be one of categorical, bernoulli, gaussian, got poisson/);
    expect(() => fisher(problem, { type: 'monte-carlo', likelihood: 'gaussian', samples: 0 })).toThrow(/samples must be a positive integer, got 0/);
    expect(() => fisher({ ...problem, batchNorm: 'training' }, { likelihood: 'gaussian' })).toThrow(/examples of a batch are coupled/);
    expect(() => fisher({ ...problem, model: undefined } as unknown as Problem)).toThrow(/must have model/);
  });
});

describe('residual', () => {
  it('is H − G', async () => {
    const v = vector(d);
    const [h, g] = [await hessian(problem).apply(v), await gaussNewton(problem).apply(v)];
    expect(relativeError(await residual(problem).apply(v), h.map((x, i) => x - g[i]!))).toBeLessThan(1e-12);
  });

  it('is 0 for a model that is linear in its parameters', async () => {
    const linear: Problem = { ...problem, params: { w: (problem.params as any).out.kernel.reshape([5, 3]).slice([0], [4]) }, model: ({ w }: any, { x }: any) => x.matmul(w) };
    const v = vector(12);
    expect(Math.hypot(...(await residual(linear).apply(v)))).toBeLessThan(1e-15 * Math.hypot(...(await hessian(linear).apply(v))) * 100);
  });
});

describe('exampleGradients', () => {
  const rows = gradientRows(problem);

  it('has the gradients of the examples as rows', async () => {
    const operator = exampleGradients(problem);
    expect(operator.shape).toEqual([n, d]);
    const blocks: number[] = [];
    for await (const block of operator.rows()) blocks.push(...block.data);
    expect(relativeError(blocks, rows.flat())).toBeLessThan(1e-14);
    expect(relativeError((await toDense(operator)).data, rows.flat())).toBeLessThan(1e-14);
  });

  it('multiplies from both sides: uᵀ(Gv) = (Gᵀu)ᵀv', async () => {
    const operator = exampleGradients(problem);
    const [u, v] = [vector(n, 2), vector(d, 3)];
    const [gv, gu] = [await operator.apply(v), await operator.applyTranspose(u)];
    const inner = u.reduce((s, x, i) => s + x * gv[i]!, 0);
    expect(Math.abs(gu.reduce((s, x, i) => s + x * v[i]!, 0) - inner)).toBeLessThan(1e-13 * Math.abs(inner));
    const byHand = new Float64Array(d).map((_, j) => rows.reduce((s, row, i) => s + u[i]! * row[j]!, 0));
    expect(relativeError(gu, byHand)).toBeLessThan(1e-13);
  });

  it('sums to the gradient, and keeps to chosen parameters', async () => {
    const operator = exampleGradients(problem, { parameters: 'out' });
    const mean = (await operator.applyTranspose(new Float64Array(n).fill(1))).map((x) => x / n);
    expect(relativeError(mean, await hessian(problem, { parameters: 'out' }).gradient())).toBeLessThan(1e-13);
  });

  it('has a Gram matrix', async () => {
    const operator = exampleGradients(problem);
    const gram = await gramMatrix(operator);
    const byHand = rows.flatMap((a) => rows.map((b) => a.reduce((s, x, i) => s + x * b[i]!, 0)));
    expect(relativeError(gram.data, byHand)).toBeLessThan(1e-13);
    expect(relativeError((await toDense(gramOperator(operator))).data, byHand)).toBeLessThan(1e-13);
    await expect(gramMatrix(operator, { maxSize: 10 })).rejects.toThrow(/at most 10 rows/);
  });

  it('refuses data without examples in front, and coupled examples', () => {
    const [first] = problem.batches;
    expect(() => exampleGradients({ ...problem, batches: [{ ...first!, size: 4 }] })).toThrow(/4 examples along its first axis, got shape \[5, 4\]/);
    expect(() => exampleGradients({ ...problem, batchNorm: 'training' })).toThrow(/batchNorm 'training'/);
  });
});

describe('outputJacobian', () => {
  it('has the gradients of the outputs as rows, and the neural tangent kernel as Gram matrix', async () => {
    const operator = outputJacobian(problem);
    const rows = jacobianRows(problem, CLASSES);
    expect(operator.shape).toEqual([n * CLASSES, d]);
    const blocks: number[] = [];
    for await (const block of operator.rows()) blocks.push(...block.data);
    expect(relativeError(blocks, rows.flat())).toBeLessThan(1e-14);
    const u = vector(n * CLASSES);
    expect(relativeError(await operator.applyTranspose(u), new Float64Array(d).map((_, j) => rows.reduce((s, row, i) => s + u[i]! * row[j]!, 0)))).toBeLessThan(1e-13);
    expect(relativeError((await toDense(operator)).data, rows.flat())).toBeLessThan(1e-14);
    const kernel = rows.flatMap((a) => rows.map((b) => a.reduce((s, x, i) => s + x * b[i]!, 0)));
    expect(relativeError((await gramMatrix(operator)).data, kernel)).toBeLessThan(1e-13);
  });
});

describe('gradientCovariance', () => {
  it.each([true, false])('centred: %s', async (centred) => {
    const rows = gradientRows(problem);
    const mean = rows[0]!.map((_, j) => rows.reduce((s, row) => s + row[j]!, 0) / n);
    const centredRows = centred ? rows.map((row) => row.map((x, j) => x - mean[j]!)) : rows;
    const operator = gradientCovariance(problem, { centred });
    expect(relativeError((await toDense(operator)).data, secondMoments(centredRows, even(1 / n, n)))).toBeLessThan(1e-13);
    expect(relativeError(await operator.gradient(), mean)).toBeLessThan(1e-13);
  });

  it('works without a model, and sums', async () => {
    const { model, outputLoss, ...rest } = netProblem('float64', [12], 'sum');
    const operator = gradientCovariance({ ...rest, loss: (p, data) => outputLoss!(model!(p, data), data) as unknown }, { centred: false });
    const v = vector(d);
    const expected = await fisher(netProblem('float64', [12], 'sum'), { type: 'empirical' }).apply(v);
    expect(relativeError(await operator.apply(v), expected)).toBeLessThan(1e-13);
  });
});

describe('resume', () => {
  it('goes on after an interruption, to the same bits, and repeats nothing', async () => {
    const whole = netProblem('float64', [3, 3, 3, 3]);
    const v = vector(d);
    const straight = await hessian(whole).apply(v);
    const store = new Map<string, PassState>();
    const stop = new AbortController();
    const first = hessian(whole, { resume: store, signal: stop.signal, onProgress: ({ done }) => done === 2 && stop.abort(new Error('stopped')) });
    await expect(first.apply(v)).rejects.toThrow('stopped');
    expect([...store.values()].map((s) => s.done)).toEqual([2]);
    const seen: number[] = [];
    const second = hessian(whole, { resume: store, onProgress: ({ done }) => seen.push(done) });
    expect(await second.apply(v)).toEqual(straight);
    expect(seen).toEqual([3, 4]);
    expect(await second.apply(v)).toEqual(straight);
    expect(seen).toEqual([3, 4]);
    await second.apply(vector(d, 9));
    expect(store.size).toBe(2);
  });

  /** A net in four batches that counts how often each one's data are asked for. */
  function counted(): { net: Problem; reads: number[] } {
    const net = netProblem('float64', [3, 2, 4, 3]);
    const reads = [0, 0, 0, 0];
    const batches = net.batches.map(({ data, size }, i) => ({
      size,
      get data() {
        reads[i]!++;
        return data;
      },
    }));
    return { net: { ...net, batches }, reads };
  }

  const rows: Readonly<Record<string, { make: typeof exampleGradients; height: number }>> = { exampleGradients: { make: exampleGradients, height: 12 }, outputJacobian: { make: outputJacobian, height: 36 } };
  const passes = Object.keys(rows).flatMap((name) => (['apply', 'applyTranspose'] as const).flatMap((product) => [1, 2, 3].map((batches) => [name, product, batches] as const)));
  it.each(passes)('%s.%s goes on after %i batches, and computes none twice', async (name, product, stopAfter) => {
    const { make, height } = rows[name]!;
    const argument = vector(product === 'apply' ? d : height);
    const straight = await make(counted().net)[product](argument);
    const { net, reads } = counted();
    const store = new Map<string, PassState>();
    const stop = new AbortController();
    // Without kept linearizations each batch that is computed is read once.
    const first = make(net, { keep: 'never', resume: store, signal: stop.signal, onProgress: ({ done }) => done === stopAfter && stop.abort(new Error('stopped')) });
    reads.fill(0);
    await expect(first[product](argument)).rejects.toThrow('stopped');
    expect([...store.values()].map((state) => state.done)).toEqual([stopAfter]);
    expect(reads).toEqual([0, 1, 2, 3].map((i) => Number(i < stopAfter)));
    const second = make(net, { keep: 'never', resume: store });
    reads.fill(0);
    expect(await second[product](argument)).toEqual(straight);
    expect(reads).toEqual([0, 1, 2, 3].map((i) => Number(i >= stopAfter)));
    // Another vector, and the other product, are passes of their own.
    expect(await second[product](argument.map((x) => 2 * x))).toEqual(straight.map((x) => 2 * x));
    await second[product === 'apply' ? 'applyTranspose' : 'apply'](vector(product === 'apply' ? height : d));
    expect(store.size).toBe(3);
    expect(await second[product](argument)).toEqual(straight);
  });

  it('tells the covariance of gradients from where it was stopped, in either of its two passes', async () => {
    const v = vector(d);
    const straight = await gradientCovariance(counted().net).apply(v);
    for (const stopAt of [2, 6]) {
      const { net, reads } = counted();
      const store = new Map<string, PassState>();
      const stop = new AbortController();
      let batches = 0;
      const first = gradientCovariance(net, { keep: 'never', resume: store, signal: stop.signal, onProgress: () => ++batches === stopAt && stop.abort(new Error('stopped')) });
      await expect(first.apply(v)).rejects.toThrow('stopped');
      const second = gradientCovariance(net, { keep: 'never', resume: store });
      reads.fill(0);
      expect(await second.apply(v)).toEqual(straight);
      expect(reads.reduce((a, b) => a + b)).toBe(8 - stopAt);
    }
  });
});
