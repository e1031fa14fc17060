/**
 * Runs every example of the documentation: each ```js block on its own, with imports from the packages' sources. A line `expression; // value` must give that value (to
 * 1e-9 relative). A block that cannot stand alone says so: ```js fragment. So are the examples of demos, in which `console.log(…, expression); // value` must give that value to
 * the digits that are shown.
 */
import type { CurvPlugin } from '@curv/plugin';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const AsyncFunction = (async () => undefined).constructor as new (...names: string[]) => (...values: unknown[]) => Promise<void>;

/** The source of a package of ours, or any installed module. */
async function load(name: string): Promise<unknown> {
  const [, short, sub] = /^@curv\/([^/]+)(?:\/(.+))?$/.exec(name) ?? [];
  if (short === undefined) return import(/* @vite-ignore */ name);
  const folder = ['packages', 'apps'].map((kind) => `${root}/${kind}/${short}`).find((path) => existsSync(path));
  if (folder === undefined) throw new Error(`the example imports ${name}, which is not here`);
  const { exports } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')) as { exports: Record<string, { '@curv/source': string }> };
  const entry = exports[sub === undefined ? '.' : `./${sub}`];
  if (entry === undefined) throw new Error(`the example imports ${name}, which is no entry of that package`);
  return import(/* @vite-ignore */ `${folder}/${entry['@curv/source']}`);
}

/** A comment that is a value: a number, string, truth value or array of those, with arithmetic. */
const VALUE = /^(?:[[(\d.'-]|true$|false$|Math\.)/;

function program(example: string): string {
  return example
    .replace(/^import (\{[^}]*\}) from '([^']+)';$/gm, (_, names: string, module: string) => `const ${names.replace(/ as /g, ': ')} = await load('${module}');`)
    .replace(/^import \* as (\w+) from '([^']+)';$/gm, "const $1 = await load('$2');")
    .replace(/^export default /gm, 'void ')
    .replace(/^([^/\n=]+|[^/\n]*=>[^/\n]*); \/\/ (.+)$/gm, (line, expression: string, comment: string) => (VALUE.test(comment) ? `compare(${expression}, ${comment});` : line));
}

/** A demo's code speaks for itself, so that what it gives is printed. */
const demoProgram = (example: string): string => program(example.replace(/^console\.log\((.+)\); \/\/ (-?[\d.e-]+|Infinity)$/gm, "await printed('$2', $1);"));

/** Holds the last of some printed values against what is said of it. */
function printed(shown: string, ...values: readonly unknown[]): void {
  const digits = /^-?0*\.?0*([\d.]+)/.exec(shown)?.[1]?.replace('.', '').length ?? 1;
  expect(Number((values.at(-1) as number).toPrecision(digits))).toBe(Number(shown));
}

function compare(found: unknown, shown: unknown): void {
  if (typeof shown === 'number') return expect(Math.abs((found as number) - shown)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(shown)));
  if (!Array.isArray(shown)) return expect(found).toBe(shown);
  const values = Array.from(found as Float64Array);
  expect(values.length).toBe(shown.length);
  values.forEach((x, i) => compare(x, shown[i]));
}

const pages = [
  'README.md',
  ...readdirSync(`${root}/docs`).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`),
  ...['packages', 'apps'].flatMap((kind) => readdirSync(`${root}/${kind}`).map((name) => `${kind}/${name}/README.md`)),
].filter((page) => existsSync(`${root}/${page}`));

const examples = pages.flatMap((page) => {
  const text = readFileSync(`${root}/${page}`, 'utf8');
  return [...text.matchAll(/^```js\n([\s\S]*?)^```/gm)].map((match) => [page, text.slice(0, match.index).split('\n').length + 1, match[1]!] as const);
});

const plugins = readdirSync(`${root}/packages`).filter((name) => existsSync(`${root}/packages/${name}/src/plugin.ts`));
const demos = (await Promise.all(plugins.map(async (name) => ((await load(`@curv/${name}/plugin`)) as { readonly default: CurvPlugin }).default))).flatMap(({ name, contributes }) =>
  Object.entries(contributes.demos ?? {}).flatMap(([demo, { example }]) => (example === undefined ? [] : [[`${name}/${demo}`, example] as const])),
);

describe('the code that demos show', () => {
  it.each(demos)('%s runs', async (_name, example) => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    await expect(new AsyncFunction('load', 'compare', 'printed', demoProgram(example))(load, compare, printed)).resolves.toBeUndefined();
    log.mockRestore();
  });

  it.each(demos)('%s has lines of 80 columns at most', (_name, example) => {
    expect(example.split('\n').filter((line) => [...line].length > 80)).toEqual([]);
  });
});

describe('documentation examples', () => {
  it.each(examples)('%s:%i', async (_page, _line, example) => {
    await expect(new AsyncFunction('load', 'compare', program(example))(load, compare)).resolves.toBeUndefined();
  });
});
