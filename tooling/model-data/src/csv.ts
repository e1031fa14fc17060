/** Tables of numbers with a label column. */
import { parse } from 'csv-parse/sync';

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

/** Rows of numbers, the label in one column; a first row that is not numbers is the header. @throws RangeError naming the cell that is no finite number */
export function parseCsv(file: string, text: string, options: CsvOptions = {}): CsvTable {
  let records: string[][];
  try {
    records = parse(text, { skip_empty_lines: true, trim: true, bom: true }) as string[][];
  } catch (error) {
    throw new RangeError(`${file}: ${(error as Error).message}`);
  }
  if (records.length === 0) throw new RangeError(`${file}: the file is empty`);
  const columns = records[0]!.length;
  if (columns < 2) throw new RangeError(`${file}: expected at least two columns, got ${columns}`);
  const header = records[0]!.slice(0, -1).some((cell) => cell !== '' && Number.isNaN(Number(cell))) ? records.shift()! : null;
  const at = labelColumn(file, options.label, header, columns);
  const rows = records.map((record, i) => {
    const numbers = new Float64Array(columns - 1);
    record.forEach((cell, j) => {
      if (j === at) return;
      const value = cell === '' ? NaN : Number(cell);
      if (!Number.isFinite(value)) throw new RangeError(`${file}: "${cell}" in row ${i + 1 + (header ? 1 : 0)}, column ${header?.[j] ?? j + 1}; expected a finite number`);
      numbers[j - (j > at ? 1 : 0)] = value;
    });
    return { numbers, label: record[at]! };
  });
  return { columns, label: header?.[at] ?? String(at + 1), rows };
}

function labelColumn(file: string, label: string | undefined, header: readonly string[] | null, columns: number): number {
  if (label === undefined) return columns - 1;
  const named = header?.indexOf(label) ?? -1;
  if (named >= 0) return named;
  const number = Number(label);
  if (Number.isInteger(number) && number >= 1 && number <= columns) return number - 1;
  throw new RangeError(`--label: ${file} has no column ${label}; there are ${header?.join(', ') ?? `columns 1 to ${columns}`}`);
}
