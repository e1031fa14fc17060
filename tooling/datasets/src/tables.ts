/** Small classic tables. */
import { inflate } from './unpack.js';

/** Inputs row after row, and one target a row: a class 0, 1, … or a number. */
export interface Table {
  readonly inputs: Float64Array;
  readonly targets: Float64Array;
  readonly rows: number;
  readonly columns: number;
}

interface Packed {
  readonly rows: number;
  readonly columns: number;
  readonly kind: 'uint8' | 'float64';
  readonly text: string;
}

async function unpack({ rows, columns, kind, text }: Packed): Promise<Table> {
  const bytes = await inflate(text);
  const values = kind === 'uint8' ? Float64Array.from(bytes) : new Float64Array(bytes.buffer);
  return { inputs: values.slice(0, rows * columns), targets: values.slice(rows * columns), rows, columns };
}

/** 1797 handwritten digits, 8 × 8 pixels of 0 … 16; classes 0 … 9 (UCI, Alpaydin & Kaynak 1998). */
export const digits = async (): Promise<Table> => unpack((await import('./data/digits.js')).packed);

/** 569 × 30; 0 malignant, 1 benign (UCI, Wolberg et al. 1995). */
export const breastCancer = async (): Promise<Table> => unpack((await import('./data/breast-cancer.js')).packed);

/** 178 × 13; three cultivars (UCI, Aeberhard & Forina 1992). */
export const wine = async (): Promise<Table> => unpack((await import('./data/wine.js')).packed);

/** 150 × 4; three species (Fisher 1936). */
export const iris = async (): Promise<Table> => unpack((await import('./data/iris.js')).packed);

/** 442 × 10, unscaled; progression after a year (Efron et al. 2004). */
export const diabetes = async (): Promise<Table> => unpack((await import('./data/diabetes.js')).packed);
