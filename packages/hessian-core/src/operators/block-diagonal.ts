/** The blocks of layers or parameters along the diagonal of a curvature matrix. */
import { blockDiagonalOperator, type LinearOperator } from '@curv/linalg';
import type { CurvatureOperator, OperatorOptions, Problem, Segment } from '../api.js';
import { globMatcher, select } from './selection.js';

/** Options of `blockDiagonal`. */
export interface BlockDiagonalOptions<O extends OperatorOptions = OperatorOptions> {
  /** What goes together: parameters whose names agree up to the last dot (`layers`), each by itself (`parameters`), or what matches each pattern. Default `layers`. */
  readonly blocks?: 'layers' | 'parameters' | readonly string[];
  /** Options of every block. */
  readonly operator?: O;
}

/** A block-diagonal operator and its blocks. */
export interface BlockDiagonal extends LinearOperator {
  readonly segments: readonly Segment[];
  readonly blocks: readonly CurvatureOperator[];
  apply(v: Float64Array): Promise<Float64Array>;
  dispose(): void;
}

/**
 * The block diagonal of a curvature matrix in the chosen parameters. A product costs one with each block.
 * @param make `hessian`, `gaussNewton`, `fisher`, …
 * @throws RangeError where the blocks leave a chosen parameter out, or name one twice
 */
export function blockDiagonal<O extends OperatorOptions>(make: (problem: Problem, options?: O) => CurvatureOperator, problem: Problem, options: BlockDiagonalOptions<O> = {}): BlockDiagonal {
  const { blocks = 'layers', operator = {} as O } = options;
  const { segments, dimension } = select(problem.params, operator.parameters);
  const names = segments.map((s) => s.name);
  const groups = groupNames(names, blocks);
  const parts = groups.map((group) => make(problem, { ...operator, parameters: group }));
  const inner = blockDiagonalOperator(...parts);
  // Where each element of the blocks' vectors, one after the other, lies in the whole.
  const order = new Int32Array(dimension);
  let at = 0;
  for (const part of parts) {
    for (const { name, size } of part.segments) {
      const { offset } = segments[names.indexOf(name)]!;
      for (let i = 0; i < size; i++) order[at++] = offset + i;
    }
  }
  return {
    shape: [dimension, dimension],
    dtype: inner.dtype,
    ...(inner.structure && { structure: inner.structure }),
    segments,
    blocks: parts,
    async apply(v) {
      if (v.length !== dimension) throw new RangeError(`v: expected a vector of length ${dimension}, got ${v.length}`);
      const image = await inner.apply(Float64Array.from(order, (index) => v[index]!));
      const out = new Float64Array(dimension);
      order.forEach((index, i) => (out[index] = image[i]!));
      return out;
    },
    dispose: () => parts.forEach((part) => part.dispose()),
  };
}

function groupNames(names: readonly string[], blocks: NonNullable<BlockDiagonalOptions['blocks']>): string[][] {
  if (blocks === 'parameters') return names.map((name) => [name]);
  if (blocks === 'layers') {
    const layerOf = (name: string): string => name.replace(/\.[^.]*$/, '');
    return [...new Set(names.map(layerOf))].map((layer) => names.filter((name) => layerOf(name) === layer));
  }
  const groups = blocks.map((pattern) => names.filter(globMatcher(pattern)));
  for (const name of names) {
    const count = groups.filter((group) => group.includes(name)).length;
    if (count !== 1) throw new RangeError(`blockDiagonal: blocks must name every parameter once, but ${name} is in ${count} of them; there are ${names.join(', ')}`);
  }
  return groups;
}
