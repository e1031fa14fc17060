/**
 * Finding plugins: among the dependencies that the nearest package.json declares, among the app's own, and those that a user names. A plugin's
 * package.json is read; its code runs only when something of it is used. What is broken becomes a warning.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { CurvPlugin, Manifest } from '../api.js';

/** A plugin that was found. */
export interface Found {
  /** Package name. */
  readonly name: string;
  readonly title: string;
  /** The plugin module's file. @throws Error when the package does not offer it */
  entry(): string;
  /** Runs the plugin module. @throws Error when it does not keep the contract */
  load(): Promise<CurvPlugin>;
}

/** What was found, and what could not be taken. */
export interface Discovery {
  readonly plugins: readonly Found[];
  readonly warnings: readonly { readonly name: string; readonly reason: string }[];
}

/** Options of `discover`. */
export interface DiscoverOptions {
  /** The app's `import.meta.url`: what it depends on is looked through as well. */
  readonly app?: string;
  /** Further plugins: package names or folders. */
  readonly plugin?: readonly string[];
  /** False: only those in `plugin`. */
  readonly plugins?: boolean;
  /** Names to leave out. */
  readonly block?: readonly string[];
  /** Where to look for the nearest package.json. Default: the working directory. */
  readonly cwd?: string;
}

interface PackageJson {
  readonly name?: string;
  readonly curv?: Partial<Manifest>;
  readonly dependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
const readJson = (file: string): PackageJson => JSON.parse(readFileSync(file, 'utf8')) as PackageJson;

/** The package.json in a folder or the nearest one above it. */
function nearestManifest(folder: string): string | null {
  const file = join(folder, 'package.json');
  if (existsSync(file)) return file;
  const parent = dirname(folder);
  return parent === folder ? null : nearestManifest(parent);
}

/** A dependency's package.json, seen from another's; found by probing where `exports` hides it. */
function locate(name: string, from: string): string | null {
  const require = createRequire(from);
  try {
    return require.resolve(`${name}/package.json`);
  } catch {
    const folders = require.resolve.paths(name) ?? [];
    return folders.map((folder) => join(folder, name, 'package.json')).find((file) => existsSync(file)) ?? null;
  }
}

function declaredBy(file: string): string[] {
  const { dependencies, devDependencies, optionalDependencies } = readJson(file);
  return Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies });
}

/** Finds plugins. Never throws for a plugin's sake. */
export function discover(options: DiscoverOptions = {}): Discovery {
  const cwd = options.cwd ?? process.cwd();
  const plugins = new Map<string, Found>();
  const warnings: { name: string; reason: string }[] = [];
  const blocked = new Set(options.block ?? []);
  const consider = (name: string, file: string | null, wanted: boolean): void => {
    try {
      if (file === null) {
        if (wanted) warnings.push({ name, reason: 'not found; is it installed?' });
        return;
      }
      const manifest = readJson(file);
      const full = manifest.name ?? name;
      if (manifest.curv === undefined) {
        if (wanted) warnings.push({ name, reason: 'its package.json has no "curv" field' });
      } else if (!blocked.has(full) && !blocked.has(shortName(full)) && !plugins.has(full)) plugins.set(full, foundAt(full, manifest.curv, file));
    } catch (error) {
      warnings.push({ name, reason: messageOf(error) });
    }
  };
  const here = nearestManifest(cwd);
  for (const spec of options.plugin ?? []) {
    const folder = spec.startsWith('.') || isAbsolute(spec) ? resolve(cwd, spec) : null;
    consider(spec, folder === null ? locate(spec, here ?? join(cwd, 'package.json')) : existsSync(join(folder, 'package.json')) ? join(folder, 'package.json') : null, true);
  }
  if (options.plugins !== false) {
    const own = options.app === undefined ? null : nearestManifest(dirname(fileURLToPath(options.app)));
    for (const file of [here, own]) if (file !== null) for (const name of declaredBy(file)) consider(name, locate(name, file), false);
  }
  return { plugins: [...plugins.values()].sort((a, b) => (a.name < b.name ? -1 : 1)), warnings };
}

/** First-party names may be given without their scope. */
export const shortName = (name: string): string => name.replace(/^@curv\//, '');

function foundAt(name: string, { api, plugin, title }: Partial<Manifest>, file: string): Found {
  if (api !== 1) throw new Error(`it speaks version ${String(api)} of the plugin contract; this app speaks 1`);
  if (typeof plugin !== 'string' || !plugin.startsWith('./')) throw new Error(`"curv.plugin" must be a subpath such as "./plugin", got ${String(plugin)}`);
  // A package can always resolve its own name; `require` and `import` meet in the `default` condition.
  const entry = (): string => createRequire(file).resolve(`${name}${plugin.slice(1)}`);
  return {
    name,
    title: title ?? name,
    entry,
    async load() {
      const loaded = ((await import(pathToFileURL(entry()).href)) as { default?: CurvPlugin }).default;
      if (typeof loaded?.contributes !== 'object') throw new Error(`${name}${plugin.slice(1)} has no default export { api, name, contributes }`);
      return loaded;
    },
  };
}
