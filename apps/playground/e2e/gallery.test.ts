/** The gallery, addresses, and what goes wrong. */
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { close, ended, go, noBrowser, open, resultOf, run, useBrowser } from './page.js';

const EVERY = '#/demo/curv-every-frame/everything';

describe.skipIf(noBrowser)('the gallery', () => {
  useBrowser();

  it('shows a card for each demo, grouped by package, with live pictures, and a warning for what is broken', async () => {
    const start = performance.now();
    const watch = await open();
    const { page } = watch;
    await page.locator('a.demo').first().waitFor();
    const shown = performance.now() - start;
    await page.locator('#search ~ *, .count').getByText(/demos of \d+ packages/).waitFor();
    const sections = await page.locator('section[data-plugin]').evaluateAll((all) => all.map((section) => section.getAttribute('data-plugin')!));
    expect(sections).toEqual(expect.arrayContaining(['@curv/hessian-core', '@curv/linalg', '@curv/optimizers', '@curv/special-fns', '@someone/curv-foo', 'curv-every-frame']));
    const warning = page.locator('.warning');
    expect(await warning.textContent()).toMatch(/curv-broken could not be loaded.*the plugin module is broken/);
    await page.locator('.thumb[data-state="drawn"] svg').first().waitFor({ timeout: 30_000 });
    console.log(`gallery: cards after ${Math.round(shown)} ms, the first live picture after ${Math.round(performance.now() - start)} ms`);
    await page.getByRole('searchbox').fill('every frame');
    expect(await page.locator('a.demo:visible h3').allTextContents()).toEqual(['Every kind of frame', 'A demo that throws', 'A demo that never listens', 'A slow demo', 'A second derivative']);
    await page.getByRole('searchbox').fill('no such thing at all');
    expect(await page.locator('a.demo:visible').count()).toBe(0);
    expect(await page.locator('.count').textContent()).toMatch(/^0 of \d+ demos/);
    await close(watch);
  });

  it('opens a demo by its card, with the keyboard alone', async () => {
    const watch = await open();
    const { page } = watch;
    await page.locator('a.demo').first().waitFor();
    await page.getByRole('link', { name: 'Every kind of frame' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Every kind of frame' }).waitFor();
    expect(await page.title()).toBe('Every kind of frame · curv playground');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('main');
    await close(watch);
  });
});

describe.skipIf(noBrowser)('a demo', () => {
  useBrowser();

  it('restores parameters, seed and engine from the address, and keeps the address up to date', async () => {
    const watch = await open(`${EVERY}?p.steps=7&p.colour=green&p.fine=true&seed=11&engine=tfjs-wasm`);
    const { page } = watch;
    const field = page.getByRole('textbox', { name: 'steps' });
    await field.waitFor();
    expect(await field.inputValue()).toBe('7');
    expect(await page.getByLabel('colour').inputValue()).toBe('green');
    expect(await page.getByLabel('fine').isChecked()).toBe(true);
    expect(await page.getByLabel('engine').inputValue()).toBe('tfjs-wasm');
    expect(await page.getByLabel('seed', { exact: true }).inputValue()).toBe('11');
    await field.fill('9');
    await expect.poll(() => new URL(page.url()).hash).toContain('p.steps=9');
    const slider = page.getByRole('slider', { name: 'width, slider' });
    await slider.focus();
    await page.keyboard.press('ArrowRight');
    expect(Number(await page.getByRole('textbox', { name: 'width' }).inputValue())).toBeGreaterThan(0.01);
    await run(page);
    expect(await ended(page)).toBe('done');
    const result = await resultOf(page);
    expect(result.engine).toBe('tfjs-wasm');
    expect(result.frames[0]).toEqual({ kind: 'note', text: 'colour green' });
    expect(result.frames.filter(({ kind }) => kind === 'metric')).toHaveLength(9);
    await page.getByRole('button', { name: 'Reset' }).click();
    await expect.poll(() => new URL(page.url()).hash).toBe(`${EVERY}?engine=tfjs-wasm`);
    await close(watch);
  });

  it('says what in an address does not fit, and takes defaults', async () => {
    const watch = await open(`${EVERY}?p.steps=-3&p.shade=blue&engine=abacus`);
    const text = await watch.page.getByRole('alert').first().textContent();
    expect(text).toMatch(/steps: expected an integer from 1 to 1000, got -3/);
    expect(text).toMatch(/there is no parameter shade/);
    expect(await watch.page.getByLabel('engine').inputValue()).toBe('cpu');
    expect(await watch.page.locator('.side').textContent()).toMatch(/there is no engine abacus; cpu is taken instead/);
    await watch.page.getByRole('textbox', { name: 'steps' }).fill('many');
    expect(await watch.page.locator('.problem:visible').textContent()).toBe('steps: expected an integer from 1 to 1000, got many');
    await close(watch);
  });

  it('draws every kind of frame, switches axes and views, and downloads', async () => {
    const watch = await open(`${EVERY}?p.steps=10`);
    const { page } = watch;
    await run(page);
    expect(await ended(page)).toBe('done');
    const titles = ['error', 'curves', 'points', 'bars', 'named bars', 'map', 'paths', 'surface', 'pattern', 'picture'];
    await expect.poll(() => page.locator('figure.figure figcaption').allTextContents()).toEqual(titles);
    for (const title of titles) expect(await page.locator(`[data-figure="${title}"] .stage`).locator('svg, canvas').count(), title).toBeGreaterThan(0);
    const curves = page.locator('[data-figure="curves"]');
    const before = await curves.locator('svg').innerHTML();
    await curves.getByRole('button', { name: 'log y' }).click();
    await expect.poll(() => curves.locator('svg').innerHTML()).not.toBe(before);
    await page.locator('[data-figure="map"]').getByRole('button', { name: 'surface' }).click();
    await page.locator('[data-figure="map"] canvas').waitFor();
    const surface = page.locator('[data-figure="surface"]');
    const reading = await surface.locator('.reading').textContent();
    await surface.locator('canvas').focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => surface.locator('.reading').textContent()).not.toBe(reading);
    const load = async (press: () => Promise<void>): Promise<Buffer> => {
      const [download] = await Promise.all([page.waitForEvent('download'), press()]);
      const parts: Buffer[] = [];
      for await (const part of await download.createReadStream()) parts.push(part as Buffer);
      return Buffer.concat(parts);
    };
    const json = JSON.parse((await load(() => page.getByRole('button', { name: 'Download all figures as JSON' }).click())).toString()) as { frames: unknown[] };
    expect(json.frames).toHaveLength((await resultOf(page)).frames.length);
    expect((await load(() => curves.getByRole('button', { name: 'as SVG' }).click())).toString()).toMatch(/^<svg.*falling faster.*<\/svg>$/s);
    expect((await load(() => surface.getByRole('button', { name: 'as SVG' }).click())).toString()).toMatch(/^<svg.*<polygon/s);
    for (const title of ['paths', 'picture']) expect((await load(() => page.locator(`[data-figure="${title}"]`).getByRole('button', { name: 'as PNG' }).click())).subarray(1, 4).toString()).toBe('PNG');
    await close(watch);
  });

  it('stops, pauses and goes on', async () => {
    const watch = await open('#/demo/curv-every-frame/slow');
    const { page } = watch;
    await run(page);
    await page.getByText(/step [3-9]/).first().waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.waitForTimeout(300);
    const steps = async (): Promise<number> => (await resultOf(page)).frames.length;
    const held = await steps();
    await page.waitForTimeout(500);
    expect(await steps()).toBe(held);
    await page.getByRole('button', { name: 'Go on' }).click();
    await expect.poll(steps).toBeGreaterThan(held);
    await page.getByRole('button', { name: 'Stop' }).click();
    expect(await ended(page)).toBe('stopped');
    const last = await steps();
    await page.waitForTimeout(300);
    expect(await steps()).toBe(last);
    await close(watch);
  });

  it('ends the worker of a demo that does not listen, and runs again', async () => {
    const watch = await open('#/demo/curv-every-frame/busy?p.seconds=600');
    const { page } = watch;
    await run(page);
    await page.getByText('Running').waitFor();
    await page.getByRole('button', { name: 'Stop' }).click();
    expect(await ended(page, 10_000)).toBe('stopped');
    await page.getByRole('textbox', { name: 'seconds' }).fill('0');
    await page.getByRole('button', { name: 'Run again' }).click();
    expect(await ended(page)).toBe('done');
    await close(watch);
  });

  it('shows why a run failed; a second try works', async () => {
    const watch = await open('#/demo/curv-every-frame/throws');
    const { page } = watch;
    await run(page);
    expect(await ended(page)).toBe('failed');
    expect(await page.locator('.message.error').textContent()).toContain('the third step went wrong');
    await page.screenshot({ path: join(inject('pictures'), 'failed.png') });
    await page.getByLabel('fail').uncheck();
    await page.getByRole('button', { name: 'Try again' }).click();
    expect(await ended(page)).toBe('done');
    expect(await page.locator('.message').count()).toBe(0);
    await close(watch);
  });

  it('says that there is no such demo', async () => {
    const watch = await open('#/demo/@curv/optimizers/marathon');
    await watch.page.getByRole('heading', { name: 'There is no such demo' }).waitFor();
    expect(await watch.page.locator('.empty').textContent()).toContain('No installed package offers @curv/optimizers/marathon');
    await close(watch);
  });

  it('computes on every engine what cpu computes', async () => {
    const place = '#/demo/curv-every-frame/product?p.size=6';
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
      await go(watch, `${place}&engine=${name}`);
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
});
