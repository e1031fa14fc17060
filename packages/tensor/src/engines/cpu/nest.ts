/** Loop nests: which axes a loop really needs, and in what order. */
import type { Loop } from './loop.js';
import type { View } from './view.js';

/** A strided access: `offset + Σ i[k]·strides[k]`. */
export interface Access {
  readonly offset: number;
  readonly strides: number[];
}

/** Number of loops around the innermost one that moves an access; 0 where none does. */
export function lastMoving({ strides }: Access): number {
  let level = strides.length;
  while (level > 0 && strides[level - 1] === 0) level--;
  return level;
}

export interface Nest {
  /** Trip counts, outermost first; none is 1. */
  readonly sizes: number[];
  /** One for each value of the loop: its access if it has one. */
  readonly accesses: readonly (Access | null)[];
  readonly out: Access;
  /** Whether the two innermost loops are to be cut into square tiles. */
  readonly tiled: boolean;
}

/** Below this trip count, tiles gain nothing. */
const TILE_FROM = 32;

/** Drops axes of size 1, orders axes by memory, merges neighbours that every operand walks as one. */
export function nestOf(loop: Loop): Nest {
  const views: (View | null)[] = loop.values.map((value) => ('view' in value ? value.view : null));
  const axes = loop.shape.map((_, i) => i).filter((i) => loop.shape[i] !== 1);
  const reads = views.filter((view) => view !== null);
  if (loop.reduce !== null) {
    // a sum may run in any order: follow the memory of the first operand that has all elements
    const lead = reads.find((view) => axes.every((i) => view.strides[i] !== 0));
    if (lead !== undefined) axes.sort((i, j) => Math.abs(lead.strides[j]!) - Math.abs(lead.strides[i]!));
  }
  const access = (view: View): Access => ({ offset: view.offset, strides: axes.map((i) => view.strides[i]!) });
  const sizes = axes.map((i) => loop.shape[i]!);
  const out = access(loop.out.view);
  const accesses = views.map((view) => view && access(view));
  const all = [out, ...accesses.filter((a) => a !== null)];
  for (let i = sizes.length - 2; i >= 0; i--) {
    if (!all.every(({ strides }) => strides[i] === strides[i + 1]! * sizes[i + 1]!)) continue;
    sizes[i]! *= sizes[i + 1]!;
    sizes.splice(i + 1, 1);
    for (const { strides } of all) strides.splice(i, 1);
  }
  return { sizes, accesses, out, tiled: loop.reduce === null && tile(sizes, all) };
}

/** Where an operand's fast axis is not the innermost, brings that axis next to the innermost one and says so. */
function tile(sizes: number[], all: readonly Access[]): boolean {
  const last = sizes.length - 1;
  if (last < 1 || sizes[last]! < TILE_FROM) return false;
  for (const { strides } of all) {
    const fast = strides.findIndex((s, i) => i < last && Math.abs(s) === 1);
    if (fast < 0 || Math.abs(strides[last]!) < TILE_FROM || sizes[fast]! < TILE_FROM) continue;
    for (const list of [sizes, ...all.map((a) => a.strides)]) list.splice(last - 1, 0, list.splice(fast, 1)[0]!);
    return true;
  }
  return false;
}
