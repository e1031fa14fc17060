/**
 * Holds each entry of the packed package against its budgets (`size-limit` in package.json): everything that the entry exports, or what `import`
 * names and all that this needs, bundled by esbuild, minified and compressed; dependencies and peers are left out.
 */
import small from '@size-limit/preset-small-lib';
import { join } from 'node:path';
import sizeLimit from 'size-limit';
import { withTarball } from './tarball.mjs';

await withTarball(async ({ folder, manifest }) => {
  const ignore = ['node:*', ...Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })];
  // As ESM, or esbuild would drop what nobody calls.
  const modifyEsbuildConfig = (config) => ({ ...config, format: 'esm', platform: 'neutral', target: 'es2022' });
  for (const { path, limit, gzip, import: names } of manifest['size-limit']) {
    const bytes = Number.parseFloat(limit) * 1000;
    if (!/^\d+(?:\.\d+)? kB$/.test(limit)) throw new RangeError(`size-limit of ${path} must be like "30 kB", got "${limit}"`);
    const file = join(folder, path);
    const target = names ? { import: { [file]: names }, files: [file] } : { files: [file] };
    const [{ size }] = await sizeLimit([small], { checks: [{ ...target, ignore, gzip, modifyEsbuildConfig }] });
    console.log(`${manifest.name} ${path} ${names ?? '*'}: ${(size / 1000).toFixed(1)} kB of ${limit}`);
    if (size > bytes) {
      console.error(`${manifest.name} ${path}: ${((size - bytes) / 1000).toFixed(1)} kB over budget`);
      process.exitCode = 1;
    }
  }
});
