/** Shared vitest configuration: siblings resolve to their sources, and each run leaves a summary for `.ci/run`. */
import { defineConfig } from 'vitest/config';

const conditions = ['@curv/source', 'module', 'node', 'import', 'default'];

export default (test = {}) =>
  defineConfig({
    resolve: { conditions },
    ssr: { resolve: { conditions } },
    test: {
      include: ['test/**/*.test.ts'],
      testTimeout: 60_000,
      // Files share one module graph: loading the sources again for each file took as long as the tests.
      isolate: false,
      // A test without an assertion cannot fail.
      expect: { requireAssertions: true },
      reporters: ['default', 'json'],
      outputFile: { json: 'node_modules/.cache/vitest/summary.json' },
      ...test,
    },
  });
