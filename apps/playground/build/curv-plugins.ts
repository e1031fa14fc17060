/**
 * The installed plugins as a module of the page: found as the command line finds them, and each loaded by an import of its own. What a browser cannot
 * run, such as benches that start programs, stays out of the bundle.
 */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { discover, type DiscoverOptions, type Discovery, type Found } from '@curv/plugin/node';
import { parseAst, type Plugin } from 'vite';

const VIRTUAL = 'virtual:curv-plugins';
const NEEDS_NODE = '\0needs-node:';

/** A plugin that has something to show, or what is wrong with it. */
type Entry = { readonly found: Found; readonly reason?: string };

async function examine(found: Found): Promise<Entry | null> {
  try {
    const { contributes } = await found.load();
    return Object.keys(contributes.demos ?? {}).length > 0 ? { found } : null;
  } catch (error) {
    return { found, reason: error instanceof Error ? error.message : String(error) };
  }
}

/** Finds plugins and looks at each once. */
async function survey(options: DiscoverOptions): Promise<{ entries: Entry[]; warnings: Discovery['warnings'] }> {
  const { plugins, warnings } = discover(options);
  const entries = (await Promise.all(plugins.map(examine))).filter((entry) => entry !== null);
  return { entries, warnings };
}

function moduleOf({ entries, warnings }: Awaited<ReturnType<typeof survey>>): string {
  const loaders = entries.filter(({ reason }) => reason === undefined).map(({ found }) => {
    const { name, title } = found;
    return `{ name: ${JSON.stringify(name)}, title: ${JSON.stringify(title)}, load: () => import(${JSON.stringify(found.entry())}) }`;
  });
  const broken = [...warnings, ...entries.flatMap(({ found, reason }) => (reason === undefined ? [] : [{ name: found.name, reason }]))];
  return `export const plugins = [${loaders.join(',\n')}];\nexport const warnings = ${JSON.stringify(broken)};\n`;
}

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

/** The Vite plugin that serves `virtual:curv-plugins`. */
export function curvPlugins(options: DiscoverOptions): Plugin {
  let found: ReturnType<typeof survey> | undefined;
  return {
    name: 'curv-plugins',
    enforce: 'pre',
    resolveId(id, importer) {
      if (id === VIRTUAL) return `\0${VIRTUAL}`;
      if (!id.startsWith('./chunks/') || importer === undefined) return null;
      const file = resolve(dirname(importer), id);
      return needsNode(file) ? NEEDS_NODE + file : null;
    },
    async load(id) {
      if (id === `\0${VIRTUAL}`) return moduleOf(await (found ??= survey(options)));
      if (!id.startsWith(NEEDS_NODE)) return null;
      const names = (parseAst(readFileSync(id.slice(NEEDS_NODE.length), 'utf8')) as { body: { type: string; specifiers?: { exported: { name: string } }[] }[] }).body.flatMap(({ specifiers }) => (specifiers ?? []).flatMap(({ exported }) => (exported ? [exported.name] : [])));
      return `const unavailable = () => { throw new Error('this part needs Node: run it with the curv command'); };\n${names.map((name) => `export { unavailable as ${name} };`).join('\n')}`;
    },
  };
}
