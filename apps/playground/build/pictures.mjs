/** Pictures of the running page for the documentation: `npm run pictures` in apps/playground, after `npm run bundle`. Needs chromium. */
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { preview } from 'vite';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const target = here('../../../docs/pictures');
const args = ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--disable-gpu-compositing', '--disable-background-networking', '--disable-component-update', '--no-first-run', '--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup'];

const done = (page) => page.waitForFunction(() => document.querySelector('.run')?.dataset.drawn === 'done', null, { timeout: 120_000 });
const run = (page) => page.getByRole('button', { name: 'Run', exact: true }).click();

/** What is shown: the place, the colours, and what happens before the picture is taken. */
const shots = {
  gallery: { hash: '', colours: 'light', height: 860, prepare: (page) => page.waitForFunction(() => [...document.querySelectorAll('.thumb')].filter((thumb) => thumb.getBoundingClientRect().top < innerHeight).every((thumb) => thumb.dataset.state), null, { timeout: 120_000 }) },
  lab: {
    hash: '#/lab?p.points=41', colours: 'dark', height: 820,
    prepare: async (page) => {
      await run(page);
      await done(page);
      await page.locator('canvas.surface').focus();
      for (const key of ['ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowUp', 'ArrowUp']) await page.keyboard.press(key);
      await page.locator('figure.figure').last().evaluate((figure) => scrollTo(0, figure.getBoundingClientRect().top + scrollY - 330));
    },
  },
  digits: {
    hash: '#/digits?p.steps=400', colours: 'light', height: 900,
    prepare: async (page) => {
      await run(page);
      await page.getByRole('button', { name: 'Draw a 3' }).click();
      await page.getByText('trained; both go on answering').waitFor({ timeout: 120_000 });
    },
  },
};

/** PNG to WebP, by the browser itself. */
const toWebp = (page, png) =>
  page.evaluate(async (data) => {
    const image = new Image();
    image.src = `data:image/png;base64,${data}`;
    await image.decode();
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
    canvas.getContext('2d').drawImage(image, 0, 0);
    return canvas.toDataURL('image/webp', 0.72).split(',')[1];
  }, png.toString('base64'));

const server = await preview({ root: here('..'), configFile: here('../vite.config.ts'), logLevel: 'warn', preview: { port: 4310 } });
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args });
mkdirSync(target, { recursive: true });
let total = 0;
for (const [name, { hash, colours, height, prepare }] of Object.entries(shots)) {
  const page = await browser.newPage({ viewport: { width: 1280, height }, colorScheme: colours });
  await page.goto(server.resolvedUrls.local[0] + hash);
  await page.locator('a.demo, .run').first().waitFor();
  await prepare(page);
  await page.waitForTimeout(600);
  const file = join(target, `playground-${name}.webp`);
  writeFileSync(file, Buffer.from(await toWebp(page, await page.screenshot()), 'base64'));
  total += statSync(file).size;
  console.log(`${file}: ${(statSync(file).size / 1000).toFixed(0)} kB`);
  await page.close();
}
await browser.close();
await server.close();
console.log(`${(total / 1000).toFixed(0)} kB in all`);
if (total > 150_000) process.exitCode = 1;
