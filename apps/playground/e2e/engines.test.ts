/** Engines: they agree, what a browser lacks is said and made up for, and a dead one is survived. */
import { describe, expect, inject, it } from 'vitest';
import { close, ended, go, noBrowser, open, resultOf, run, useBrowser } from './page.js';

const PRODUCT = '#/demo/curv-every-frame/product?p.size=6';

useBrowser();

/** Keeps the page's workers at hand. */
function keepWorkers(): void {
  const made: Worker[] = [];
  const Plain = Worker;
  Object.assign(globalThis, {
    made,
    Worker: class extends Plain {
      constructor(address: string | URL, options?: WorkerOptions) {
        super(address, options);
        made.push(this);
      }
    },
  });
}

/** Loses the WebGL contexts of a worker when it is told so. */
const LOSE = `{
  const [held, get] = [[], OffscreenCanvas.prototype.getContext];
  OffscreenCanvas.prototype.getContext = function (kind, ...rest) {
    const context = get.call(this, kind, ...rest);
    if (context && kind.startsWith('webgl')) held.push(context);
    return context;
  };
  addEventListener('message', ({ data }) => data.type === 'lose' && held.forEach((context) => context.getExtension('WEBGL_lose_context').loseContext()));
}`;

describe.skipIf(noBrowser)('engines', () => {
  it('compute what cpu computes', async () => {
    const engines = [
      ['cpu', /^cpu$/],
      ['tfjs-wasm', /^tfjs-wasm$/],
      ['tfjs-webgl', /^tfjs-webgl$/],
      ['onnx', /^onnx-web$/],
      // Headless Chromium has no WebGPU adapter: the next best runs.
      ['tfjs-webgpu', /^tfjs-web(?:gl|gpu)$/],
    ] as const;
    const watch = await open('#/lab');
    let cpu: Record<string, number> | undefined;
    for (const [name, expected] of engines) {
      await go(watch, `${PRODUCT}&engine=${name}`);
      await run(watch.page);
      expect(await ended(watch.page, 100_000), `${name}: ${(await watch.page.locator('.messages').textContent())!}`).toBe('done');
      const { engine, frames } = await resultOf(watch.page);
      expect(engine).toMatch(expected);
      const values = frames.find(({ kind }) => kind === 'metric')!['values'] as Record<string, number>;
      cpu ??= values;
      for (const [key, value] of Object.entries(cpu)) expect(Math.abs(values[key]! / value - 1), `${name}: ${key}`).toBeLessThan(1e-3);
    }
    await close(watch);
  });

  it('that the browser lacks are named in the footer and in the menu, and the next best is taken', async () => {
    const watch = await open(`${PRODUCT}&engine=tfjs-webgpu`, {
      first: () => {
        delete (Navigator.prototype as { gpu?: unknown }).gpu;
        OffscreenCanvas.prototype.getContext = () => null;
        WebAssembly.validate = () => false;
      },
    });
    const { page } = watch;
    await expect.poll(() => page.locator('#lacks').textContent()).toBe('This browser lacks WebGPU, WebGL 2 in workers, vectors of WebAssembly (SIMD); other engines are taken.');
    const menu = page.getByLabel('engine');
    await expect.poll(() => menu.inputValue()).toBe('tfjs-wasm');
    expect(await page.locator('.side').textContent()).toContain('tfjs-webgpu: this browser lacks WebGPU; tfjs-wasm is taken instead');
    expect(await menu.locator('option:disabled').allTextContents()).toEqual([expect.stringContaining('(this browser lacks vectors'), expect.stringContaining('(this browser lacks WebGL 2'), expect.stringContaining('(this browser lacks WebGPU')]);
    await run(page);
    expect(await ended(page)).toBe('done');
    expect((await resultOf(page)).engine).toBe('tfjs-wasm');
    await close(watch);
  });

  it('that do not start after all are passed over, with the reason', async () => {
    const watch = await open(`${PRODUCT}&engine=tfjs-webgl`, { inWorkers: 'OffscreenCanvas.prototype.getContext = () => null' });
    const { page } = watch;
    await run(page);
    expect(await ended(page)).toBe('done');
    expect((await resultOf(page)).engine).toBe('onnx-web');
    const messages = await page.locator('.message.info').allTextContents();
    expect(messages[0]).toMatch(/^tfjs-webgl could not be started: /);
    expect(messages.at(-1)).toBe('onnx runs instead');
    await close(watch);
  });

  it('may lose their graphics card: the run says so, other demos run, and a second try works', async () => {
    const watch = await open('#/demo/curv-every-frame/again?p.rounds=10000&engine=tfjs-webgl', { first: keepWorkers, inWorkers: LOSE });
    const { page } = watch;
    await run(page);
    await expect.poll(async () => (await resultOf(page)).frames.filter(({ kind }) => kind === 'metric').length, { timeout: 60_000 }).toBeGreaterThan(3);
    expect((await resultOf(page)).engine).toBe('tfjs-webgl');
    await page.evaluate(() => (globalThis as unknown as { made: Worker[] }).made.forEach((worker) => worker.postMessage({ type: 'lose' })));
    expect(await ended(page)).toBe('failed');
    expect(await page.locator('.message.error').textContent()).toContain('the WebGL context was lost: the graphics card was reset or is out of memory. Run again, or take another engine');
    // What was computed before stays.
    expect((await resultOf(page)).frames.length).toBeGreaterThan(3);
    await page.getByRole('textbox', { name: 'rounds' }).fill('2');
    await page.getByRole('button', { name: 'Try again' }).click();
    expect(await ended(page)).toBe('done');
    expect((await resultOf(page)).engine).toBe('tfjs-webgl');
    await go(watch, '#/demo/curv-every-frame/everything?p.steps=5');
    await run(page);
    expect(await ended(page)).toBe('done');
    await close(watch);
  });

  it('may make code, without which the engine cpu is many times slower', async () => {
    const watch = await open(PRODUCT, { inWorkers: "if (new Function('return 1')() !== 1) throw new Error('no code was made')" });
    await run(watch.page);
    expect(await ended(watch.page)).toBe('done');
    await close(watch);
  });

  it('have threads: the page is isolated, and its headers allow its own origin alone', async () => {
    const watch = await open();
    const { page } = watch;
    expect(await page.evaluate(() => [crossOriginIsolated, typeof SharedArrayBuffer])).toEqual([true, 'function']);
    const headers = (await page.request.get(inject('address'))).headers();
    expect(headers).toMatchObject({ 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' });
    expect(headers['content-security-policy']).toMatch(/^default-src 'self';/);
    expect(headers['content-security-policy']).not.toMatch(/https?:|\*|'unsafe-eval'/);
    expect(await page.evaluate(() => fetch('https://example.com/').then(() => 'sent', () => 'refused'))).toBe('refused');
    // The refusal itself is an error of the console.
    watch.problems.length = 0;
    await close(watch);
  });
});
