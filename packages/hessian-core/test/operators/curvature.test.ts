import { describe, expect, it } from 'vitest';
import { grad, type Tensor } from '@curv/tensor';
import { checkOperator, gaussNewton, hessian, type Problem } from '../../src/index.js';
import { dense, multiply, netProblem, relativeError, vector } from '../problems.js';

describe('hessian', () => {
  it('multiplies as the dense Hessian does', async () => {
    const problem = netProblem();
    const h = hessian(problem);
    const v = vector(h.shape[0]);
    expect(relativeError(await h.apply(v), multiply(dense(problem), v))).toBeLessThan(1e-13);
  });

  it('is the derivative of the gradient', async () => {
    const h = hessian(netProblem());
    const v = vector(h.shape[0]);
    const step = 1e-5;
    const plus = await h.gradientAt(v.map((x) => step * x));
    const minus = await h.gradientAt(v.map((x) => -step * x));
    const quotient = plus.map((g, i) => (g - minus[i]!) / (2 * step));
    // Central differences with step 1e-5 leave about 1e-10.
    expect(relativeError(await h.apply(v), quotient)).toBeLessThan(1e-8);
  });

  it.each([
    ['mean', [12], [5, 4, 3]],
    ['mean', [12], [1, 11]],
    ['sum', [12], [5, 7]],
  ] as const)('does not depend on how examples are batched (%s: %j and %j)', async (reduction, one, other) => {
    const [a, b] = [hessian(netProblem('float64', one, reduction)), hessian(netProblem('float64', other, reduction))];
    const v = vector(a.shape[0]);
    expect(relativeError(await b.apply(v), await a.apply(v))).toBeLessThan(1e-13);
    expect(relativeError(await b.gradient(), await a.gradient())).toBeLessThan(1e-13);
    expect(await b.risk()).toBeCloseTo(await a.risk(), 13);
  });

  it('gives sums n times means', async () => {
    const [mean, sum] = [hessian(netProblem('float64', [12], 'mean')), hessian(netProblem('float64', [12], 'sum'))];
    const v = vector(mean.shape[0]);
    expect(relativeError((await mean.apply(v)).map((x) => 12 * x), await sum.apply(v))).toBeLessThan(1e-13);
  });

  it('gives the same with and without kept linearizations', async () => {
    const results = await Promise.all(
      (['always', 'never', 'auto'] as const).map(async (keep) => {
        const h = hessian(netProblem('float64', [5, 7]), { keep, memoryLimit: 2000 });
        const v = vector(h.shape[0]);
        await h.apply(v);
        return h.apply(v);
      }),
    );
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
  });

  it('restricts to parameters by name: the sub-block of the whole', async () => {
    const problem = netProblem();
    const block = hessian(problem, { parameters: 'out' });
    expect(block.segments.map((s) => s.name)).toEqual(['out.kernel', 'out.bias']);
    const full = hessian(problem);
    const offset = full.segments[2]!.offset;
    const v = vector(block.shape[0]);
    const padded = new Float64Array(full.shape[0]);
    padded.set(v, offset);
    expect(relativeError(await block.apply(v), (await full.apply(padded)).subarray(offset))).toBeLessThan(1e-13);
    expect(hessian(problem, { parameters: '*.bias' }).segments.map((s) => s.name)).toEqual(['hidden.bias', 'out.bias']);
    expect(hessian(problem, { parameters: ['hidden.bias', 'out.kernel'] }).segments).toHaveLength(2);
  });

  it('reports progress and stops on abort', async () => {
    const seen: string[] = [];
    const abort = new AbortController();
    const h = hessian(netProblem('float64', [4, 4, 4]), {
      signal: abort.signal,
      onProgress: (p) => {
        seen.push(`${p.done}/${p.total}`);
        if (p.done === 2) abort.abort(new Error('enough'));
      },
    });
    await expect(h.apply(vector(h.shape[0]))).rejects.toThrow('enough');
    expect(seen).toEqual(['1/3', '2/3']);
  });

  it('names what is wrong', async () => {
    const problem = netProblem();
    expect(() => hessian(problem, { parameters: 'conv*' })).toThrow(/no name matches conv\*; there are hidden.kernel/);
    expect(() => hessian({ ...problem, batches: [] })).toThrow(/batches must hold at least one batch/);
    expect(() => hessian({ ...problem, reduction: 'max' as 'mean' })).toThrow(/reduction must be 'mean' or 'sum', got max/);
    expect(() => hessian({ params: problem.params, batches: problem.batches, reduction: 'mean' })).toThrow(/expected loss, or model and outputLoss/);
    expect(() => gaussNewton({ ...problem, loss: () => 0 as unknown as Tensor, model: undefined } as unknown as Problem)).toThrow(/must have model and outputLoss/);
    await expect(hessian(problem).apply(new Float64Array(3))).rejects.toThrow(/expected a vector of length 43, got 3/);
    const infinite = { ...problem, outputLoss: (z: Tensor) => z.mul(Infinity).sum() };
    await expect(hessian(infinite).gradient()).rejects.toThrow(/NaN or infinite/);
  });
});

