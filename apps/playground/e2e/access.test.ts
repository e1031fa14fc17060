/** Labels, contrast, order of focus, widths, colours, responsiveness, and what a first visit loads. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parseAst } from 'vite';
import { describe, expect, inject, it } from 'vitest';
import { close, ended, noBrowser, open, run, useBrowser } from './page.js';

const PLACES = ['', '#/demo/curv-every-frame/everything', '#/lab', '#/digits'] as const;

/** What in the page has no name, too little contrast, or doubled ids. */
function audit(): string[] {
  const problems: string[] = [];
  const nameOf = (element: Element): string => {
    const by = element.getAttribute('aria-labelledby')?.split(' ').map((id) => document.getElementById(id)?.textContent ?? '').join(' ');
    const labels = 'labels' in element ? [...((element as HTMLInputElement).labels ?? [])].map((label) => label.textContent).join(' ') : '';
    return [element.getAttribute('aria-label'), by, labels, element.textContent].find((text) => text?.trim()) ?? '';
  };
  const visible = (element: Element): boolean => (element as HTMLElement).checkVisibility({ checkOpacity: true, checkVisibilityCSS: true });
  for (const element of document.querySelectorAll('a, button, input, select, canvas, [role="application"], [role="img"], figure svg')) {
    if (visible(element) && !element.closest('[aria-hidden="true"]') && nameOf(element) === '') problems.push(`no name: ${element.outerHTML.slice(0, 80)}`);
  }
  const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
  for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) problems.push(`doubled id ${id}`);
  for (const element of document.querySelectorAll('[aria-describedby], [aria-labelledby]')) {
    for (const id of `${element.getAttribute('aria-describedby') ?? ''} ${element.getAttribute('aria-labelledby') ?? ''}`.split(' ').filter(Boolean)) if (!document.getElementById(id)) problems.push(`no element ${id}`);
  }
  let last = 0;
  for (const heading of document.querySelectorAll('h1, h2, h3')) {
    if (!visible(heading)) continue;
    const level = Number(heading.tagName[1]);
    if (level > last + 1) problems.push(`heading ${heading.textContent} jumps to level ${level}`);
    last = level;
  }
  // Contrast by the formulas of WCAG 2.2.
  const parse = (text: string): [number, number, number, number] => {
    const canvas = document.createElement('canvas');
    const context = canvas.getContext('2d', { willReadFrequently: true })!;
    context.fillStyle = text;
    context.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = context.getImageData(0, 0, 1, 1).data;
    return [r!, g!, b!, a! / 255];
  };
  const luminance = ([r, g, b]: readonly number[]): number => {
    const [x, y, z] = [r!, g!, b!].map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x! + 0.7152 * y! + 0.0722 * z!;
  };
  const ground = (element: Element): readonly number[] | null => {
    for (let at: Element | null = element; at; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (style.backgroundImage !== 'none') return null;
      const colour = parse(style.backgroundColor);
      if (colour[3] > 0.98) return colour;
    }
    return [255, 255, 255];
  };
  for (const element of document.querySelectorAll('p, h1, h2, h3, a, label, th, td, code, figcaption, button span, .status, .unit, output')) {
    if (!visible(element) || !element.textContent?.trim() || element.closest('button:disabled')) continue;
    const under = ground(element);
    if (under === null) continue;
    const style = getComputedStyle(element);
    const [a, b] = [luminance(parse(style.color)), luminance(under)];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const large = Number.parseFloat(style.fontSize) >= 24;
    if (ratio < (large ? 3 : 4.5)) problems.push(`contrast ${ratio.toFixed(2)}: ${element.className} ${element.textContent.slice(0, 40)}`);
  }
  return problems;
}

useBrowser();

