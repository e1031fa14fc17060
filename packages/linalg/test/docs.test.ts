import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as linalg from '../src/index.js';

const page = readFileSync(new URL('../../../docs/linalg.md', import.meta.url), 'utf8');
const AsyncFunction = (async () => undefined).constructor as new (...names: string[]) => (...values: unknown[]) => Promise<void>;

/** Lines `expression; // value` become comparisons. */
function compile(example: string): string {
  return example
    .replace(/^import (\{[^}]*\}) from .*;$/gm, 'const $1 = linalg;')
    .replace(/^([^/\n=]+); \/\/ (.+)$/gm, 'compare($1, $2);');
}

describe('docs/linalg.md', () => {
  const examples = [...page.matchAll(/```js\n([\s\S]*?)```/g)].map((match) => match[1]!);

  it('shows what the code gives', async () => {
    expect(examples.length).toBeGreaterThan(0);
    let compared = 0;
    const compare = (found: unknown, shown: unknown): void => {
      compared++;
      if (!Array.isArray(shown)) return expect(found).toBe(shown);
      const values = Array.from(found as Float64Array);
      expect(values.length).toBe(shown.length);
      values.forEach((x, i) => expect(Math.abs(x - (shown[i] as number))).toBeLessThan(1e-12));
    };
    for (const example of examples) await new AsyncFunction('linalg', 'compare', compile(example))(linalg, compare);
    expect(compared).toBe(5);
  });
});
