import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { preview } from 'vite';
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const args = ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--disable-gpu-compositing', '--disable-background-networking', '--no-first-run'];
const server = await preview({ root: here('..'), configFile: here('../vite.config.ts'), logLevel: 'warn', preview: { port: 4311 } });
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args });
mkdirSync('/tmp/shots', { recursive: true });
const base = server.resolvedUrls.local[0];
const page = await browser.newPage({ viewport: { width: 1200, height: 900 }, colorScheme: 'light' });
await page.goto(base);
await page.locator('a.demo').first().waitFor();
await page.waitForTimeout(500);
let links = await page.locator('a.demo').evaluateAll((as) => as.map((a) => a.getAttribute('href')));
await page.close();
const want = process.argv.slice(2);
if (want.length) links = links.filter((l) => want.some((w) => l.includes(w)));
console.log(links.length);
for (const link of links) {
  const page = await browser.newPage({ viewport: { width: 1200, height: 900 }, colorScheme: 'light' });
  const t = Date.now();
  try {
    await page.goto(base + link);
    const b = page.getByRole('button', { name: 'Run', exact: true }).first();
    await b.waitFor();
    await page.waitForTimeout(300);
    await b.click();
    await page.waitForFunction(() => document.querySelector('.run')?.dataset.drawn === 'done', null, { timeout: 90_000 });
    await page.waitForTimeout(300);
  } catch (e) { console.log(link, String(e).slice(0, 120)); }
  await page.screenshot({ path: `/tmp/shots/${link.replace(/.*demo\//, '').replace(/[^\w-]+/g, '_')}.png`, fullPage: true });
  console.log(link, Date.now() - t);
  await page.close();
}
await browser.close();
await server.close();
process.exit(0);
