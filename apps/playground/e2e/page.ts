/** A browser on the page that keeps watch: errors of the console and requests to elsewhere are failures. */
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject } from 'vitest';

/** WebGL without a graphics card, pages drawn without WebGL, nothing that reaches for the network, and no pages of the browser's own, which load with every window. */
export const args: readonly string[] = [
  '--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--disable-gpu-compositing', '--disable-background-networking', '--disable-component-update', '--disable-sync',
  '--no-first-run', '--disable-default-apps', '--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup,Translate,MediaRouter',
];

export const noBrowser: boolean = inject('browser') === '';

let browser: Browser;

/** Starts a browser for the tests of a file. */
export function useBrowser(): void {
  beforeAll(async () => {
    if (!noBrowser) browser = await chromium.launch({ executablePath: inject('browser'), args: [...args] });
  });
  afterAll(() => browser?.close());
}

/** What went wrong while a page was open. */
export interface Watch {
  readonly page: Page;
  readonly problems: string[];
}

export interface OpenOptions extends BrowserContextOptions {
  /** Runs in the page before its own scripts. */
  readonly first?: () => void;
  /** Text that each worker runs before its orders. */
  readonly inWorkers?: string;
}

/** Opens a place such as `#/lab`. */
export async function open(hash = '', { first, inWorkers, ...options }: OpenOptions = {}): Promise<Watch> {
  const address = inject('address');
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  // Long enough for a machine that is busy with other things.
  page.setDefaultTimeout(60_000);
  if (first) await page.addInitScript(first);
  if (inWorkers !== undefined) {
    await context.route(/\/worker-[\w-]+\.js$/, async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: `${inWorkers};\n${await response.text()}` });
    });
  }
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

/** Processor time in ms, which other programs do not lengthen, of a page's threads. */
export interface Effort {
  /** The longest task of the main thread. */
  readonly longest: number;
  /** All tasks of the main thread. */
  readonly main: number;
  /** All tasks of each worker. */
  readonly workers: readonly number[];
}

/** What the page's threads do while `work` goes on. Tasks after a mark `enough` of the page do not count. */
export async function traced({ page }: Watch, work: () => Promise<unknown>): Promise<Effort> {
  await browser.startTracing(page, { categories: ['toplevel', 'devtools.timeline', 'blink.user_timing'] });
  await page.evaluate(() => fetch('./?traced'));
  await work();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
  const process = traceEvents.find(({ args }) => args?.data?.url?.endsWith('?traced'))?.pid;
  const own = traceEvents.filter(({ pid }) => pid === process);
  const enough = own.find(({ name, cat }) => name === 'enough' && cat.includes('user_timing'))?.ts ?? Infinity;
  const timesOf = (thread: number): number[] => own.flatMap(({ tid, name, tdur, ts }) => (tid === thread && name.endsWith('RunTask') && tdur !== undefined && ts < enough ? [tdur / 1000] : []));
  const threads = (wanted: string): number[] => own.flatMap(({ tid, name, args }) => (name === 'thread_name' && args?.name?.startsWith(wanted) ? [tid] : []));
  const sum = (times: readonly number[]): number => times.reduce((a, b) => a + b, 0);
  const main = threads('CrRendererMain').flatMap(timesOf);
  if (main.length === 0) throw new Error('the trace holds no task of the main thread');
  return { longest: Math.max(...main), main: sum(main), workers: threads('DedicatedWorker').map((thread) => sum(timesOf(thread))) };
}

interface TraceEvent {
  readonly name: string;
  readonly cat: string;
  readonly ts: number;
  readonly pid: number;
  readonly tid: number;
  /** Processor time, µs. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string; readonly data?: { readonly url?: string } };
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
