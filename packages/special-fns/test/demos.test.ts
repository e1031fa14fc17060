import { checkPlugin } from '@curv/plugin';
import { cpu, random } from '@curv/tensor';
import { expect, it } from 'vitest';
import plugin from '../src/plugin.js';

it('demos hold the contract', async () => {
  const findings = await checkPlugin(plugin, { context: (signal) => ({ engine: cpu, engines: {}, rng: random(1), signal, quick: true, log: () => undefined }), frames: Infinity });
  expect(findings.length).toBeGreaterThan(10);
  expect(findings.filter((f) => !f.passed)).toEqual([]);
});
