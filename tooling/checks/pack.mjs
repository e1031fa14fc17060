/** Packs the package in the current folder as pnpm would publish it, and lints the tarball: publint and are-the-types-wrong. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
const folder = mkdtempSync(join(tmpdir(), 'curv-pack-'));
const bin = (name, file) => join(dirname(require.resolve(`${name}/package.json`)), file);
try {
  execFileSync('pnpm', ['pack', '--pack-destination', folder], { stdio: ['ignore', 'ignore', 'inherit'], shell: process.platform === 'win32' });
  const tarball = join(folder, readdirSync(folder).find((name) => name.endsWith('.tgz')));
  execFileSync(process.execPath, [bin('publint', 'src/cli.js'), tarball, '--strict'], { stdio: 'inherit' });
  execFileSync(process.execPath, [bin('@arethetypeswrong/cli', 'dist/index.js'), tarball, '--profile', 'esm-only', '--format', 'ascii'], { stdio: 'inherit' });
} catch (error) {
  process.exit(error.status ?? 1);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
