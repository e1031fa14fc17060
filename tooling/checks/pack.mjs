/** Packs the package in the current folder as it would be published, and lints the tarball: publint always, are-the-types-wrong where it has entries. */
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { withTarball } from './tarball.mjs';

const attw = join(dirname(createRequire(import.meta.url).resolve('@arethetypeswrong/cli/package.json')), 'dist', 'index.js');

await withTarball(async ({ tarball, manifest }) => {
  const { buffer, byteOffset, byteLength } = readFileSync(tarball);
  const { messages } = await publint({ pack: { tarball: buffer.slice(byteOffset, byteOffset + byteLength) }, strict: true });
  for (const message of messages) {
    console.error(`${manifest.name}: ${message.type}: ${formatMessage(message, manifest, { color: false })}`);
    if (message.type !== 'suggestion') process.exitCode = 1;
  }
  const unresolved = Object.entries({ ...manifest.dependencies, ...manifest.peerDependencies }).filter(([, range]) => /^(?:workspace|catalog|file|link):/.test(range));
  for (const [name, range] of unresolved) {
    console.error(`${manifest.name}: the tarball depends on ${name} by "${range}"`);
    process.exitCode = 1;
  }
  if (JSON.stringify(manifest.exports).includes('@curv/source')) {
    console.error(`${manifest.name}: the tarball's exports name sources`);
    process.exitCode = 1;
  }
  if (Object.keys(manifest.exports).some((entry) => entry !== './package.json')) {
    try {
      execFileSync(process.execPath, [attw, tarball, '--profile', 'esm-only', '--format', 'ascii', '--no-color', '--no-emoji'], { encoding: 'utf8', stdio: 'pipe' });
    } catch (error) {
      console.error(`${error.stdout}${error.stderr}`);
      process.exitCode = 1;
    }
  }
  if (!process.exitCode) console.log(`${manifest.name}: the tarball is sound`);
});
