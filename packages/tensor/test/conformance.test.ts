import { describe, expect, it } from 'vitest';
import { cpu } from '../src/index.js';
import { evaluateReference, runConformance, samples } from '../src/conformance/index.js';

describe('the cpu engine against the reference interpreter', () => {
  it.each(['float64', 'float32'] as const)('%s: every primitive, first to third derivatives, batches', async (dtype) => {
    const results = await runConformance(cpu, { dtypes: [dtype] });
    const failed = results.filter((r) => !r.passed).map((r) => `${r.name}, ${r.aspect}: ${r.reason ?? r.error.toExponential(1)}`);
    expect(failed).toEqual([]);
    expect(results.length).toBeGreaterThan(4 * samples.length);
  });

  it('notices an engine that is wrong', async () => {
    const wrong = {
      ...cpu,
      compile: (graph: Parameters<typeof cpu.compile>[0]) => {
        const inner = cpu.compile(graph);
        return { ...inner, run: (inputs: Parameters<typeof inner.run>[0]) => inner.run(inputs).map((x) => x.map((v) => v * (1 + 1e-9))) };
      },
    };
    const results = await runConformance(wrong as typeof cpu, { dtypes: ['float64'], filter: (s, aspect) => s.name === 'softmax' && aspect === 'hvp' });
    expect(results.map((r) => r.passed)).toEqual([false, true]);
  });

  it('names primitives that the reference does not know', () => {
    const input = { id: 0, op: 'input', inputs: [], params: {}, shape: [1], dtype: 'float64' as const };
    const odd = { ...input, id: 1, op: 'frobnicate', inputs: [input] };
    expect(() => evaluateReference({ inputs: [input], outputs: [odd], nodes: [input, odd] }, [[1]])).toThrow(/no definition of frobnicate/);
  });
});
