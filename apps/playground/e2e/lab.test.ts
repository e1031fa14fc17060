/** The curvature lab and the digit board. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
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

/** Bytes of a little-endian number. */
const bytes = (value: number, length: number): number[] => Array.from({ length }, (_, i) => Math.floor(value / 256 ** i) % 256);

/** An array as NumPy saves it. */
function npy(shape: readonly number[], values: readonly number[]): Uint8Array {
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.join(', ')}${shape.length === 1 ? ',' : ''}), }`.padEnd(117) + '\n';
  return Buffer.concat([Uint8Array.of(0x93, ...Buffer.from('NUMPY'), 1, 0, ...bytes(118, 2)), Buffer.from(header), new Uint8Array(Float32Array.from(values).buffer)]);
}

/** Files in an archive, not compressed, as `numpy.savez` writes them. */
function npz(files: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const [parts, directory]: [Uint8Array[], Uint8Array[]] = [[], []];
  let at = 0;
  for (const [name, data] of Object.entries(files)) {
    const fields = [...bytes(20, 2), ...bytes(0, 8), ...bytes(crc32(data), 4), ...bytes(data.length, 4), ...bytes(data.length, 4), ...bytes(name.length, 2), 0, 0];
    directory.push(Uint8Array.of(...Buffer.from('PK'), 1, 2, 20, 0, ...fields, ...bytes(0, 10), ...bytes(at, 4)), Buffer.from(name));
    parts.push(Uint8Array.of(...Buffer.from('PK'), 3, 4, ...fields), Buffer.from(name), data);
    at += 30 + name.length + data.length;
  }
  const count = bytes(Object.keys(files).length, 2);
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  return Buffer.concat([...parts, ...directory, Uint8Array.of(...Buffer.from('PK'), 5, 6, 0, 0, 0, 0, ...count, ...count, ...bytes(size, 4), ...bytes(at, 4), 0, 0)]);
}

const rows = [3, 1, -3, 1, 3, -1, -3, -1];
const archive = file('line.npz', npz({ 'x.npy': npy([4, 2], rows), 'y.npy': npy([4, 1], [0.5, 2, 1, 0]) }));
const holed = file('holed.npz', npz({ 'x.npy': npy([4, 2], rows.map((x, i) => (i === 5 ? NaN : x))), 'y.npy': npy([4, 1], [0, 1, 1, 0]) }));
/** Three million weights. */
const wide = JSON.stringify({
  format: 'layers-model',
  modelTopology: { model_config: { class_name: 'Sequential', config: { name: 'wide', layers: [
    { class_name: 'Dense', config: { name: 'hidden', units: 1_000_000, activation: 'linear', use_bias: false, batch_input_shape: [null, 2] } },
    { class_name: 'Dense', config: { name: 'out', units: 1, activation: 'linear', use_bias: false } },
  ] } } },
  weightsManifest: [{ paths: ['group1-shard1of1.bin'], weights: [{ name: 'hidden/kernel', shape: [2, 1_000_000], dtype: 'float32' }, { name: 'out/kernel', shape: [1_000_000, 1], dtype: 'float32' }] }],
});
const place = '#/lab?p.loss=meanSquaredError&p.eigenvalues=3&p.points=9&p.probes=3';

useBrowser();

describe.skipIf(noBrowser)('the curvature lab', () => {
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
    ['a table with NaN', [model, shard, file('nan.csv', '1,2,3\n4,NaN,6')], /nan\.csv: "NaN" in row 2, column 2; expected a finite number/],
    ['an archive with NaN', [model, shard, holed], /holed\.npz: value NaN in example 3; expected a finite number/],
    ['weights that are NaN', [model, file('group1-shard1of1.bin', new Uint8Array(Float32Array.of(0.5, NaN, 0.25).buffer)), table], /weight \d of 3 is NaN; expected finite weights/],
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

  it('says that a model is too large for a page', async () => {
    const folder = join(inject('built'), '..', 'large');
    mkdirSync(folder, { recursive: true });
    const files = [['model.json', wide], ['group1-shard1of1.bin', new Uint8Array(12_000_000)], ['line.csv', table.buffer]] as const;
    // From the disk: a driver would send twelve megabytes to the browser as text.
    for (const [name, content] of files) writeFileSync(join(folder, name), content);
    const watch = await open(place);
    const { page } = watch;
    await page.getByLabel('Drop a model, data, or both').setInputFiles(files.map(([name]) => join(folder, name)));
    await run(page);
    expect(await ended(page)).toBe('failed');
    expect(await page.locator('.message.error').textContent()).toMatch(/the model has 3000000 parameters: its analysis would take 1\.6 GB here; use curv analyze --model/);
    await close(watch);
  });

  it('takes files that are dropped on it, an archive for a table; says which it does not take', async () => {
    const watch = await open(place);
    const { page } = watch;
    const drop = async (files: readonly { name: string; buffer: Buffer }[]): Promise<void> => {
      const transfer = await page.evaluateHandle((all) => {
        const out = new DataTransfer();
        for (const { name, data } of all) out.items.add(new File([Uint8Array.from(atob(data), (c) => c.charCodeAt(0))], name));
        return out;
      }, files.map(({ name, buffer }) => ({ name, data: buffer.toString('base64') })));
      await page.locator('.drop').dispatchEvent('drop', { dataTransfer: transfer });
    };
    await drop([file('photo.jpg', 'x')]);
    await page.getByText('Not taken: photo.jpg. Expected model.json').waitFor();
    await drop([model, shard, archive]);
    expect(await page.locator('.drop li').allTextContents()).toEqual([expect.stringContaining('model.json'), expect.stringContaining('group1-shard1of1.bin'), 'line.npz · data', 'Remove all']);
    await run(page);
    expect(await ended(page)).toBe('done');
    const found = (await resultOf(page)).frames.find(({ name }) => name === 'eigenvalues')!['y'] as number[];
    [18, 2, 2].forEach((value, i) => expect(found[i]).toBeCloseTo(value, 4));
    await close(watch);
  });

  it('trains on a table; NaN in an archive is said', async () => {
    const watch = await open('#/lab?p.steps=20&p.hidden=4&p.points=5&p.probes=2&p.eigenvalues=2');
    const { page } = watch;
    const input = page.getByLabel('Drop a model, data, or both');
    await input.setInputFiles([holed]);
    await run(page);
    expect(await ended(page)).toBe('failed');
    expect(await page.locator('.message.error').textContent()).toContain('holed.npz: value NaN in example 3; expected a finite number');
    await input.setInputFiles([file('classes.csv', 'a,b,class\n3,1,0\n-3,1,1\n3,-1,1\n-3,-1,0\n')]);
    await page.getByRole('button', { name: 'Try again' }).click();
    expect(await ended(page)).toBe('done');
    expect(await page.locator('.notes').textContent()).toContain('trained on 4 examples of classes.csv');
    await close(watch);
  });

  it('trains on the digits, and its landscape can be turned and walked', async () => {
    const watch = await open('#/lab?p.steps=60&p.hidden=8&p.examples=100&p.points=9&p.probes=2&p.eigenvalues=4&engine=tfjs-wasm');
    const { page } = watch;
    await run(page);
    expect(await ended(page)).toBe('done');
    // figures are drawn one after another, the last ones after the end of the run
    await expect.poll(() => page.locator('figure.figure figcaption').allTextContents()).toEqual(['Loss while it learns', 'Largest eigenvalues of the Hessian', 'Spectral density of the Hessian', 'Trace of each layer', 'Largest eigenvalue of each layer', 'Loss landscape along the two sharpest directions']);
    // The surface makes room for the figure before it, which is drawn again for it.
    const room = page.locator('[data-figure="Largest eigenvalue of each layer"] .stage');
    await expect.poll(() => room.evaluate((stage) => Number(stage.firstElementChild!.getAttribute('width')) / Math.min(900, stage.clientWidth))).toBeGreaterThan(0.95);
    const { frames } = await resultOf(page);
    for (const name of ['trace', 'largest eigenvalue']) expect(frames.find((frame) => frame['name'] === name), name).toMatchObject({ mark: 'bar', labels: ['hidden', 'output'], y: [expect.any(Number), expect.any(Number)] });
    const canvas = page.locator('canvas.surface');
    const picture = (): Promise<string> => canvas.evaluate((element) => (element as HTMLCanvasElement).toDataURL());
    const reading = (): Promise<string | null> => page.locator('.reading').textContent();
    await canvas.focus();
    await page.keyboard.press('ArrowUp');
    await expect.poll(reading).toMatch(/loss .*, curvature alone says/);
    let before = await picture();
    await page.keyboard.press('Shift+ArrowLeft');
    await expect.poll(picture).not.toBe(before);
    before = await picture();
    const box = (await canvas.boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2 + 60, box.y + box.height / 2 + 10, { steps: 3 });
    await page.mouse.up();
    await expect.poll(picture).not.toBe(before);
    const up = await reading();
    await page.getByRole('button', { name: 'Roll downhill' }).click();
    await expect.poll(reading).not.toBe(up);
    await page.screenshot({ path: join(inject('pictures'), 'lab-trained.png'), fullPage: true });
    await close(watch);
  });
});

describe.skipIf(noBrowser)('the digit board', () => {
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
