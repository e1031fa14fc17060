import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));
if (executablePath === undefined) console.warn('onnx-web: no chromium on this machine (Debian: apt-get install chromium); the browser job is skipped');

/** Nothing that reaches for the network. */
const args = ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run', '--disable-default-apps'];

const web = dirname(createRequire(import.meta.url).resolve('onnxruntime-web'));

async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('browser/smoke.ts', import.meta.url))],
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    conditions: ['@curv/source'],
    // One build of the library, the one with its loader inside; and none for Node.
    alias: { 'onnxruntime-web': join(web, 'ort.wasm.bundle.min.mjs'), 'onnxruntime-web/wasm': join(web, 'ort.wasm.bundle.min.mjs') },
    external: ['onnxruntime-node'],
    define: { 'import.meta.url': '"http://localhost/"' },
    logLevel: 'silent',
  });
  return outputFiles[0]!.text;
}

describe.skipIf(executablePath === undefined)('onnx-web in headless Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: executablePath!, args });
  }, 60_000);
  afterAll(() => browser?.close());

  it('differentiates a conv net twice as the cpu engine does, in both dtypes', { timeout: 120_000 }, async () => {
    const page = await browser.newPage();
    await page.addScriptTag({ content: await bundle() });
    const wasm = readFileSync(join(web, 'ort-wasm-simd-threaded.wasm')).toString('base64');
    const { name, errors, storages } = await page.evaluate(async (text) => {
      const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
      return window.smoke(bytes.buffer);
    }, wasm);
    expect(name).toBe('onnx-web');
    const [gradient32, product32, gradient64, product64] = errors as [number, number, number, number];
    expect(Math.max(gradient32, product32)).toBeLessThan(1e-5);
    expect(Math.max(gradient64, product64)).toBeLessThan(1e-13);
    expect(storages).toBe(0);
  });
});
