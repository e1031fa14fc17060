/** Tables of numbers with a label column. */
import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { messageOf, UsageError } from '../errors.js';
import { checkRows, type Dataset, split, standardize } from './dataset.js';

export interface CsvOptions {
  /** Name or number (from 1) of the label column; by default the last. */
  readonly label?: string;
}

/** The cells of a table: numbers, and the label as it is written. */
export interface CsvTable {
  readonly columns: number;
  /** Name or number of the label column. */
  readonly label: string;
  readonly rows: readonly { readonly numbers: Float64Array; readonly label: string }[];
}

/** Rows of numbers, the label in one column; a first row that is not numbers is the header. @throws UsageError naming the cell that is no finite number */
export async function csvTable(file: string, options: CsvOptions = {}): Promise<CsvTable> {
  let records: string[][];
  try {
    records = parse(await readFile(file, 'utf8'), { skip_empty_lines: true, trim: true, bom: true }) as string[][];
  } catch (error) {
    throw new UsageError(`${file}: ${messageOf(error)}`);
  }
  if (records.length === 0) throw new UsageError(`${file}: the file is empty`);
  const columns = records[0]!.length;
  if (columns < 2) throw new UsageError(`${file}: expected at least two columns, got ${columns}`);
  const header = records[0]!.slice(0, -1).some((cell) => cell !== '' && Number.isNaN(Number(cell))) ? records.shift()! : null;
  const at = labelColumn(file, options.label, header, columns);
  const rows = records.map((record, i) => {
    const numbers = new Float64Array(columns - 1);
    record.forEach((cell, j) => {
      if (j === at) return;
      const value = cell === '' ? NaN : Number(cell);
      if (!Number.isFinite(value)) throw new UsageError(`${file}: "${cell}" in row ${i + 1 + (header ? 1 : 0)}, column ${header?.[j] ?? j + 1}; expected a finite number`);
      numbers[j - (j > at ? 1 : 0)] = value;
    });
    return { numbers, label: record[at]! };
  });
  return { columns, label: header?.[at] ?? String(at + 1), rows };
}

/** A table as a data set. Labels that are not class numbers are numbered in the order of their names. Inputs are standardized. */
export async function loadCsv(file: string, options: CsvOptions = {}): Promise<Dataset> {
  const { columns, rows: table } = await csvTable(file, options);
  const inputs = new Float32Array(table.length * (columns - 1));
  table.forEach(({ numbers }, i) => inputs.set(numbers, i * (columns - 1)));
  const rows = { inputs, labels: classNumbers(table.map(({ label }) => label)), shape: [columns - 1] };
  return standardize(split(file, rows, checkRows(file, rows)));
}

function labelColumn(file: string, label: string | undefined, header: readonly string[] | null, columns: number): number {
  if (label === undefined) return columns - 1;
  const named = header?.indexOf(label) ?? -1;
  if (named >= 0) return named;
  const number = Number(label);
  if (Number.isInteger(number) && number >= 1 && number <= columns) return number - 1;
  throw new UsageError(`--label: ${file} has no column ${label}; there are ${header?.join(', ') ?? `columns 1 to ${columns}`}`);
}

/** Numbers 0, 1, … as they are; anything else by the order of names. */
function classNumbers(names: readonly string[]): Int32Array {
  const distinct = [...new Set(names)];
  const numbers = distinct.map(Number);
  if (numbers.every((x) => Number.isInteger(x) && x >= 0) && Math.max(...numbers) === distinct.length - 1) return Int32Array.from(names, Number);
  distinct.sort();
  return Int32Array.from(names, (name) => distinct.indexOf(name));
}
