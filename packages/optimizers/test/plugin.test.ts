import { checkPlugin, type Ctx } from '@curv/plugin';
import { cpu, random } from '@curv/tensor';
import { expect, it } from 'vitest';
import plugin from '../src/plugin.js';

it('its plugin holds the contract', async () => {
  const context = (signal: AbortSignal): Ctx => ({ engine: cpu, engines: {}, rng: random(1), signal, quick: true, log: () => {} });
  expect((await checkPlugin(plugin, { context })).filter(({ passed }) => !passed)).toEqual([]);
});
