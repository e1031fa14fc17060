import { fileURLToPath } from 'node:url';
import { discover } from '@curv/plugin/node';
import { describe, expect, it } from 'vitest';
import { curvPlugins } from '../build/curv-plugins.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const plugin = [here('../../cli/test/fixtures/curv-foo'), here('../../cli/test/fixtures/curv-broken'), '/nowhere'];

describe('the plugins of the page', () => {
  it('are those that the command line finds, one import each; what is broken is told', async () => {
    const vite = curvPlugins({ cwd: root, plugin });
    const id = await (vite.resolveId as (id: string) => unknown)('virtual:curv-plugins');
    const text = await (vite.load as (id: string) => Promise<string>)(id as string);
    const names = [...text.matchAll(/\{ name: "([^"]+)", title: "[^"]+", load: \(\) => import\("([^"]+)"\) \}/g)].map(([, name]) => name);
    const found = discover({ cwd: root, plugin }).plugins;
    const withDemos = await Promise.all(found.map(async (one) => one.load().then(({ contributes }) => (contributes.demos ? one.name : null), () => null)));
    expect(names).toEqual(withDemos.filter((name) => name !== null));
    expect(names).toContain('@someone/curv-foo');
    expect(text).toMatch(/"name":"curv-broken","reason":"the plugin module is broken"/);
    expect(text).toMatch(/"name":"\/nowhere","reason":"not found; is it installed\?"/);
  });

  it('show code whose imports exist', async () => {
    const imports: string[] = [];
    for (const found of discover({ cwd: root, app: new URL('../vite.config.ts', import.meta.url).href }).plugins) {
      // Packages that are not built yet cannot be looked at.
      const loaded = await found.load().catch(() => null);
      for (const [name, { example = '' }] of Object.entries(loaded?.contributes.demos ?? {})) {
        for (const [, names, module] of example.matchAll(/import \{ ([^}]+) \} from '([^']+)'/g)) {
          const offered = (await import(/* @vite-ignore */ module!)) as object;
          imports.push(...names!.split(', ').map((one) => `${found.name}/${name}: ${one}${one in offered ? '' : ` is not in ${module!}`}`));
        }
      }
    }
    expect(imports.filter((line) => line.includes('is not in'))).toEqual([]);
    expect(imports.length).toBeGreaterThan(20);
  });
});
