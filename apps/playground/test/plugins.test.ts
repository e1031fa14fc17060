import { fileURLToPath } from 'node:url';
import { discover } from '@curv/plugin/node';
import { describe, expect, it } from 'vitest';
import { curvPlugins } from '../build/curv-plugins.js';
import type { PluginCard } from '../src/worker/protocol.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const plugin = [here('../../cli/test/fixtures/curv-foo'), here('../../cli/test/fixtures/curv-broken'), '/nowhere'];

describe('the plugins of the page', () => {
  it('are those that the command line finds, one import each; what they offer is data, what is broken is told', async () => {
    const vite = curvPlugins({ cwd: root, plugin });
    const moduleOf = async (name: string): Promise<string> => (vite.load as (id: string) => Promise<string>)((vite.resolveId as (id: string) => string)(name));
    const names = [...(await moduleOf('virtual:curv-plugins')).matchAll(/\{ name: "([^"]+)", load: \(\) => import\("([^"]+)"\) \}/g)].map(([, name]) => name);
    const found = discover({ cwd: root, plugin }).plugins;
    const withDemos = await Promise.all(found.map(async (one) => one.load().then(({ contributes }) => (contributes.demos ? one.name : null), () => null)));
    expect(names).toEqual(withDemos.filter((name) => name !== null).sort());
    expect(names).toContain('@someone/curv-foo');
    const [, text] = /JSON\.parse\((".*")\);\n$/.exec(await moduleOf('virtual:curv-catalogue'))!;
    const cards = JSON.parse(JSON.parse(text!) as string) as PluginCard[];
    expect(cards.filter(({ problem }) => problem === undefined).map(({ name }) => name)).toEqual(names);
    expect(cards.find(({ name }) => name === '@someone/curv-foo')!.demos[0]).toMatchObject({ plugin: '@someone/curv-foo', name: 'quad', params: { steps: { type: 'int' } } });
    expect(cards.find(({ name }) => name === 'curv-broken')).toMatchObject({ demos: [], problem: 'the plugin module is broken' });
    expect(cards.find(({ name }) => name === '/nowhere')).toMatchObject({ demos: [], problem: 'not found; is it installed?' });
  });
});
