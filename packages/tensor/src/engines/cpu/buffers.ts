/** Slots of a plan and the memory behind them: buffers whose lifetimes do not overlap share it. */
import type { DType, TypedArray } from '../../api.js';
import { ARRAYS } from '../../primitive.js';

/** What a slot holds: `scratch` lives in shared memory, `output` is made anew by each run. */
export interface Slot {
  readonly dtype: DType;
  readonly size: number;
  kind: 'input' | 'constant' | 'scratch' | 'output';
}

/** What one step does with slots. */
export interface Access {
  readonly reads: readonly number[];
  readonly write: number;
  /** Those of `reads` whose memory the step may overwrite as it goes. */
  readonly inPlace: readonly number[];
}

interface Block {
  bytes: number;
}

const bytesOf = ({ dtype, size }: Slot): number => size * ARRAYS[dtype].BYTES_PER_ELEMENT;

/** The free block that wastes least, or, if none is large enough, the largest (which then grows). */
function bestFit(free: readonly Block[], bytes: number): Block | undefined {
  let best: Block | undefined;
  for (const block of free) {
    const fits = block.bytes >= bytes;
    if (best === undefined || (best.bytes >= bytes ? fits && block.bytes < best.bytes : block.bytes > best.bytes)) best = block;
  }
  return best;
}

/** Gives scratch slots their memory: one array for each, on shared blocks. Entries of other slots stay undefined. */
export function allocate(slots: readonly Slot[], steps: readonly Access[]): (TypedArray | undefined)[] {
  const lastRead = new Map<number, number>();
  steps.forEach((step, i) => step.reads.forEach((slot) => lastRead.set(slot, i)));
  const blocks = new Map<number, Block>();
  const free: Block[] = [];
  steps.forEach(({ reads, write, inPlace }, i) => {
    const dying = new Set(reads.filter((slot) => lastRead.get(slot) === i && blocks.has(slot)));
    const target = slots[write]!;
    const bytes = bytesOf(target);
    if (target.kind === 'scratch' && !blocks.has(write)) {
      const heir = inPlace.find((slot) => dying.has(slot) && slots[slot]!.size === target.size && bytesOf(slots[slot]!) === bytes);
      if (heir !== undefined) {
        blocks.set(write, blocks.get(heir)!);
        dying.delete(heir);
      } else {
        const block = bestFit(free, bytes) ?? { bytes };
        if (free.includes(block)) free.splice(free.indexOf(block), 1);
        block.bytes = Math.max(block.bytes, bytes);
        blocks.set(write, block);
      }
    }
    for (const slot of dying) free.push(blocks.get(slot)!);
  });
  const memory = new Map<Block, ArrayBuffer>();
  return slots.map(({ dtype, size }, slot) => {
    const block = blocks.get(slot);
    if (block === undefined) return undefined;
    if (!memory.has(block)) memory.set(block, new ArrayBuffer(Math.ceil(block.bytes / 8) * 8));
    return new ARRAYS[dtype](memory.get(block)!, 0, size);
  });
}