describe('gaussNewton', () => {
  it('equals Jᵀ H_L J', async () => {
    const problem = netProblem();
    const g = gaussNewton(problem);
    const n = g.shape[0];
    const v = vector(n);
    const { x, y } = problem.batches[0]!.data as unknown as { x: Tensor; y: Tensor };
    // By hand: v ↦ J v by differences of outputs would lose digits, so the reference freezes the model's second derivative another way:
    // for a model that is linear in its parameters G = H, so linearize the model around the point by one Taylor term.
    const flat = hessian(problem);
    const model = problem.model!;
    const { jvp } = await import('@curv/tensor');
    const linear = (p: any, data: unknown): Tensor => {
      const move = { hidden: { kernel: p.hidden.kernel.sub(point.hidden.kernel), bias: p.hidden.bias.sub(point.hidden.bias) }, out: { kernel: p.out.kernel.sub(point.out.kernel), bias: p.out.bias.sub(point.out.bias) } };
      const [value, slope] = jvp(model)(point, move, data) as [Tensor, Tensor];
      return value.add(slope);
    };
    const point = problem.params as any;
    const frozen = hessian({ ...problem, model: linear });
    expect(relativeError(await g.apply(v), await frozen.apply(v))).toBeLessThan(1e-12);
    expect(relativeError(await g.apply(v), await flat.apply(v))).toBeGreaterThan(0.05);
    expect([x.shape[0], y.shape[0]]).toEqual([12, 12]);
  });

  it('is positive semidefinite and gives the gradient of the same risk', async () => {
    const g = gaussNewton(netProblem());
    for (let seed = 1; seed <= 5; seed++) {
      const v = vector(g.shape[0], seed);
      const gv = await g.apply(v);
      expect(v.reduce((s, x, i) => s + x * gv[i]!, 0)).toBeGreaterThan(0);
    }
    expect(relativeError(await g.gradient(), await hessian(netProblem()).gradient())).toBeLessThan(1e-14);
  });
});

describe('checkOperator', () => {
  it('passes sound operators in both dtypes', async () => {
    for (const dtype of ['float32', 'float64'] as const) {
      for (const make of [hessian, gaussNewton]) {
        const check = await checkOperator(make(netProblem(dtype)));
        expect(check.problems).toEqual([]);
        expect(check.passed).toBe(true);
      }
    }
  });

  it('finds a gradient that is no gradient', async () => {
    const sound = hessian(netProblem());
    const wrong = { ...sound, apply: async (v: Float64Array) => (await sound.apply(v)).map((x, i) => x + 1e-3 * v[(i + 1) % v.length]!) };
    const check = await checkOperator(wrong);
    expect(check.passed).toBe(false);
    expect(check.problems.join(' ')).toMatch(/not symmetric.*difference quotient/s);
  });

  it('finds a loss that is not deterministic', async () => {
    let calls = 0;
    const sound = hessian(netProblem());
    const noisy = { ...sound, gradient: async () => (await sound.gradient()).map((x) => x * (1 + 1e-6 * calls++)) };
    expect((await checkOperator(noisy)).problems[0]).toMatch(/not deterministic/);
    expect(grad).toBeTypeOf('function');
  });
});
