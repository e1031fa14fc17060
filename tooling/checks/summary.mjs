/**
 * Adds up the summaries that each package's vitest run leaves, as one closing line `N passed, N failed`. A run that ended badly without a failed test, a
 * package that has a test script and left no summary, and a run without a single test count as failed. `--clear` removes the summaries, so that
 * none of an earlier run is counted. Run in the root (or with a root as argument).
 */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({ options: { clear: { type: 'boolean' } }, allowPositionals: true });
const root = positionals[0] ?? process.cwd();

const tested = ['packages', 'apps', 'tooling'].flatMap((kind) => {
  if (!existsSync(join(root, kind))) return [];
  return readdirSync(join(root, kind)).flatMap((name) => {
    const manifest = join(root, kind, name, 'package.json');
    return existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).scripts?.test ? [`${kind}/${name}`] : [];
  });
});
const summaryOf = (name) => join(root, name, 'node_modules', '.cache', 'vitest', 'summary.json');

/** Counts of one package, and why it counts as failed although no test did. */
function count(name) {
  if (!existsSync(summaryOf(name))) return { passed: 0, failed: 1, skipped: 0, note: 'left no summary' };
  const { numPassedTests: passed, numFailedTests, numPendingTests: skipped, success } = JSON.parse(readFileSync(summaryOf(name), 'utf8'));
  if (passed + numFailedTests + skipped === 0) return { passed, failed: 1, skipped, note: 'ran no test' };
  if (!success && numFailedTests === 0) return { passed, failed: 1, skipped, note: 'ended badly outside of its tests' };
  return { passed, failed: numFailedTests, skipped };
}

function total() {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const name of tested) {
    const { passed, failed, skipped, note } = count(name);
    sum.passed += passed;
    sum.failed += failed;
    sum.skipped += skipped;
    console.log(`${name}: ${passed} tests passed${failed ? `, ${failed} failed` : ''}${skipped ? `, ${skipped} skipped` : ''}${note ? ` (${note})` : ''}`);
  }
  if (sum.skipped > 0) console.log(`${sum.skipped} tests were skipped`);
  console.log(`${sum.passed} passed, ${sum.failed} failed`);
  if (sum.failed > 0) process.exitCode = 1;
}

if (values.clear) for (const name of tested) rmSync(summaryOf(name), { force: true });
else total();
