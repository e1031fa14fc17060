/** Derivatives of every layer on every engine; with CURV_SUPPORT_TABLE=1 the measured errors become docs/tfjs-support.md. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { cpu, type Engine } from '@curv/tensor';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { supportedLayers, tfjsEngine } from '../../src/index.js';
import { cases } from './cases.js';
import { differenceError, type Errors, errorsOn, probeOf, referenceOf } from './measure.js';
import { startTf } from './tf.js';

interface Row {
  readonly name: string;
  readonly difference: number;
  readonly errors: readonly Errors[];
}

const engines: Engine[] = [cpu];
const rows: Row[] = [];
beforeAll(async () => {
  await startTf();
  engines.push(await tfjsEngine({ backend: 'cpu' }), await tfjsEngine({ backend: 'wasm' }));
});

describe('derivatives of every layer, float32 against float64', () => {
  it.each(cases)('$name', (c) => {
    const probe = probeOf(c, 3);
    const reference = referenceOf(probe);
    const difference = differenceError(probe, reference);
    const errors = engines.map((engine) => errorsOn(engine, probe, reference));
    rows.push({ name: c.name, difference, errors });
    // Largest measured: 4.2e-8.
    expect(difference).toBeLessThan(1e-6);
    for (const { forward, gradient, hvp, perExample } of errors) {
      expect(forward).toBeLessThan(1e-5);
      for (const error of [gradient, hvp, perExample ?? 0]) expect(error).toBeLessThan(1e-4);
    }
  });

  it('has a case of every class', () => {
    // TensorFlow.js has no Subtract of its own to build a model with (see graphs.test.ts); an input and models are in every case.
    const untested = ['Functional', 'InputLayer', 'Model', 'Sequential', 'Subtract', 'Activation'];
    const tested = new Set([...cases.map(({ name }) => name.split(':')[0]!), ...untested]);
    expect(supportedLayers.filter((name) => !tested.has(name))).toEqual([]);
  });
});

const show = (x: number | null): string => (x === null ? 'none' : x === 0 ? '0' : x.toExponential(1).replace('e-', 'e−'));

function table(): string {
  const names = ['cpu', 'tfjs-cpu', 'tfjs-wasm'];
  const head = `| layer | ${names.map((n) => `${n}: forward | gradient | HVP | per example`).join(' | ')} |`;
  const line = ({ name, errors }: Row): string => `| ${name} | ${errors.map((e) => [e.forward, e.gradient, e.hvp, e.perExample].map(show).join(' | ')).join(' | ')} |`;
  return [head, `| --- |${' --- |'.repeat(12)}`, ...rows.map(line)].join('\n');
}

afterAll(() => {
  if (process.env['CURV_SUPPORT_TABLE'] !== '1' || rows.length !== cases.length) return;
  const file = fileURLToPath(new URL('../../../../docs/tfjs-support.md', import.meta.url));
  const [before] = readFileSync(file, 'utf8').split('<!-- table -->');
  const worst = Math.max(...rows.map((row) => row.difference));
  writeFileSync(file, `${before}<!-- table -->\nLargest difference of the float64 products to central differences of the float64 gradient, over all rows: ${show(worst)}.\n\n${table()}\n`);
});
