import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));
if (executablePath === undefined) console.warn('webgl: no chromium on this machine (Debian: apt-get install chromium); the webgl job is skipped');

/** WebGL without a graphics card, and nothing that reaches for the network. */
const args = [
  '--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--disable-background-networking', '--disable-component-update', '--disable-sync',
  '--no-first-run', '--disable-default-apps',
];

async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('browser/conformance.ts', import.meta.url))],
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    conditions: ['@curv/source'],
    logLevel: 'silent',
  });
  return outputFiles[0]!.text;
}

describe.skipIf(executablePath === undefined)('tfjs-webgl in headless Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: executablePath!, args });
  }, 60_000);
  afterAll(() => browser?.close());

  it('passes the conformance suite', { timeout: 240_000 }, async () => {
    const page = await browser.newPage();
    await page.addScriptTag({ content: await bundle() });
    const { cases, failures } = await page.evaluate(() => window.conformance('webgl'));
    expect(failures).toEqual([]);
    expect(cases).toBeGreaterThan(1000);
  });
});
