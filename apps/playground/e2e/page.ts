/** A browser on the page that keeps watch: errors of the console and requests to elsewhere are failures. */
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject } from 'vitest';

/** WebGL without a graphics card, and nothing that reaches for the network. */
const args = [
  '--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--disable-background-networking', '--disable-component-update', '--disable-sync',
  '--no-first-run', '--disable-default-apps',
];

export const noBrowser: boolean = inject('browser') === '';

let browser: Browser;

/** Starts a browser for the tests of a file. */
export function useBrowser(): void {
  beforeAll(async () => {
    if (!noBrowser) browser = await chromium.launch({ executablePath: inject('browser'), args });
  });
  afterAll(() => browser?.close());
}

/** What went wrong while a page was open. */
export interface Watch {
  readonly page: Page;
  readonly problems: string[];
}

/** Opens a place such as `#/lab`. */
export async function open(hash = '', options: BrowserContextOptions = {}): Promise<Watch> {
  const address = inject('address');
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`page: ${error.message}`));
  page.on('request', (request) => {
    if (!request.url().startsWith(address) && !/^(?:data|blob):/.test(request.url())) problems.push(`request to ${request.url()}`);
  });
  await page.goto(address + hash);
  return { page, problems };
}

/** Goes to another place of a page that is open, as a link does. */
export async function go({ page }: Watch, hash: string): Promise<void> {
  // The view before has to be gone, or what is looked for next may be found in it.
  await page.evaluate((place) => {
    document.querySelector('main')!.replaceChildren();
    if (location.hash === place) dispatchEvent(new HashChangeEvent('hashchange'));
    else location.hash = place;
  }, hash);
}

/** Closes a page; fails on what went wrong in it. */
export async function close({ page, problems }: Watch): Promise<void> {
  await page.context().close();
  expect(problems).toEqual([]);
}

/** The state that a run is in once the page has drawn it. */
export async function ended(page: Page, timeout = 60_000): Promise<string> {
  const handle = await page.waitForFunction(() => {
    const run = document.querySelector<HTMLElement>('.run');
    return ['done', 'failed', 'stopped'].includes(run?.dataset['state'] ?? '') && run!.dataset['drawn'] === run!.dataset['state'] ? run!.dataset['state']! : null;
  }, null, { timeout });
  return (await handle.jsonValue())!;
}

/** What a run said. */
export interface Result {
  readonly state: string;
  readonly engine: string;
  readonly failure?: string;
  readonly frames: readonly Readonly<Record<string, any>>[];
}

export const resultOf = (page: Page): Promise<Result> => page.evaluate(() => (globalThis as unknown as { curvResult(): Result }).curvResult());

export const run = (page: Page): Promise<void> => page.getByRole('button', { name: 'Run', exact: true }).click();
