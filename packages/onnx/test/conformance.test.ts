import { runConformance, runPrograms } from '@curv/tensor/conformance';
import { describe, expect, it } from 'vitest';
import { onnxEngine } from '../src/index.js';

/** Eigenproblems and solves of any size are no ONNX operators, and unrolled ones are sensible for Cholesky only. */
const REFUSED = /^(?:linearSolve|lyapunovSolve|symmetricEigen)/;

describe.each(['float32', 'float64'] as const)('onnx-node in %s', (dtype) => {
  it('passes the conformance suite: every primitive, first to third derivatives, batches, no leak', { timeout: 120_000 }, async () => {
    // ONNX Runtime's float32 exp is good to a unit in the last place; the third derivative of logSumExp cancels that up to 3.0e-5 (measured).
    const results = await runConformance(await onnxEngine(), { dtypes: [dtype], tolerance: { float32: 5e-5 }, filter: ({ name }) => !REFUSED.test(name) });
    expect(results.filter((r) => !r.passed).map((r) => `${r.name}, ${r.aspect}: ${r.reason ?? r.error}`)).toEqual([]);
    expect(results.length).toBeGreaterThan(2000);
  });

  it('runs random programs as the reference does, infinities and NaN included', { timeout: 120_000 }, async () => {
    const results = await runPrograms(await onnxEngine(), { count: 60, dtypes: [dtype] });
    expect(results.filter((r) => !r.passed).map((r) => `seed ${r.seed}: ${r.reason}`)).toEqual([]);
    expect(results.length).toBeGreaterThan(50);
  });

  it('refuses what ONNX cannot express, by name and before anything runs', async () => {
    const results = await runConformance(await onnxEngine(), { dtypes: [dtype], filter: ({ name }) => REFUSED.test(name) });
    const cases = results.filter(({ name }) => name !== 'memory');
    expect(cases.length).toBeGreaterThan(0);
    for (const { reason } of cases) expect(reason).toMatch(/ONNX cannot express the primitive (?:linearSolve|lyapunovSolve|symmetricEigen)/);
  });
});
