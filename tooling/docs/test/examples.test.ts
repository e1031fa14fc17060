/**
 * Runs every example of the documentation: each ```js block on its own, with imports from the packages' sources. A line `expression; // value` must give that value (to
 * 1e-9 relative). A block that cannot stand alone says so: ```js fragment.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

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

describe('documentation examples', () => {
  it.each(examples)('%s:%i', async (_page, _line, example) => {
    await expect(new AsyncFunction('load', 'compare', program(example))(load, compare)).resolves.toBeUndefined();
  });
});
