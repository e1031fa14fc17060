/** `pnpm lint`: every check of the sources, all of them also when one fails. */
import { spawnSync } from 'node:child_process';

const checks = [
  ['oxlint', '--deny-warnings'],
  ['knip', '--no-progress'],
  ['node', 'tooling/checks/boundaries.mjs'],
  ['node', 'tooling/checks/house.mjs'],
];
for (const [command, ...args] of checks) {
  console.log(`\n> ${[command, ...args].join(' ')}`);
  const { status, error } = spawnSync(command, args, { stdio: 'inherit', shell: process.platform === 'win32' });
  if (error) console.error(error.message);
  if (status !== 0) process.exitCode = 1;
}
