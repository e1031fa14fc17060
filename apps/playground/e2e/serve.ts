/** Builds the page with plugins of the tests beside the installed ones, and serves it as `npm run playground` does. */
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build, preview } from 'vite';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    readonly address: string;
    /** Path of a browser; empty when there is none. */
    readonly browser: string;
    readonly built: string;
    readonly pictures: string;
  }
}

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Plugins of third parties: one that is sound, one that says everything, one that is broken. */
export const fixtures: readonly string[] = [here('../../cli/test/fixtures/curv-foo'), here('fixtures/curv-every-frame'), here('../../cli/test/fixtures/curv-broken')];

export default async function serve(project: TestProject): Promise<() => Promise<void>> {
  const places = process.env['CHROMIUM'] === undefined ? ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'] : [process.env['CHROMIUM']];
  const browser = places.find((path) => existsSync(path)) ?? '';
  const [built, pictures] = [here('../.e2e/page'), here('../.e2e/pictures')];
  project.provide('browser', browser);
  project.provide('built', built);
  project.provide('pictures', pictures);
  project.provide('address', '');
  if (browser === '') {
    console.warn('playground: no chromium on this machine (Debian: apt-get install chromium; elsewhere: CHROMIUM=PATH); the tests of the page are skipped');
    return async () => {};
  }
  rmSync(pictures, { recursive: true, force: true });
  mkdirSync(pictures, { recursive: true });
  process.env['CURV_PLUGINS'] = fixtures.join(',');
  process.env['CURV_OUT'] = built;
  const root = here('..');
  await build({ root, logLevel: 'warn', configFile: here('../vite.config.ts') });
  const server = await preview({ root, configFile: here('../vite.config.ts'), logLevel: 'warn', preview: { port: 4300 } });
  project.provide('address', server.resolvedUrls!.local[0]!);
  return () => server.close();
}
