/** Shared rollup configuration: one bundle and one declaration file for each entry in package.json's `exports`. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import dts from 'rollup-plugin-dts';
import esbuild from 'rollup-plugin-esbuild';

/** Output name → source file, from the `@curv/source` conditions. */
function entriesOf(manifest) {
  const entries = {};
  for (const target of Object.values(manifest.exports ?? {})) {
    const source = typeof target === 'object' ? target['@curv/source'] : undefined;
    if (source) entries[target.default.replace(/^\.\/dist\//, '').replace(/\.js$/, '')] = source;
  }
  return entries;
}

/** Private packages of tooling/ (data sets, peers) are not published: what is imported of them goes into the bundle. */
const inlinePrivate = {
  name: 'inline-private',
  resolveId(id) {
    if (!id.startsWith('@curv-internal/')) return null;
    const file = createRequire(join(process.cwd(), 'package.json')).resolve(`${id}/package.json`);
    return join(dirname(file), JSON.parse(readFileSync(file, 'utf8')).exports['.']['@curv/source']);
  },
};

/** A Python program goes into the bundle as its text. */
export const pythonText = {
  name: 'python-text',
  transform: (text, id) => (id.endsWith('.py') ? `export default ${JSON.stringify(text)};` : null),
};

export default function config({ entries = {}, declarations = true, banner } = {}) {
  const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
  const names = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies, ...manifest.optionalDependencies });
  const external = (id) => id.startsWith('node:') || names.some((name) => id === name || id.startsWith(`${name}/`));
  const input = { ...entriesOf(manifest), ...entries };
  // Without hoisting: what a chunk of a chunk needs is no import of the entry, which every bundler would warn of, since no module here has side effects.
  const output = { dir: 'dist', format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js', hoistTransitiveImports: false, sourcemap: true };
  const code = { input, external, plugins: [inlinePrivate, pythonText, esbuild({ target: 'es2022' })], output: { ...output, ...(banner && { banner }) } };
  if (!declarations) return [code];
  const typed = Object.fromEntries(Object.entries(input).map(([name, file]) => [name, file.replace(/^\.\/src\//, 'dist/.types/').replace(/\.ts$/, '.d.ts')]));
  const types = { input: typed, external, plugins: [dts()], output: { dir: 'dist', format: 'es', entryFileNames: '[name].d.ts', chunkFileNames: 'chunks/[name]-[hash].d.ts' } };
  return [code, types];
}
