/** Tables of numbers with a label column. */
import { readFile } from 'node:fs/promises';
import { type CsvOptions, type CsvTable, parseCsv } from '@curv-internal/model-data';
import { messageOf, UsageError } from '../errors.js';
import { checkRows, type Dataset, split, standardize } from './dataset.js';

/** @throws UsageError when the file cannot be read; RangeError naming the cell that is no finite number */
export async function csvTable(file: string, options: CsvOptions = {}): Promise<CsvTable> {
  return parseCsv(file, await readTable(file), options);
}

async function readTable(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file}: ${messageOf(error)}`);
  }
}

/** A table as a data set. Labels that are not class numbers are numbered in the order of their names. Inputs are standardized. */
export async function loadCsv(file: string, options: CsvOptions = {}): Promise<Dataset> {
  const { columns, rows: table } = await csvTable(file, options);
  const inputs = new Float32Array(table.length * (columns - 1));
  table.forEach(({ numbers }, i) => inputs.set(numbers, i * (columns - 1)));
  const rows = { inputs, labels: classNumbers(table.map(({ label }) => label)), shape: [columns - 1] };
  return standardize(split(file, rows, checkRows(file, rows)));
}

/** Numbers 0, 1, … as they are; anything else by the order of names. */
function classNumbers(names: readonly string[]): Int32Array {
  const distinct = [...new Set(names)];
  const numbers = distinct.map(Number);
  if (numbers.every((x) => Number.isInteger(x) && x >= 0) && Math.max(...numbers) === distinct.length - 1) return Int32Array.from(names, Number);
  distinct.sort();
  return Int32Array.from(names, (name) => distinct.indexOf(name));
}