describe.skipIf(noBrowser)('the page for everyone', () => {
  it.each(PLACES.map((place) => [place || 'gallery', place] as const))('%s has names, contrast and order in light and dark, and fits 360 to 1600 pixels', async (_, place) => {
    const watch = await open(place, { colorScheme: 'light' });
    const { page } = watch;
    await page.locator('a.demo, .run').first().waitFor();
    if (place.includes('demo')) {
      await run(page);
      await ended(page);
    }
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.waitForTimeout(250);
      expect(await page.evaluate(audit), colorScheme).toEqual([]);
    }
    await page.emulateMedia({ colorScheme: 'light' });
    for (const width of [360, 768, 1600]) {
      await page.setViewportSize({ width, height: 800 });
      // Figures are drawn again a little after a change of width.
      await page.waitForTimeout(500);
      expect(await page.evaluate(() => document.documentElement.scrollWidth), `${width} pixels`).toBeLessThanOrEqual(width);
      await page.screenshot({ path: join(inject('pictures'), `width-${width}-${place.split('/').at(-1) || 'gallery'}.png`), fullPage: true });
    }
    await close(watch);
  });

  it('is walked through with the tab key: skip link, pages, parameters, run', async () => {
    const watch = await open('#/demo/curv-every-frame/everything');
    const { page } = watch;
    await page.locator('.run').waitFor();
    const names: string[] = [];
    for (let i = 0; i < 16; i++) {
      await page.keyboard.press('Tab');
      names.push(await page.evaluate(() => {
        const at = document.activeElement as HTMLInputElement;
        return (at.getAttribute('aria-label') ?? at.labels?.[0]?.textContent ?? at.textContent ?? '').trim();
      }));
    }
    expect(names).toEqual(['Skip to the content', 'curv playground', 'Gallery', 'Curvature lab', 'Digit board', 'Light or dark', 'All demos', 'steps', 'steps, slider', 'width', 'width, slider', 'colour', 'fine', 'engine', 'seed', 'New seed']);
    await close(watch);
  });

  it('keeps still where motion is not wanted, and changes its colours', async () => {
    const watch = await open('', { reducedMotion: 'reduce', colorScheme: 'light' });
    const { page } = watch;
    await page.locator('a.demo').first().waitFor();
    expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
    const ground = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const before = await ground();
    await page.getByRole('button', { name: 'Light or dark' }).click();
    expect(await ground()).not.toBe(before);
    await page.reload();
    expect(await page.evaluate(() => document.documentElement.dataset['theme'])).toBe('dark');
    await close(watch);
  });
});

/** Files that a file of the build names in its static imports, with those that they name. */
function closure(folder: string, files: readonly string[], seen = new Set<string>()): Set<string> {
  for (const file of files) {
    if (seen.has(file)) continue;
    seen.add(file);
    if (!file.endsWith('.js')) continue;
    const { body } = parseAst(readFileSync(join(folder, file), 'utf8')) as { body: { source?: { value?: unknown } }[] };
    closure(folder, body.flatMap(({ source }) => (typeof source?.value === 'string' ? [join(dirname(file), source.value)] : [])), seen);
  }
  return seen;
}

describe.skipIf(noBrowser)('the build', () => {
  it('loads at most 200 kB (gzip) before an engine is chosen: page, worker and every plugin; one chunk a plugin', () => {
    const folder = inject('built');
    const html = readFileSync(join(folder, 'index.html'), 'utf8');
    const linked = [...html.matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g)].map(([, file]) => file!);
    const assets = readdirSync(join(folder, 'assets'));
    const plugins = assets.filter((file) => /^plugin-[\w-]+\.js$/.test(file) && /contributes/.test(readFileSync(join(folder, 'assets', file), 'utf8')));
    const worker = assets.filter((file) => /^worker-.*\.js$/.test(file));
    const first = closure(folder, [...linked, ...worker.map((file) => join('assets', file)), ...plugins.map((file) => join('assets', file))]);
    const bytes = [...first].reduce((sum, file) => sum + gzipSync(readFileSync(join(folder, file))).length, gzipSync(html).length);
    console.log(`first load: ${(bytes / 1000).toFixed(1)} kB gzip in ${first.size + 1} files, ${plugins.length} plugins among them`);
    expect(plugins.length).toBeGreaterThanOrEqual(6);
    expect(worker).toHaveLength(1);
    expect(bytes).toBeLessThanOrEqual(200_000);
  });
});
