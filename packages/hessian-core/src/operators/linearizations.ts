/** Linearizations of the batches, kept as far as memory allows. */
import { flatten, type Linearization, type Linearizer, linearizer, type Tensor, type Tree, type TreeFunction } from '@curv/tensor';
import type { Batch, OperatorOptions, Problem } from '../api.js';

/** What the linearized function takes of a batch. */
export type BatchArguments = (batch: Batch, index: number) => readonly unknown[];

export const dataOnly: BatchArguments = (batch) => [batch.data];

/** The derivative of a function at each batch, in its first argument. */
export class Linearizations {
  private readonly source: Linearizer;
  private readonly kept = new Map<Batch, Linearization>();
  private last: Linearization | null = null;
  private bytes = 0;

  /**
   * @param f (point, ...args of a batch) → tree
   * @param point where it is linearized, in each batch
   */
  constructor(
    f: TreeFunction,
    problem: Problem,
    private readonly point: BatchArguments,
    private readonly args: BatchArguments,
    private readonly options: OperatorOptions,
  ) {
    this.source = linearizer(f, problem.engine ? { engine: problem.engine } : {});
  }

  /** The derivative along a tangent, as a list of tensors. */
  apply(batch: Batch, index: number, tangent: unknown): Tensor[] {
    return flatten(this.at(batch, index).apply(tangent) as Tree<Tensor>).leaves;
  }

  private at(batch: Batch, index: number): Linearization {
    const known = this.kept.get(batch);
    if (known !== undefined) return known;
    this.last?.dispose();
    this.last = null;
    const made = this.source.at(this.point(batch, index), ...this.args(batch, index));
    const { keep = 'auto', memoryLimit = 2 ** 30 } = this.options;
    if (keep === 'always' || (keep === 'auto' && this.bytes + made.bytes <= memoryLimit)) {
      this.kept.set(batch, made);
      this.bytes += made.bytes;
    } else this.last = made;
    return made;
  }

  dispose(): void {
    for (const made of this.kept.values()) made.dispose();
    this.last?.dispose();
    this.last = null;
    this.kept.clear();
    this.bytes = 0;
    this.source.dispose();
  }
}
