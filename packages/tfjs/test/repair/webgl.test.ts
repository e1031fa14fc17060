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

/** Compiling shaders in software takes minutes for all cases; `curv bench tfjs-repair` runs them all. */
const NAMES = [
  'x exp x', 'exp(x)²', 'tanh(x)²', 'swish', 'log(1 + exp x)', 'log sigmoid x', 'exp', 'softplus', 'x² relu x', 'x elu(−x)', 'log(softmax)',
  'softmaxCrossEntropy', 'clipByValue', 'max, axis', 'gather', 'conv2d, stride 2, same', 'depthwiseConv2d, same', 'maxPool, same, overlapping', 'avgPool, same',
];

async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('../browser/repair.ts', import.meta.url))],
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    conditions: ['@curv/source'],
    logLevel: 'silent',
  });
  return outputFiles[0]!.text;
}

describe.skipIf(executablePath === undefined)('nested gradients on webgl in headless Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: executablePath!, args });
  }, 60_000);
  afterAll(() => browser?.close());

  it('agree with float64 differences of the forward pass', { timeout: 240_000 }, async () => {
    const page = await browser.newPage();
    await page.addScriptTag({ content: await bundle() });
    const { checks, results, tensorsLeft } = await page.evaluate((names) => window.nestedGradients('webgl', names), NAMES);
    expect(checks).toEqual([]);
    // Measured up to 5e-6 with SwiftShader.
    expect(results.filter(({ error }) => !(Number(error) < 2e-5)).map((r) => `${r.name}, order ${r.order}: ${r.reason ?? r.error}`)).toEqual([]);
    expect(results).toHaveLength(NAMES.length * 3);
    expect(tensorsLeft).toBe(0);
  });
});
