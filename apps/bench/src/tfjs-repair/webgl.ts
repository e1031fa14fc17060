/** Nested gradients on webgl, in headless Chromium. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Looks } from './look.js';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** WebGL without a graphics card, and nothing that reaches for the network. */
const ARGS = [
  '--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--disable-background-networking', '--disable-component-update', '--disable-sync',
  '--no-first-run', '--disable-default-apps',
];

const PAGE = `
import * as tf from '@tensorflow/tfjs';
import { lookTwice } from 'look';
window.look = async (quick) => {
  await tf.setBackend('webgl');
  return lookTwice(tf, { quick, onCase: (name) => console.debug('case ' + name) });
};`;

/** @throws Error with a reason where there is no browser */
export async function lookInChromium(quick: boolean, signal: AbortSignal, onCase: (name: string) => void): Promise<Looks> {
  const executablePath = CHROMIUM.find((path) => existsSync(path));
  if (executablePath === undefined) throw new Error('no chromium on this machine (Debian: apt-get install chromium)');
  const { chromium } = await import('playwright-core');
  const browser = await chromium.launch({ executablePath, args: ARGS });
  const stop = (): void => void browser.close();
  signal.addEventListener('abort', stop);
  try {
    const page = await browser.newPage();
    page.on('console', (message) => message.text().startsWith('case ') && onCase(message.text().slice(5)));
    await page.addScriptTag({ content: await bundle() });
    return await page.evaluate((q) => (globalThis as unknown as { look(quick: boolean): Promise<Looks> }).look(q), quick);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
    await browser.close();
  }
}

async function bundle(): Promise<string> {
  const { build } = await import('esbuild');
  const here = fileURLToPath(new URL('.', import.meta.url));
  const look = ['look.ts', 'look.js', '../tfjs-repair-look.js'].map((name) => fileURLToPath(new URL(name, import.meta.url))).find((path) => existsSync(path));
  if (look === undefined) throw new Error(`the page's code is not beside ${here}`);
  const { outputFiles } = await build({
    stdin: { contents: PAGE, resolveDir: here, loader: 'js' },
    alias: { look },
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    logLevel: 'silent',
  });
  return outputFiles[0]!.text;
}
