/** The curvature lab and the digit board. */
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { close, ended, noBrowser, open, resultOf, run, useBrowser } from './page.js';

const file = (name: string, content: string | Uint8Array): { name: string; mimeType: string; buffer: Buffer } => ({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(content) });

/** y = w x + b of two inputs, as the converter of TensorFlow.js writes it. */
const layers = [{ class_name: 'Dense', config: { name: 'out', units: 1, activation: 'linear', use_bias: true, batch_input_shape: [null, 2] } }];
const manifest = [{ paths: ['group1-shard1of1.bin'], weights: [{ name: 'out/kernel', shape: [2, 1], dtype: 'float32' }, { name: 'out/bias', shape: [1], dtype: 'float32' }] }];
const json = JSON.stringify({ format: 'layers-model', modelTopology: { model_config: { class_name: 'Sequential', config: { name: 'line', layers } } }, weightsManifest: manifest });
const model = file('model.json', json);
const shard = file('group1-shard1of1.bin', new Uint8Array(Float32Array.of(0.5, -1, 0.25).buffer));
const table = file('line.csv', 'a,b,y\n3,1,0.5\n-3,1,2\n3,-1,1\n-3,-1,0\n');
const place = '#/lab?p.loss=meanSquaredError&p.eigenvalues=3&p.points=9&p.probes=3';

describe.skipIf(noBrowser)('the curvature lab', () => {
  useBrowser();

  it('finds the eigenvalues that a dropped linear model must have', async () => {
    const watch = await open(place);
    const { page } = watch;
    await page.getByLabel('Drop a model, data, or both').setInputFiles([model, shard, table]);
    await run(page);
    expect(await ended(page)).toBe('done');
    const { frames } = await resultOf(page);
    // Rows (x, 1) are orthogonal columns: 2/n Σ (x, 1)(x, 1)ᵀ is diagonal with 18, 2 and 2.
    const found = frames.find(({ name }) => name === 'eigenvalues')!['y'] as number[];
    [18, 2, 2].forEach((value, i) => expect(found[i]).toBeCloseTo(value, 4));
    const values = Object.assign({}, ...frames.filter(({ kind }) => kind === 'metric').map((frame) => frame['values'] as object)) as Record<string, number>;
    expect(values['trace']).toBeCloseTo(22, 3);
    expect(values['loss at the end']).toBeCloseTo((0.25 ** 2 + 4.25 ** 2 + 1.75 ** 2 + 0.25 ** 2) / 4, 5);
    const grid = frames.find(({ kind }) => kind === 'grid') as unknown as { z: number[]; width: number };
    // The loss is quadratic: one step of 1 along the first eigenvector up and down, less twice the middle, is the eigenvalue.
    const [row, middle, last] = [4 * 9, 4 * 9 + 4, 4 * 9 + 8];
    expect(grid.z[row]! + grid.z[last]! - 2 * grid.z[middle]!).toBeCloseTo(18, 3);
    await page.screenshot({ path: join(inject('pictures'), 'lab-dropped.png'), fullPage: true });
    await close(watch);
  });

  const wrong = [
    ['a shard that is cut short', [model, file('group1-shard1of1.bin', new Uint8Array(5)), table], /weight shard group1-shard1of1\.bin is truncated: 2 weights need 12 bytes, found 5/],
    ['a missing shard', [model, table], /model\.json: weight shard group1-shard1of1\.bin is missing/],
    ['a model that is no JSON', [file('model.json', json.slice(0, 100)), shard, table], /model\.json: expected JSON, found something else/],
    ['a graph model', [file('model.json', json.replace('layers-model', 'graph-model')), shard, table], /expected a layers model, found a graph model/],
    ['data of other width', [model, shard, file('wide.csv', '1,2,3,4\n5,6,7,8')], /the model takes inputs \[2\], wide\.csv has \[3\]/],
    ['a table with a hole', [model, shard, file('hole.csv', '1,2,3\n4,,6')], /hole\.csv: "" in row 2, column 2; expected a finite number/],
    ['half an archive', [model, shard, file('half.npz', 'PK\u0003\u0004nothing')], /half\.npz: not a whole \.npz archive/],
  ] as const;

  it('says what is wrong with files; a second try works', async () => {
    const watch = await open(place);
    const { page } = watch;
    const input = page.getByLabel('Drop a model, data, or both');
    for (const [name, files, message] of wrong) {
      await input.setInputFiles([...files]);
      await page.getByRole('button', { name: /^(?:Run|Run again|Try again)$/ }).first().click();
      expect(await ended(page), name).toBe('failed');
      expect(await page.locator('.message.error').textContent(), name).toMatch(message);
      await page.getByRole('button', { name: 'Remove all' }).click();
      await input.setInputFiles([model, shard, table]);
      await page.getByRole('button', { name: 'Try again' }).click();
      expect(await ended(page), name).toBe('done');
      await page.getByRole('button', { name: 'Remove all' }).click();
    }
    await close(watch);
  });

  it('trains on the digits, and its landscape can be walked', async () => {
    const watch = await open('#/lab?p.steps=60&p.hidden=8&p.examples=100&p.points=9&p.probes=2&p.eigenvalues=4&engine=tfjs-wasm');
    const { page } = watch;
    await run(page);
    expect(await ended(page)).toBe('done');
    // figures are drawn one after another, the last ones after the end of the run
    await expect.poll(() => page.locator('figure.figure figcaption').allTextContents()).toEqual(['Loss while it learns', 'Largest eigenvalues of the Hessian', 'Spectral density of the Hessian', 'Trace of each layer', 'Largest eigenvalue of each layer', 'Loss landscape along the two sharpest directions']);
    await page.locator('canvas.surface').focus();
    await page.keyboard.press('ArrowUp');
    await expect.poll(() => page.locator('.reading').textContent()).toMatch(/loss .*, curvature alone says/);
    await page.screenshot({ path: join(inject('pictures'), 'lab-trained.png'), fullPage: true });
    await close(watch);
  });
});

describe.skipIf(noBrowser)('the digit board', () => {
  useBrowser();

  it('reads a drawn digit while two optimizers train', async () => {
    const watch = await open('#/digits?p.steps=300&p.left=sgd&p.right=sophiaG');
    const { page } = watch;
    await run(page);
    await page.getByRole('button', { name: 'Draw a 0' }).click();
    await page.getByText('trained; both go on answering').waitFor({ timeout: 60_000 });
    const digits = page.locator('.answer-head b');
    await expect.poll(() => digits.allTextContents()).toEqual(['0', '0']);
    const box = (await page.locator('canvas.pad').boundingBox())!;
    await page.getByRole('button', { name: 'Clear' }).click();
    await expect.poll(() => digits.allTextContents()).toEqual(['–', '–']);
    await page.mouse.move(box.x + box.width * 0.5, box.y + box.height * 0.15);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.5, box.y + box.height * 0.85, { steps: 8 });
    await page.mouse.up();
    await expect.poll(() => digits.allTextContents()).toEqual([expect.stringMatching(/\d/), expect.stringMatching(/\d/)]);
    const { frames } = await resultOf(page);
    const accuracy = frames.filter(({ kind }) => kind === 'metric').map((frame) => frame['values'] as Record<string, number>);
    for (const name of ['sgd', 'sophiaG']) expect(accuracy.findLast((values) => name in values)![name], name).toBeGreaterThan(0.8);
    await page.screenshot({ path: join(inject('pictures'), 'digits.png'), fullPage: true });
    await page.getByRole('button', { name: 'Stop' }).click();
    expect(await ended(page)).toBe('stopped');
    await close(watch);
  });
});
