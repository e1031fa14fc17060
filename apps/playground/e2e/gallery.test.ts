/** The gallery, addresses, and what goes wrong. */
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { describe, expect, inject, it } from 'vitest';
import { close, ended, noBrowser, open, resultOf, run, useBrowser } from './page.js';

const EVERY = '#/demo/curv-every-frame/everything';

useBrowser();

describe.skipIf(noBrowser)('the gallery', () => {
  it('shows a card for each demo, grouped by package, with live pictures, and a warning for what is broken', async () => {
    const start = performance.now();
    const watch = await open();
    const { page } = watch;
    await page.locator('a.demo').first().waitFor();
    const shown = performance.now() - start;
    await page.locator('.count').getByText(/demos of \d+ packages/).waitFor();
    const sections = await page.locator('section[data-plugin]').evaluateAll((all) => all.map((section) => section.getAttribute('data-plugin')!));
    expect(sections).toEqual(expect.arrayContaining(['@curv/hessian-core', '@curv/linalg', '@curv/optimizers', '@curv/special-fns', '@someone/curv-foo', 'curv-every-frame']));
    const warning = page.locator('.warning');
    expect(await warning.textContent()).toMatch(/curv-broken could not be loaded.*the plugin module is broken/);
    await page.locator('.thumb[data-state="drawn"] svg').first().waitFor({ timeout: 30_000 });
    console.log(`gallery: cards after ${Math.round(shown)} ms, the first live picture after ${Math.round(performance.now() - start)} ms`);
    await page.getByRole('searchbox').fill('every frame');
    expect(await page.locator('a.demo:visible h3').allTextContents()).toEqual(['Every kind of frame', 'A demo that throws', 'A demo that never listens', 'A slow demo', 'A second derivative', 'Products again and again']);
    await page.getByRole('searchbox').fill('no such thing at all');
    expect(await page.locator('a.demo:visible').count()).toBe(0);
    expect(await page.locator('.count').textContent()).toMatch(/^0 of \d+ demos/);
    await page.getByText('No demo fits').waitFor();
    await close(watch);
  });

  it('says on the card why a small run failed; the other cards have their pictures', async () => {
    const watch = await open('', { inWorkers: "addEventListener('message', ({ data }) => { if (data.order?.name === 'product') throw new Error('a broken worker'); })" });
    const { page } = watch;
    await page.getByRole('searchbox').fill('every frame');
    const card = page.getByRole('link', { name: 'A second derivative' });
    await expect.poll(() => card.locator('.thumb').textContent(), { timeout: 30_000 }).toMatch(/^Its small run failed: .*a broken worker/);
    for (const name of ['Every kind of frame', 'A slow demo', 'Products again and again']) await page.getByRole('link', { name }).locator('.thumb[data-state="drawn"] svg').waitFor();
    await card.click();
    await run(page);
    expect(await ended(page)).toBe('failed');
    expect(await page.locator('.message.error').textContent()).toContain('the worker broke off');
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
    const focused = (): Promise<string | null> => page.evaluate(() => document.activeElement!.textContent);
    while ((await focused()) !== 'Run') await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await ended(page)).toBe('done');
    // Who runs with the keyboard keeps the button at hand.
    expect(await focused()).toBe('Run again');
    await close(watch);
  });
});

