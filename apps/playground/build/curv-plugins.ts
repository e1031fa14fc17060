/**
 * The installed plugins as two modules of the page, found as the command line finds them: what they offer as plain data, for the page, and a loader each, for
 * the workers. What a browser cannot run, such as benches that start programs, stays out of the bundle.
 */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { discover, type DiscoverOptions, type Found } from '@curv/plugin/node';
import { parseAst, type Plugin } from 'vite';
import type { Demo } from '@curv/plugin';
import type { DemoCard, PluginCard } from '../src/worker/protocol.ts';

const PLUGINS = 'virtual:curv-plugins';
const CATALOGUE = 'virtual:curv-catalogue';
const NEEDS_NODE = '\0needs-node:';

/** A plugin that has something to show, or what is wrong with it. */
interface Entry {
  readonly found?: Found;
  readonly card: PluginCard;
}

function cardOf(plugin: string, name: string, demo: Demo): DemoCard {
  const { load: _, ...rest } = demo;
  // A copy by JSON: what is no plain data in it must not keep the page from showing the rest.
  return { ...(JSON.parse(JSON.stringify(rest)) as Omit<DemoCard, 'plugin' | 'name'>), plugin, name };
}

async function examine(found: Found): Promise<Entry | null> {
  const { name, title } = found;
  try {
    const demos = Object.entries((await found.load()).contributes.demos ?? {}).map(([id, demo]) => cardOf(name, id, demo));
    return demos.length > 0 ? { found, card: { name, title, demos } } : null;
  } catch (error) {
    return broken(name, error instanceof Error ? error.message : String(error));
  }
}

const broken = (name: string, problem: string): Entry => ({ card: { name, title: name, demos: [], problem } });

/** Finds plugins and looks at each once. */
async function survey(options: DiscoverOptions): Promise<Entry[]> {
  const { plugins, warnings } = discover(options);
  const entries = (await Promise.all(plugins.map(examine))).filter((entry) => entry !== null);
  return [...entries, ...warnings.map(({ name, reason }) => broken(name, reason))].sort((a, b) => (a.card.name < b.card.name ? -1 : 1));
}

const loadersOf = (entries: readonly Entry[]): string =>
  `export const plugins = [${entries.flatMap(({ found }) => (found ? [`{ name: ${JSON.stringify(found.name)}, load: () => import(${JSON.stringify(found.entry())}) }`] : [])).join(',\n')}];\n`;

const catalogueOf = (entries: readonly Entry[]): string => `export const catalogue = JSON.parse(${JSON.stringify(JSON.stringify(entries.map(({ card }) => card)))});\n`;

/** Modules that a module imports when it starts. */
const staticImports = (file: string): string[] => {
  const { body } = parseAst(readFileSync(file, 'utf8')) as { body: { source?: { value?: unknown } }[] };
  return body.flatMap(({ source }) => (typeof source?.value === 'string' ? [source.value] : []));
};

/** Whether a module, or one beside it that it imports, imports Node's own. */
function needsNode(file: string, seen = new Set<string>()): boolean {
  if (seen.has(file)) return false;
  seen.add(file);
  return staticImports(file).some((name) => name.startsWith('node:') || (name.startsWith('.') && needsNode(resolve(dirname(file), name), seen)));
}

/** The Vite plugin that serves `virtual:curv-plugins` and `virtual:curv-catalogue`. */
export function curvPlugins(options: DiscoverOptions): Plugin {
  let found: ReturnType<typeof survey> | undefined;
  return {
    name: 'curv-plugins',
    enforce: 'pre',
    resolveId(id, importer) {
      if (id === PLUGINS || id === CATALOGUE) return `\0${id}`;
      if (!id.startsWith('./chunks/') || importer === undefined) return null;
      const file = resolve(dirname(importer), id);
      return needsNode(file) ? NEEDS_NODE + file : null;
    },
    async load(id) {
      if (id === `\0${PLUGINS}`) return loadersOf(await (found ??= survey(options)));
      if (id === `\0${CATALOGUE}`) return catalogueOf(await (found ??= survey(options)));
      if (!id.startsWith(NEEDS_NODE)) return null;
      const names = (parseAst(readFileSync(id.slice(NEEDS_NODE.length), 'utf8')) as { body: { type: string; specifiers?: { exported: { name: string } }[] }[] }).body.flatMap(({ specifiers }) => (specifiers ?? []).flatMap(({ exported }) => (exported ? [exported.name] : [])));
      return `const unavailable = () => { throw new Error('this part needs Node: run it with the curv command'); };\n${names.map((name) => `export { unavailable as ${name} };`).join('\n')}`;
    },
  };
}
