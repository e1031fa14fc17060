import { chromium } from 'playwright-core';
const args = ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run', '--disable-default-apps'];
const [hash, out, w='1280', wait='3000', dark='', click=''] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args });
const page = await browser.newPage({ viewport: { width: +w, height: 900 }, colorScheme: dark ? 'dark' : 'light' });
page.on('console', (m) => console.log('console', m.type(), m.text()));
page.on('pageerror', (e) => console.log('pageerror', e.message));
page.on('requestfailed', (r) => console.log('failed', r.url(), r.failure()?.errorText));
const t = Date.now();
await page.goto('http://127.0.0.1:4199/' + hash);
if (click) await page.getByRole('button', { name: click.split('|')[0], exact: true }).first().click();
await page.waitForTimeout(+wait);
if (click) { await page.waitForFunction(() => ['done','failed','stopped'].includes(document.querySelector('.run')?.dataset.drawn), null, { timeout: 60000 }).catch((e) => console.log(e.message)); }
await page.screenshot({ path: out, fullPage: true });
console.log(Date.now() - t, await page.evaluate(() => document.documentElement.scrollWidth + ' ' + innerWidth + ' iso ' + crossOriginIsolated));
await browser.close();
