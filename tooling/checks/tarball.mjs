/** The package in the current folder as a user would get it: packed by pnpm, which puts `publishConfig` in place, and unpacked beside. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Runs `use({ tarball, folder, manifest })` and removes everything afterwards; a failure ends in one line and exit code 1. */
export async function withTarball(use) {
  const temporary = mkdtempSync(join(tmpdir(), 'curv-pack-'));
  try {
    execFileSync('pnpm', ['pack', '--pack-destination', temporary], { stdio: ['ignore', 'ignore', 'inherit'], shell: process.platform === 'win32' });
    const name = readdirSync(temporary).find((file) => file.endsWith('.tgz'));
    execFileSync('tar', ['-xzf', name], { cwd: temporary });
    const folder = join(temporary, 'package');
    await use({ tarball: join(temporary, name), folder, manifest: JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) });
  } catch (error) {
    console.error(`pack: ${error.message}`);
    process.exitCode = 1;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}
