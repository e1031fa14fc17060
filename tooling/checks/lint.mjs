/** `pnpm lint [oxlint|knip|boundaries|house …]`: every check of the sources, or those named, and all of them also when one fails. */
import { spawnSync } from 'node:child_process';
import { boundaries } from './boundaries.mjs';
import { house } from './house.mjs';

function command(name, ...args) {
  const { status, error } = spawnSync(name, args, { stdio: 'inherit', shell: process.platform === 'win32' });
  if (error) console.error(`${name}: ${error.message}`);
  return status === 0;
}

function report(problems) {
  console.log(problems.length === 0 ? 'no violations' : `${problems.join('\n')}\n${problems.length} violations`);
  return problems.length === 0;
}

const checks = {
  oxlint: () => command('oxlint', '--deny-warnings'),
  knip: () => command('knip', '--no-progress'),
  boundaries: () => report(boundaries(process.cwd())),
  house: () => report(house(process.cwd())),
};
const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(checks);
for (const name of wanted) {
  if (!(name in checks)) {
    console.error(`lint: expected ${Object.keys(checks).join(', ')}; got "${name}"`);
    process.exit(2);
  }
}
const failed = wanted.filter((name) => {
  console.log(`\n> ${name}`);
  return !checks[name]();
});
console.log(failed.length === 0 ? '\nlint: ok' : `\nlint: failed: ${failed.join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;
