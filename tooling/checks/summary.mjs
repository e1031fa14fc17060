/** Adds up the summaries that each package's vitest run left, as one closing line. Exits 1 when a test failed or a package left none. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

let [passed, failed, skipped, missing] = [0, 0, 0, 0];
for (const kind of ['packages', 'apps', 'tooling']) {
  for (const name of readdirSync(kind)) {
    const folder = join(kind, name);
    const manifest = join(folder, 'package.json');
    if (!existsSync(manifest) || !JSON.parse(readFileSync(manifest, 'utf8')).scripts?.test) continue;
    const file = join(folder, 'node_modules/.cache/vitest/summary.json');
    if (!existsSync(file)) {
      console.error(`${folder}: no test summary`);
      missing++;
      continue;
    }
    const { numPassedTests, numFailedTests, numPendingTests, numTotalTestSuites, success } = JSON.parse(readFileSync(file, 'utf8'));
    console.log(`${folder}: ${numPassedTests} passed, ${numFailedTests} failed${numPendingTests ? `, ${numPendingTests} skipped` : ''}`);
    passed += numPassedTests;
    failed += numFailedTests + (success || numFailedTests > 0 || numTotalTestSuites === 0 ? 0 : 1);
    skipped += numPendingTests;
  }
}
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exit(failed + missing > 0 ? 1 : 0);