describe.skipIf(noBrowser)('a demo', () => {
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
    // Drawn for the room that they have in the end: text in a figure that is shrunk cannot be read.
    await expect.poll(() => page.locator('.stage > svg').evaluateAll((all) => all.map((svg) => svg.getBoundingClientRect().width / Number(svg.getAttribute('width'))).filter((shrunk) => shrunk < 0.95))).toEqual([]);
    const curves = page.locator('[data-figure="curves"]');
    const before = await curves.locator('svg').innerHTML();
    await curves.getByRole('button', { name: 'log y' }).click();
    await expect.poll(() => curves.locator('svg').innerHTML()).not.toBe(before);
    const bars = page.locator('[data-figure="named bars"]');
    await bars.getByRole('button', { name: 'log', exact: true }).click();
    const lengths = (): Promise<number[]> => bars.locator('svg path[fill], svg rect').evaluateAll((all) => all.map((bar) => bar.getBoundingClientRect().width).filter((width) => width > 0).sort((a, b) => a - b));
    await expect.poll(async () => (await lengths())[0]!).toBeGreaterThan(5);
    const colourIn = (figure: Locator): Promise<string> => figure.locator('svg').evaluate((drawn) => [...drawn.querySelectorAll('text')].find(({ textContent }) => textContent === 'falling faster')!.previousElementSibling!.getAttribute('fill')!);
    expect(await colourIn(page.locator('[data-figure="paths"]'))).toBe(await colourIn(curves));
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
    const drawings = [[curves, 'path'], [surface, 'polygon'], [page.locator('[data-figure="paths"]'), 'image']] as const;
    for (const [figure, mark] of drawings) {
      const text = (await load(() => figure.getByRole('button', { name: 'as SVG' }).click())).toString();
      const [root, marks] = await page.evaluate(([source, selector]) => {
        const parsed = new DOMParser().parseFromString(source, 'image/svg+xml');
        return [parsed.documentElement.tagName, parsed.querySelectorAll(selector).length] as const;
      }, [text, mark] as const);
      expect(root).toBe('svg');
      expect(marks).toBeGreaterThan(0);
    }
    for (const title of ['paths', 'picture', 'surface']) {
      const png = await load(() => page.locator(`[data-figure="${title}"]`).getByRole('button', { name: 'as PNG' }).click());
      expect(png.subarray(1, 4).toString()).toBe('PNG');
      // Not one colour only: something was drawn.
      const colours = await page.evaluate(async (data) => {
        const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${data}`)).blob());
        const context = new OffscreenCanvas(image.width, image.height).getContext('2d')!;
        context.drawImage(image, 0, 0);
        return new Set(new Uint32Array(context.getImageData(0, 0, image.width, image.height).data.buffer)).size;
      }, png.toString('base64'));
      expect(colours, title).toBeGreaterThan(20);
    }
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

  it('shows how far it is and how long it will take', async () => {
    const watch = await open('#/demo/curv-every-frame/slow?p.steps=60');
    const { page } = watch;
    const bar = page.getByRole('progressbar');
    expect(await bar.getAttribute('aria-valuenow')).toBeNull();
    await run(page);
    await page.getByText(/about .* left/).waitFor();
    await expect.poll(async () => Number(await bar.getAttribute('aria-valuenow'))).toBeGreaterThan(10);
    expect(await page.getByRole('status').first().textContent()).toMatch(/Running · on cpu · step \d+/);
    expect(await ended(page)).toBe('done');
    expect(await bar.getAttribute('aria-valuenow')).toBe('100');
    await close(watch);
  });

  it('explains itself, with what it cites and the same in code; code and link are copied', async () => {
    const watch = await open(`${EVERY}?p.steps=8`, { permissions: ['clipboard-read', 'clipboard-write'] });
    const { page } = watch;
    const about = page.getByRole('region', { name: 'About this demo' });
    expect(await about.textContent()).toContain('Shows all that the page can draw.');
    expect(await about.getByRole('link', { name: 'arXiv:2001.00001' }).getAttribute('href')).toBe('https://arxiv.org/abs/2001.00001');
    const clipboard = (): Promise<string> => page.evaluate(() => navigator.clipboard.readText());
    await about.getByRole('button', { name: 'Copy' }).click();
    await about.getByText('Copied').waitFor();
    expect(await clipboard()).toBe(await about.locator('pre').textContent());
    await page.getByRole('button', { name: 'Copy link' }).click();
    await page.getByRole('button', { name: 'Copied' }).last().waitFor();
    expect(await clipboard()).toBe(page.url());
    await close(watch);
  });

  it('draws a new seed, gives the same numbers for the same seed, and goes back to the defaults', async () => {
    const watch = await open(`${EVERY}?p.steps=12&seed=5`);
    const { page } = watch;
    const seed = page.getByLabel('seed', { exact: true });
    const numbers = async (button: string): Promise<string> => {
      await page.getByRole('button', { name: button, exact: true }).click();
      expect(await ended(page)).toBe('done');
      return JSON.stringify((await resultOf(page)).frames.filter(({ kind }) => kind === 'metric'));
    };
    const first = await numbers('Run');
    await page.locator('.run[data-state="done"]').waitFor();
    await page.evaluate(() => delete document.querySelector<HTMLElement>('.run')!.dataset['drawn']);
    expect(await numbers('Run again')).toBe(first);
    await page.getByRole('button', { name: 'New seed' }).click();
    const drawn = await seed.inputValue();
    expect(Number(drawn)).toBeGreaterThanOrEqual(0);
    await expect.poll(() => page.url()).toContain(`seed=${drawn}`);
    await page.getByRole('button', { name: 'Reset' }).click();
    expect(await seed.inputValue()).toBe('0');
    expect(await page.getByRole('textbox', { name: 'steps' }).inputValue()).toBe('40');
    await seed.fill('-4');
    await page.getByRole('button', { name: 'Run again' }).click();
    await page.getByText('seed: expected a whole number from 0 on, got -4').waitFor();
    await close(watch);
  });

  it('has its numbers in a table', async () => {
    const watch = await open(`${EVERY}?p.steps=15`);
    const { page } = watch;
    await run(page);
    expect(await ended(page)).toBe('done');
    const table = page.getByRole('region', { name: 'Table of numbers' });
    expect(await table.locator('thead th').allTextContents()).toEqual(['number', 'last', 'lowest', 'highest', 'steps']);
    const [name, last, lowest, highest, steps] = await table.locator('tbody tr').first().locator('th, td').allTextContents();
    expect([name, steps]).toEqual(['error', '15']);
    expect(Number(lowest)).toBeLessThanOrEqual(Number(last));
    expect(Number(highest)).toBeGreaterThan(Number(last));
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
});
