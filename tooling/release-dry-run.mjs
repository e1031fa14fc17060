/**
 * Rehearses a release in a copy of the checkout: versions from the changesets, build, and a dry-run publish of every public package. Nothing in the
 * checkout changes and nothing is published.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = process.cwd();
const copy = mkdtempSync(join(tmpdir(), 'curv-release-'));
const run = (command, ...args) => execFileSync(command, args, { cwd: copy, stdio: 'inherit', shell: process.platform === 'win32' });
try {
  const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' }).split('\0').filter(Boolean);
  for (const file of files) cpSync(join(root, file), join(copy, file));
  run('git', 'init', '-q', '-b', 'main');
  run('git', '-c', 'user.name=release', '-c', 'user.email=release@localhost', '-c', 'commit.gpgsign=false', 'commit', '-q', '--allow-empty', '-m', 'rehearsal');
  run('pnpm', 'install', '--frozen-lockfile', '--prefer-offline', '--loglevel=warn');
  run('pnpm', 'exec', 'changeset', 'version');
  run('pnpm', 'turbo', 'run', 'build', '--output-logs=errors-only');
  run('pnpm', '-r', '--filter', './packages/*', '--filter', './apps/*', 'publish', '--dry-run', '--no-git-checks', '--access', 'public');
  for (const folder of ['packages', 'apps'].flatMap((kind) => readdirSync(join(copy, kind)).map((name) => join(copy, kind, name)))) {
    const { name, version, private: hidden } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    if (!hidden) console.log(`${name} would be released as ${version}`);
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
