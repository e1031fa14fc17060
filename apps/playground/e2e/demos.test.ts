/** Every demo of every plugin runs in the page as it does on the command line. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Demo } from '@curv/plugin';
import { discover, type Found } from '@curv/plugin/node';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { close, ended, go, noBrowser, open, resultOf, run, useBrowser, type Watch } from './page.js';
import { fixtures } from './serve.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const bin = join(root, 'apps/cli/dist/bin.js');
const SEED = 3;

interface Case {
  readonly plugin: Found;
  readonly name: string;
  readonly demo: Demo<any>;
}

async function demosOf(plugin: Found): Promise<Case[]> {
  try {
    return Object.entries((await plugin.load()).contributes.demos ?? {}).map(([name, demo]) => ({ plugin, name, demo }));
  } catch {
    return [];
  }
}

// As the page's build finds them: what the root and the playground depend on, and the tests' own.
const { plugins } = discover({ cwd: root, app: new URL('../vite.config.ts', import.meta.url).href, plugin: fixtures });
const cases = (await Promise.all(plugins.map(demosOf))).flat();

/** The frames of `curv run`. */
async function onCommandLine({ plugin, name, demo }: Case): Promise<Readonly<Record<string, any>>[]> {
  const params = Object.entries(demo.quick ?? {}).map(([key, value]) => `--${key}=${String(value)}`);
  const more = fixtures.flatMap((folder) => ['--plugin', folder]);
  const { stdout } = await promisify(execFile)(process.execPath, [bin, 'run', `${plugin.name}/${name}`, ...params, '--seed', String(SEED), '--engine', 'cpu', '--json', ...more], { cwd: root, maxBuffer: 2 ** 28 });
  return stdout.trim().split('\n').filter(Boolean).map((line) => JSON.parse(line) as Readonly<Record<string, any>>);
}

/** All numbers of a frame. What is named a logarithm is turned back: its differences are those of what it is the logarithm of. */
function numbersOf(value: unknown, logarithm = false): number[] {
  if (typeof value === 'number') return [logarithm && Math.abs(value) < 300 ? 10 ** value : value];
  if (Array.isArray(value)) return value.flatMap((one) => numbersOf(one, logarithm));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) => numbersOf(one, logarithm || /log10|log₁₀/.test(key)));
}

/**
 * JavaScript leaves the last bits of exp, log and so on to the engine, and Node's is not the browser's. What is itself a rounding error differs wholly;
 * a chaotic course differs without bound, so that small runs (`quick`) must not be chaotic.
 */
const [RELATIVE, ROUNDING] = [1e-9, 1e-12];

/** Numbers that two frames do not share. */
function differences(told: Readonly<Record<string, any>>, shown: Readonly<Record<string, any>>): string[] {
  const logarithm = /log10|log₁₀/.test(String(told['name'] ?? ''));
  const [a, b] = [numbersOf(told, logarithm), numbersOf(shown, logarithm)];
  if (a.length !== b.length) return [`${a.length} numbers, not ${b.length}`];
  const scale = a.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  return a.flatMap((x, i) => (Math.abs(x - b[i]!) <= RELATIVE * scale + ROUNDING ? [] : [`${x} and ${b[i]!}`]));
}

useBrowser();

describe.skipIf(noBrowser)('demos in the page', () => {
  /** Pages that are open and free: a demo opens in one of them as a link does. */
  const free: Watch[] = [];
  afterAll(async () => {
    for (const watch of free) await close(watch);
  });
  it('are all there', () => expect(cases.length).toBeGreaterThan(10));

  it.concurrent.each(cases.map((one) => [`${one.plugin.name}/${one.name}`, one] as const))('%s', { timeout: 180_000 }, async (id, one) => {
    const query = new URLSearchParams({ ...Object.fromEntries(Object.entries(one.demo.quick ?? {}).map(([key, value]) => [`p.${key}`, String(value)])), seed: String(SEED) });
    const watch = free.pop() ?? (await open('#/lab'));
    const expected = onCommandLine(one);
    // What the page says is awaited first.
    expected.catch(() => {});
    await go(watch, `#/demo/${id}?${query}`);
    await run(watch.page);
    expect(await ended(watch.page, 150_000)).toBe('done');
    const { frames, engine } = await resultOf(watch.page);
    await watch.page.screenshot({ path: join(inject('pictures'), `${id.replace(/[^\w-]+/g, '-')}.png`), fullPage: true });
    const told = await expected;
    expect(engine).toBe('cpu');
    expect(told.length).toBeGreaterThan(0);
    expect(frames.map(({ kind }) => kind as string)).toEqual(told.map(({ kind }) => kind as string));
    for (const [i, frame] of frames.entries()) expect(differences(told[i]!, frame), `${id}, frame ${i}: ${frame['kind'] as string} ${String(frame['name'] ?? '')}`).toEqual([]);
    expect(await watch.page.locator('.figure .stage').count() + await watch.page.locator('.numbers tbody tr').count()).toBeGreaterThan(0);
    expect(await watch.page.locator('.message').count()).toBe(0);
    free.push(watch);
    expect(watch.problems).toEqual([]);
  });
});
