/**
 * The innermost loop of shortest augmenting paths, on 128-bit WebAssembly vectors where the realm has them (opcodes: WebAssembly core specification 2.0,
 * section 5.4), else in TypeScript: d_j ← min(d_j, c_ij − v_j − offset) over a row of costs, where d_j came from, and the smallest d_j of every block of columns.
 */
import { add, assemble, type Code, get, I32, int, loop, memory, set, V128, vector } from '@curv-internal/wasm-assembler';

/** Columns of a block; rows are padded to whole blocks with costs of ∞. */
export const BLOCK = 64;

/** Arrays in one memory, and the loop over them. */
export interface Relaxation {
  /** Elements from one row of `cost` to the next. */
  readonly stride: number;
  /** Rows of the padded cost. */
  readonly cost: Float64Array;
  readonly price: Float64Array;
  readonly distance: Float64Array;
  /** The row that gave each distance. */
  readonly from: Float64Array;
  /** Two numbers a block; the smaller is the smallest distance in it. */
  readonly smallest: Float64Array;
  relax(row: number, offset: number): void;
}

/** Places in bytes: the offset, ∞ and the row; block minima, price, distance, from, cost. */
interface Layout {
  readonly stride: number;
  readonly smallest: number;
  readonly price: number;
  readonly distance: number;
  readonly from: number;
  readonly cost: number;
  readonly bytes: number;
}

function layoutOf(rows: number, columns: number): Layout {
  const stride = BLOCK * Math.ceil(columns / BLOCK);
  const smallest = 32;
  const price = smallest + (16 * stride) / BLOCK;
  const distance = price + 8 * stride;
  const from = distance + 8 * stride;
  const cost = from + 8 * stride;
  return { stride, smallest, price, distance, from, cost, bytes: cost + 8 * stride * rows };
}

/** Parameters in bytes: a row of costs and its end; price, distance, from and block minima. */
function relaxFunction(): Code {
  const [cost, end, price, distance, from, smallest, blockEnd] = [0, 1, 2, 3, 4, 5, 6] as const;
  const [offset, row, best, d, old] = [7, 8, 9, 10, 11] as const;
  const step = (local: number, bytes: number): Code => set(local, add(get(local), int(bytes)));
  // f64x2: sub, lt, pmin; v128: load, bitselect, store
  const two = (at: number): Code => [
    set(old, memory(0, at, get(distance))),
    set(d, vector(0xf1, vector(0xf1, memory(0, at, get(cost)), memory(0, at, get(price))), get(offset))),
    memory(11, at, get(from), vector(0x52, get(row), memory(0, at, get(from)), vector(0x49, get(d), get(old)))),
    set(d, vector(0xf6, get(old), get(d))),
    memory(11, at, get(distance), get(d)),
    set(best, vector(0xf6, get(best), get(d))),
  ];
  const inner = [[0, 16, 32, 48].map(two), step(cost, 64), step(price, 64), step(distance, 64), step(from, 64)];
  const block = [
    set(best, memory(10, 8, int(0))),
    set(blockEnd, add(get(cost), int(8 * BLOCK))),
    loop(inner, get(cost), get(blockEnd)),
    memory(11, 0, get(smallest), get(best)),
    step(smallest, 16),
  ];
  return [set(offset, memory(10, 0, int(0))), set(row, memory(10, 16, int(0))), loop(block, get(cost), get(end))];
}

type Run = (cost: number, end: number, price: number, distance: number, from: number, smallest: number) => void;

/** Null where the realm has no WebAssembly, no vectors in it, forbids it, or has too little memory. */
function vectorRun({ bytes }: Layout): { buffer: ArrayBuffer; run: Run } | null {
  const locals = [I32, V128, V128, V128, V128, V128];
  try {
    const code = assemble([{ name: 'relax', parameters: 6, locals, body: relaxFunction() }], Math.ceil(bytes / 65536));
    const { m, relax } = new WebAssembly.Instance(new WebAssembly.Module(code)).exports as { m: WebAssembly.Memory; relax: Run };
    return { buffer: m.buffer as ArrayBuffer, run: relax };
  } catch {
    return null;
  }
}

/** Only tests touch it. */
export const vectors: { enabled: boolean } = { enabled: true };

/** Memory for a cost of so many rows and columns, and the loop over it. */
export function relaxation(rows: number, columns: number): Relaxation {
  const layout = layoutOf(rows, columns);
  const { stride } = layout;
  const made = vectors.enabled ? vectorRun(layout) : null;
  const buffer = made?.buffer ?? new ArrayBuffer(layout.bytes);
  const constants = new Float64Array(buffer, 0, 3);
  constants[1] = Infinity;
  const cost = new Float64Array(buffer, layout.cost, rows * stride);
  const price = new Float64Array(buffer, layout.price, stride);
  const distance = new Float64Array(buffer, layout.distance, stride);
  const from = new Float64Array(buffer, layout.from, stride);
  const smallest = new Float64Array(buffer, layout.smallest, (2 * stride) / BLOCK);
  const arrays = { stride, cost, price, distance, from, smallest };
  const relax = made
    ? (row: number, offset: number): void => {
        constants[0] = offset;
        constants[2] = row;
        const at = layout.cost + 8 * row * stride;
        made.run(at, at + 8 * stride, layout.price, layout.distance, layout.from, layout.smallest);
      }
    : (row: number, offset: number): void => relaxRow(arrays, row, offset);
  return { ...arrays, relax };
}

function relaxRow({ stride, cost, price, distance, from, smallest }: Omit<Relaxation, 'relax'>, row: number, offset: number): void {
  const line = cost.subarray(row * stride, (row + 1) * stride);
  for (let block = 0; block < stride / BLOCK; block++) {
    let best = Infinity;
    for (let j = block * BLOCK; j < (block + 1) * BLOCK; j++) {
      let d = line[j]! - price[j]! - offset;
      if (d < distance[j]!) {
        distance[j] = d;
        from[j] = row;
      } else d = distance[j]!;
      if (d < best) best = d;
    }
    smallest[2 * block] = smallest[2 * block + 1] = best;
  }
}
