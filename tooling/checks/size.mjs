/** Holds each entry of the package in the current folder against its budget (`curvSize` in package.json, gzip): bundled, minified, peers left out. */
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
const budgets = typeof manifest.curvSize === 'string' ? { '.': manifest.curvSize } : manifest.curvSize;
let failed = false;
for (const [entry, budget] of Object.entries(budgets)) {
  const limit = Number.parseFloat(budget) * 1000;
  const { outputFiles } = await build({
    entryPoints: [manifest.exports[entry].default],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    platform: 'neutral',
    external: ['node:*', ...Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })],
    logLevel: 'error',
  });
  const size = gzipSync(outputFiles[0].contents, { level: 9 }).length;
  console.log(`${manifest.name}${entry.slice(1)}: ${(size / 1000).toFixed(1)} kB gzip, budget ${budget}`);
  if (size > limit) failed = true;
}
if (failed) {
  console.error(`${manifest.name}: over budget`);
  process.exit(1);
}
