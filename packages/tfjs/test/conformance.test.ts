import { runConformance, runPrograms } from '@curv/tensor/conformance';
import { describe, expect, it } from 'vitest';
import { tfjsEngine } from '../src/index.js';

describe.each(['cpu', 'wasm'])('tfjs-%s', (backend) => {
  it('passes the conformance suite: every primitive, first to third derivatives, batches, no leak', async () => {
    const results = await runConformance(await tfjsEngine({ backend }));
    expect(results.filter((r) => !r.passed).map((r) => `${r.name}, ${r.aspect}: ${r.reason ?? r.error}`)).toEqual([]);
    expect(results.length).toBeGreaterThan(1000);
  });

  it('runs random programs as the reference does, infinities and NaN included', async () => {
    const results = await runPrograms(await tfjsEngine({ backend }), { count: 100 });
    expect(results.filter((r) => !r.passed).map((r) => `seed ${r.seed}: ${r.reason}`)).toEqual([]);
    expect(results.length).toBeGreaterThan(150);
  });
});
