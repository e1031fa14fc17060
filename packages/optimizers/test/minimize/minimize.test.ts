import { describe, expect, it } from 'vitest';
import { lbfgs, minimize, type MinimizeOptions, newtonCg, trustRegion } from '../../src/index.js';

const parabola = { dimension: 2, value: (x: Float64Array) => x[0]! ** 2 + 3 * x[1]! ** 2, gradient: (x: Float64Array) => Float64Array.of(2 * x[0]!, 6 * x[1]!) };
const options: MinimizeOptions = { method: lbfgs(), tolerance: 1e-10 };

describe('minimize', () => {
  it('says why it ended', async () => {
    expect((await minimize(parabola, [0, 0], options)).iterations).toBe(0);
    expect((await minimize(parabola, [1, 1], options)).status).toBe('gradient');
    expect((await minimize(parabola, [1, 1], { ...options, target: 0.5 })).status).toBe('target');
    const short = await minimize(parabola, [1, 1], { ...options, maxIterations: 1 });
    expect([short.status, short.converged, short.iterations]).toEqual(['maxIterations', false, 1]);
    expect((await minimize(parabola, [1, 1], { ...options, maxEvaluations: 2 })).status).toBe('maxEvaluations');
    expect((await minimize(parabola, [1, 1], { ...options, onIteration: () => 'stop' })).status).toBe('stopped');
  });
  it('a wrong gradient ends in lineSearchFailed or radiusTooSmall, not in a loop', async () => {
    const wrong = { ...parabola, gradient: (x: Float64Array) => Float64Array.of(-2 * x[0]!, -6 * x[1]!), hvp: (_: Float64Array, v: Float64Array) => Float64Array.of(2 * v[0]!, 6 * v[1]!) };
    const search = await minimize(wrong, [1, 1], options);
    expect([search.status, search.value]).toEqual(['lineSearchFailed', 4]);
    expect((await minimize(wrong, [1, 1], { ...options, method: trustRegion() })).status).toBe('radiusTooSmall');
  });
  it('counts evaluations', async () => {
    let [values, gradients] = [0, 0];
    const counted = { dimension: 2, value: (x: Float64Array) => (values++, parabola.value(x)), gradient: (x: Float64Array) => (gradients++, parabola.gradient(x)) };
    const { evaluations } = await minimize(counted, [1, 1], options);
    expect([evaluations.value, evaluations.gradient]).toEqual([values, gradients]);
  });
  it('refuses what makes no sense, before the first evaluation', async () => {
    await expect(minimize(parabola, [1], options)).rejects.toThrow(/x0: expected 2 numbers, got 1/);
    await expect(minimize(parabola, [1, NaN], options)).rejects.toThrow(/x0\[1\]: expected a finite number, got NaN/);
    await expect(minimize(parabola, [1, 1], { ...options, method: newtonCg() })).rejects.toThrow(/newtonDirection with moreThuente needs hvp/);
    await expect(minimize({ dimension: 2, value: () => 0 } as never, [1, 1], options)).rejects.toThrow(/expected gradient or valueAndGradient/);
    await expect(minimize({ ...parabola, value: () => NaN }, [1, 1], options)).rejects.toThrow(/x0: the value or its gradient is not finite there/);
    await expect(minimize({ ...parabola, gradient: () => Float64Array.of(1) }, [1, 1], options)).rejects.toThrow(/gradient: expected a Float64Array of length 2, got length 1/);
  });
  it('stops at an abort', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(minimize(parabola, [1, 1], { ...options, signal })).rejects.toThrow('enough');
  });
});
